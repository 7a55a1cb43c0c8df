"""Rooms re-arranged for one more stay are paths of every window, with the stay on one of them."""

from collections import Counter

import numpy as np
import pytest

from optimizer_core.acceptance import UNSELLABLE
from optimizer_core.acceptance.compared_plan import ComparedPlan, ComparedType, rooms_of_plan
from optimizer_core.domain import Limits
from optimizer_core.network import MilpSolver
from optimizer_core.network.arcs import day_node, gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.planning import find_plan
from optimizer_core.testing import random_hotel


@pytest.fixture(scope="module")
def found(solve_milp: MilpSolver) -> ComparedType:
    """Return the best plan of a hotel with locks."""
    problem = random_hotel(12, 40, locked=0.15, seed=2)
    plan = find_plan(problem, solve_milp, Limits()).plan
    assert plan is not None
    grid = Grid(problem)
    rooms = rooms_of_plan(grid, plan.room_by_stay)
    return ComparedPlan(grid, gap_arcs(grid), find_components(grid)[0], rooms, 10).types[0]


def changes(found: ComparedType) -> list[tuple[int, int, dict[int, list[int]]]]:
    """Return the stays that are housed, with the new paths."""
    housed = []
    for arrival, column in np.argwhere(found.cells < UNSELLABLE).tolist():
        departure = arrival + column + 1
        paths = found.rerouter.house(arrival, departure, found.distances.path(arrival, departure))
        if paths is not None:
            housed.append((arrival, departure, paths))
    return housed


def test_most_stays_are_housed(found: ComparedType) -> None:
    """Some paths are not found, but most stays that the pool can house are housed."""
    assert len(changes(found)) > 0.8 * (found.cells < UNSELLABLE).sum()


def test_new_paths_hold_the_stay_and_all_the_others(found: ComparedType) -> None:
    """Each window goes from source to sink, every stay is served once, and the cost is the distance."""
    base, rerouter = found.paths, found.rerouter
    num_arcs = base.arcs.tail.shape[0]
    before = Counter(edge for path in base.edges for edge in path if edge >= num_arcs)
    for arrival, departure, changed in changes(found)[::5]:
        tail = [*rerouter.tail, day_node(arrival)]
        head = [*rerouter.head, day_node(departure)]
        every = [changed.get(window, path) for window, path in enumerate(base.edges)]
        for window, path in zip(base.task.windows, every, strict=True):
            node = window.source
            for edge in path:
                assert tail[edge] == node
                node = head[edge]
            assert node == window.sink
        after = Counter(edge for path in every for edge in path if edge >= num_arcs)
        assert after - before == Counter([rerouter.new_edge])
        assert not before - after
        cost = sum(int(base.arcs.cost[edge]) for path in every for edge in path if edge < num_arcs)
        assert cost == base.cost + found.cells[arrival, departure - arrival - 1]


def test_a_gap_that_nobody_has_cannot_be_given_up(found: ComparedType) -> None:
    """A residual path that does not fit the plan is refused."""
    unused = int(np.flatnonzero(found.paths.flow == 0)[0])
    assert found.rerouter.house(3, 5, [~unused]) is None


def test_answers_leave_no_trace(found: ComparedType) -> None:
    """The same question gets the same answer after others."""
    assert changes(found) == changes(found)
