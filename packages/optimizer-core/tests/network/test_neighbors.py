from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import Limits, Plan, Problem, current_plan
from optimizer_core.network.grid import Grid
from optimizer_core.network.neighbors import Neighbors, bring_together, chains
from optimizer_core.network.timelines import Timelines
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel
from optimizer_core.verification import verify

Chart = Callable[..., Problem]
FAMILY = {"group": "family"}
ROW = ("1-2", "2-3", "3-4")


def joined(problem: Problem, limits: Limits | None = None) -> tuple[list[int], dict[str, str]]:
    """Return the groups that stay apart, and the rooms of the plan, beginning with the current ones."""
    grid = Grid(problem)
    timelines = Timelines(grid, dict(enumerate(grid.current_room)))
    neighbors = Neighbors(grid, range(len(problem.stays)))
    failed = bring_together(grid, timelines, neighbors, limits or Limits())
    rooms = {problem.stays[s].stay_id: problem.rooms[r].number for s, r in timelines.room_of.items()}
    return failed, rooms


def test_apart_are_members_without_a_neighbor(chart: Chart) -> None:
    """A pair next door is together; the third, two rooms on, is not, and groups of one are no groups."""
    problem = chart("1 a", "2 b", "3 x", "4 c", adjacent=ROW, a=FAMILY, b=FAMILY, c=FAMILY, x={"group": "x"})
    neighbors = Neighbors(Grid(problem), range(4))
    rooms = dict(enumerate(Grid(problem).current_room))
    names = [problem.stays[member].stay_id for member in neighbors.apart(neighbors.groups[0], rooms)]
    assert names == ["c"]
    assert len(neighbors.groups) == 1
    assert neighbors.adjacent == [(1,), (0, 2), (1, 3), (2,)]


def test_groups_of_other_components_are_left_alone(chart: Chart) -> None:
    problem = chart("1:A a", "2:B b", "3:B c", b=FAMILY, c=FAMILY)
    assert Neighbors(Grid(problem), [0]).groups == []
    assert len(Neighbors(Grid(problem), [1]).groups) == 1


def test_a_pair_comes_together_by_one_swap(chart: Chart) -> None:
    problem = chart("1 aabb", "2 ccdd", "3 eeff", "4 gghh", adjacent=ROW, b=FAMILY, h=FAMILY)
    failed, rooms = joined(problem)
    assert failed == []
    assert abs(int(rooms["b"]) - int(rooms["h"])) == 1


def test_three_stand_in_a_row(chart: Chart) -> None:
    lines = [f"{n} {s * 2}{t * 2}" for n, s, t in zip("123456", "abcdef", "ghijkl", strict=True)]
    problem = chart(*lines, adjacent=(*ROW, "4-5", "5-6"), g=FAMILY, i=FAMILY, l=FAMILY)
    failed, rooms = joined(problem)
    assert failed == []
    numbers = sorted(int(rooms[member]) for member in "gil")
    assert numbers[2] - numbers[0] == 2


def test_a_lock_member_makes_the_other_come(chart: Chart) -> None:
    problem = chart("1 aaLL", "2 ccdd", "3 eeff", adjacent=("1-2", "2-3"), L=FAMILY, f=FAMILY)
    assert joined(problem)[1]["f"] == "2"


def test_what_no_free_swap_joins_is_reported_and_unchanged(chart: Chart) -> None:
    """The room between them is locked, so the family stays where it is."""
    problem = chart("1 LLaa", "2 CCCC", "3 eeff", adjacent=("1-2", "2-3"), L=FAMILY, f=FAMILY)
    failed, rooms = joined(problem)
    assert failed == [0]
    assert rooms == {stay.stay_id: stay.current_room for stay in problem.stays}


def test_a_cancelled_search_joins_nobody(chart: Chart) -> None:
    problem = chart("1 aabb", "2 ccdd", "3 eeff", adjacent=("1-2", "2-3"), b=FAMILY, f=FAMILY)
    assert joined(problem, Limits(is_cancelled=lambda: True))[0] == [0]


def test_chains_are_rooms_next_to_one_chosen_before(chart: Chart) -> None:
    """The most welcome rooms come first; nobody shares a room."""
    neighbors = Neighbors(Grid(chart("1 a", "2 b", "3 c", "4 d", adjacent=ROW)), range(4))
    everywhere = [{0: 0, 1: 0, 2: 5}, {0: 0, 1: 0, 2: 0}]
    assert list(chains(everywhere, neighbors)) == [(2, 1), (0, 1), (1, 0), (1, 2)]
    assert list(chains([], neighbors)) == [()]


@pytest.mark.property
@given(st.integers(0, 10_000), st.integers(2, 3))
@settings(derandomize=True, database=None, deadline=None, max_examples=40)
def test_coming_together_costs_nothing(seed: int, size: int) -> None:
    """The gap cost does not rise, the plan stays one, and exactly the reported groups are apart."""
    problem = random_hotel(8, 20, gaps=0.4, seed=seed)
    by_night: dict[object, list[str]] = {}
    for stay in problem.stays:
        by_night.setdefault(stay.arrival, []).append(stay.stay_id)
    members = next((ids[:size] for ids in by_night.values() if len(ids) >= size), [])
    labels = dict.fromkeys(members, "family")
    problem = problem.replace(
        stays=tuple(replace(stay, group=labels.get(stay.stay_id)) for stay in problem.stays)
    )
    failed, rooms = joined(problem)
    plan = Plan(rooms)
    assert not verify(problem, plan)
    before, after = score(problem, current_plan(problem)), score(problem, plan)
    assert after.gap_cost <= before.gap_cost
    assert bool(after.adjacency.matches) == bool(failed)
