"""The paths of a plan cost what its gaps cost, and balance."""

import numpy as np
import pytest

from optimizer_core.acceptance.compared_plan import rooms_of_plan
from optimizer_core.acceptance.paths import PlanPaths, plan_paths
from optimizer_core.domain import current_plan
from optimizer_core.network.arcs import day_node, gap_arcs
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.tasks import type_task
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel


def paths_of(locked: float, seed: int) -> tuple[PlanPaths, int]:
    """Return the paths of the rooms as they are, and the gap cost in units."""
    problem = random_hotel(7, 40, locked=locked, seed=seed)
    plan = current_plan(problem)
    grid = Grid(problem)
    movable = [stay for stay, room in enumerate(grid.fixed_room) if room == NOWHERE]
    rooms = dict(enumerate(rooms_of_plan(grid, plan.room_by_stay)))
    paths = plan_paths(grid, gap_arcs(grid), type_task(grid, 0, movable), rooms)
    return paths, score(problem, plan).gaps.total


@pytest.mark.parametrize(("locked", "seed"), [(0.0, 1), (0.3, 2), (0.7, 3)])
def test_cost_is_that_of_the_score(locked: float, seed: int) -> None:
    """Locked or not, the arcs of all rooms cost what the score says."""
    paths, cost = paths_of(locked, seed)
    assert paths.cost == cost


@pytest.mark.parametrize("locked", [0.0, 0.5])
def test_each_window_is_walked_from_its_source_to_its_sink(locked: float) -> None:
    """Each edge begins where the one before it ends, and every movable stay is on one path."""
    paths, _ = paths_of(locked, 5)
    arcs, classes = paths.arcs, paths.task.classes
    tail = [*arcs.tail.tolist(), *(day_node(c.arrival) for c in classes)]
    head = [*arcs.head.tolist(), *(day_node(c.departure) for c in classes)]
    for window, path in zip(paths.task.windows, paths.edges, strict=True):
        node = window.source
        for edge in path:
            assert tail[edge] == node
            node = head[edge]
        assert node == window.sink
    served = np.bincount(
        [edge - arcs.tail.shape[0] for path in paths.edges for edge in path if edge >= arcs.tail.shape[0]],
        minlength=len(classes),
    )
    assert served.tolist() == [len(c.stays) for c in classes]
