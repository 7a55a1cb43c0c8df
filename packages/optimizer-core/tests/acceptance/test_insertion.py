"""A stay goes into a gap of the plan at the change of the gap cost."""

from collections.abc import Callable

import numpy as np

from optimizer_core.acceptance import UNSELLABLE
from optimizer_core.acceptance.insertion import free_nights, gap_costs, insertion_costs
from optimizer_core.domain import Problem
from optimizer_core.network.grid import Grid

MakeHotel = Callable[..., Problem]


def test_free_nights_of_a_room_and_of_an_empty_one(hotel: MakeHotel) -> None:
    """Stretches begin and end with stays, or with the schedule; rooms of another type do not count."""
    problem = hotel({"1": "A", "2": "A", "3": "B"}, ("1", 1, 2), ("1", 5, 2), ("3", 0, 9))
    grid = Grid(problem)
    rooms = [problem.room_index[str(stay.current_room)] for stay in problem.stays]
    found = free_nights(grid, grid.rooms_of_type[0], rooms)
    assert found == {(None, 1), (3, 5), (7, None), (None, None)}


def test_stays_that_touch_leave_no_stretch(hotel: MakeHotel) -> None:
    """Back-to-back stays have nothing between them."""
    problem = hotel({"1": "A"}, ("1", 0, 2), ("1", 2, 2))
    assert free_nights(Grid(problem), [0], [0, 0]) == {(4, None)}


def test_costs_are_the_change_of_the_gaps(hotel: MakeHotel) -> None:
    """With a minimum stay of 2 (4 units a point): 3 free nights cost 2, 2 nights 4, 1 night 16."""
    problem = hotel({"1": "A"}, ("1", 0, 1), ("1", 4, 1))
    cells = insertion_costs(gap_costs(Grid(problem)), {(1, 4)}, 3)
    closed = UNSELLABLE
    assert cells.tolist() == [
        [closed, closed, closed],
        [4 - 2, 16 - 2, -2],
        [16 + 16 - 2, 16 - 2, closed],
        [4 - 2, closed, closed],
        [closed, closed, closed],
    ]


def test_the_edges_of_the_schedule_cost_nothing(hotel: MakeHotel) -> None:
    """Free nights before the first stay and after the last one are no gaps, before and after."""
    problem = hotel({"1": "A"}, ("1", 3, 1), ("1", 4, 3))
    costs = gap_costs(Grid(problem))
    assert insertion_costs(costs, {(None, 4)}, 2)[:4, 0].tolist() == [2, 4, 16, 0]


def test_the_best_stretch_counts(hotel: MakeHotel) -> None:
    """Of two gaps the one that is filled whole is taken."""
    problem = hotel({"1": "A"}, ("1", 0, 1), ("1", 8, 1))
    costs = gap_costs(Grid(problem))
    both = insertion_costs(costs, {(1, 8), (3, 5)}, 2)
    assert both[3, 1] == -costs[3, 2]
    assert bool((both == np.minimum(*(insertion_costs(costs, {one}, 2) for one in ((1, 8), (3, 5))))).all())
