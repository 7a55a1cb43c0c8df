"""The plan that stays are compared with: its value, its types, its groups."""

from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer_core.acceptance.compared_plan import ComparedPlan, rooms_of_plan
from optimizer_core.domain import Plan, Policy, Problem, Room, current_plan
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.windows import windows_of_rooms
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel


def bases(problem: Problem, plan: Plan) -> list[ComparedPlan]:
    """Return the base of each component."""
    grid = Grid(problem)
    rooms = rooms_of_plan(grid, plan.room_by_stay)
    return [ComparedPlan(grid, gap_arcs(grid), component, rooms, 5) for component in find_components(grid)]


@pytest.mark.parametrize("num_types", [1, 3])
def test_values_of_the_components_add_up_to_the_score(num_types: int) -> None:
    """Gap cost in units, whatever is locked."""
    problem = random_hotel(9, 30, num_types=num_types, locked=0.3)
    plan = current_plan(problem)
    total = sum(base.value for base in bases(problem, plan))
    assert Fraction(total, Grid(problem).cost_scale) == score(problem, plan).value


def test_members_of_groups_are_held_and_their_penalty_counts() -> None:
    """A group that is apart costs what the score says, and its members' windows are cut around them."""
    problem = random_hotel(6, 20, locked=0.0)
    grouped = {stay.stay_id for stay in problem.stays[:2]}
    stays = tuple(replace(stay, group="x" if stay.stay_id in grouped else None) for stay in problem.stays)
    rooms = tuple(Room(room.number, room.room_type) for room in problem.rooms)
    problem = problem.replace(stays=stays, rooms=rooms)
    plan = current_plan(problem)
    (base,) = bases(problem, plan)
    assert Fraction(base.value, base.grid.cost_scale) == score(problem, plan).value
    assert score(problem, plan).adjacency.total > 0
    served = [stay for c in base.types[0].paths.task.classes for stay in c.stays]
    assert len(served) == len(problem.stays) - 2
    assert not base.types[0].is_free


def test_upgrades_count_with_their_price() -> None:
    """A stay in a further type is an upgrade; with a price it is part of the value."""
    problem = random_hotel(2, 10, num_types=2, locked=0.0)
    first = problem.stays[0]
    other = next(room for room in problem.rooms if room.room_type != first.room_type)
    moved = replace(first, further_types=(other.room_type,), current_room=other.number)
    problem = Problem("x", problem.rooms, (moved,), policy=Policy(upgrade_price=Fraction(3)))
    (base,) = bases(problem, current_plan(problem))
    assert base.upgrades == 1
    assert base.value == 3 * base.grid.cost_scale


def test_frozen_windows_are_found_among_those_of_the_hotel() -> None:
    """Every frozen window lies in a window that is told apart."""
    problem = random_hotel(8, 40, locked=0.2, seed=3)
    (base,) = bases(problem, current_plan(problem))
    windows = {0: windows_of_rooms(base.grid, base.grid.rooms_of_type[0])}
    frozen = [base.types[0].paths.task.windows[position] for position in base.types[0].frozen]
    assert frozen
    assert base.windows_to_separate(windows) == set(frozen)


def test_a_stay_without_a_room_is_nowhere() -> None:
    """Rooms that the plan or the hotel does not have are none."""
    problem = random_hotel(2, 8, locked=0.0)
    ids = [stay.stay_id for stay in problem.stays]
    rooms = rooms_of_plan(Grid(problem), {ids[0]: "100", ids[1]: "no such room"})
    assert rooms[:2] == [problem.room_index["100"], NOWHERE]
