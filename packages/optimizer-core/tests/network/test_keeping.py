from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.backends.greedy import greedy_plan
from optimizer_core.domain import Limits, Plan, Problem
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.keeping import keep_rooms
from optimizer_core.network.timelines import Timelines
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel
from optimizer_core.verification import verify

Chart = Callable[..., Problem]


def begun(problem: Problem, **rooms: str) -> tuple[Grid, Timelines]:
    """Return the timelines of the current rooms, but for some stays."""
    grid = Grid(problem)
    moved = {problem.stay_index[s]: problem.room_index[number] for s, number in rooms.items()}
    return grid, Timelines(grid, {**dict(enumerate(grid.current_room)), **moved})


def test_stays_come_home_where_that_is_free(chart: Chart) -> None:
    problem = chart("1 aabb", "2 ccdd")
    grid, timelines = begun(problem, b="2", d="1")
    assert keep_rooms(grid, timelines, Limits()) == 2
    assert timelines.room_of == dict(enumerate(grid.current_room))


def test_one_way_opens_another(chart: Chart) -> None:
    """Three rooms in a ring: after the first swap the others can come home too."""
    problem = chart("1 aaee", "2 bbff", "3 ccgg")
    grid, timelines = begun(problem, e="2", f="3", g="1")
    assert keep_rooms(grid, timelines, Limits()) == 3


def test_a_gap_is_not_paid_for_a_room(chart: Chart) -> None:
    """The best plan of the crossed hotel keeps its two moves: going back would cost 11 points."""
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    grid, timelines = begun(problem, c="2", d="1")
    assert keep_rooms(grid, timelines, Limits()) == 0


def test_a_cancelled_search_keeps_what_it_has(chart: Chart) -> None:
    """Each swap is whole, so the rooms are a plan at any moment."""
    problem = chart("1 aabb", "2 ccdd")
    grid, timelines = begun(problem, b="2", d="1")
    gained = keep_rooms(grid, timelines, Limits(is_cancelled=lambda: True))
    assert gained in {0, 2}


@pytest.mark.property
@given(st.integers(0, 10_000))
@settings(derandomize=True, database=None, deadline=None, max_examples=30)
def test_moves_fall_and_the_cost_does_not_rise(seed: int) -> None:
    """From any plan: as many fewer moves as it says, and no gap gets dearer."""
    problem = random_hotel(6, 25, gaps=0.5, seed=seed)
    plan = greedy_plan(problem)
    if plan is None:
        return
    grid = Grid(problem)
    rooms = {i: problem.room_index[plan.room_by_stay[s.stay_id]] for i, s in enumerate(problem.stays)}
    timelines = Timelines(grid, rooms)
    gained = keep_rooms(grid, timelines, Limits())
    numbers = [room.number for room in problem.rooms]
    kept = Plan({s.stay_id: numbers[timelines.room_of[i]] for i, s in enumerate(problem.stays)})
    assert not verify(problem, kept)
    before, after = score(problem, plan), score(problem, kept)
    assert after.moves.total == before.moves.total - gained
    assert after.value <= before.value
    assert NOWHERE not in timelines.room_of.values()
