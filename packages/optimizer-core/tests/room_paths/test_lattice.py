"""A lattice has the arcs of the network, and forbids what locks and types forbid."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from optimizer_core.domain import Problem
from optimizer_core.network.arcs import day_node, gap_arcs
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.room_paths.lattice import Lattice, fixed_upgrades
from optimizer_core.room_paths.passes import Weights
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.rooms import RoomModel, masks_of, rooms_of, without_upgrades
from optimizer_core.room_paths.values import Valuer

Chart = Callable[..., Problem]
MakeModel = Callable[..., RoomModel]


def rooms_by_stay(problem: Problem, **rooms: str) -> dict[int, int]:
    """Return rooms by position, given the room number of stays by id; the others keep theirs."""
    kept = {stay.stay_id: stay.current_room or "" for stay in problem.stays}
    return {problem.stay_index[s]: problem.room_index[r] for s, r in {**kept, **rooms}.items()}


def ends(lattice: Lattice, chosen: np.ndarray) -> set[tuple[int, int]]:
    return set(zip(lattice.tail[chosen].tolist(), lattice.head[chosen].tolist(), strict=True))


def class_of(model: RoomModel, stay_id: str) -> int:
    """Return the arc of the class of a stay, in a model of one lattice."""
    (lattice,) = model.lattices
    stay = model.grid.problem.stay_index[stay_id]
    (found,) = (index for index, c in enumerate(lattice.classes) if stay in c.stays)
    return int(lattice.class_arcs[found])


def test_the_arcs_are_those_of_the_network_and_one_for_each_class(chart: Chart, model_of: MakeModel) -> None:
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    (lattice,) = model_of(problem).lattices
    grid = Grid(problem)
    arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
    network = {
        (tail, head): cost
        for tail, head, cost in zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.cost.tolist(), strict=True)
    }
    others = ~lattice.is_class
    assert ends(lattice, others) == set(network)
    assert all(network[t, h] == g for t, h, g in zip(*_columns(lattice, others), strict=True))
    stays = zip(grid.arrival, grid.departure, strict=True)
    assert ends(lattice, lattice.is_class) == {(day_node(first), day_node(last)) for first, last in stays}
    assert lattice.allowed.all()
    assert (lattice.tail < lattice.head).all()
    assert (np.diff(lattice.head) >= 0).all()


def _columns(lattice: Lattice, chosen: np.ndarray) -> tuple[list[int], list[int], list[int]]:
    return lattice.tail[chosen].tolist(), lattice.head[chosen].tolist(), lattice.gap[chosen].tolist()


def test_equal_stays_are_one_class_and_group_members_are_not(chart: Chart, model_of: MakeModel) -> None:
    lines = ("1 aa", "2 bb", "3 cc")
    assert model_of(chart(*lines)).lattices[0].demand.tolist() == [3]
    family = {"group": "family"}
    model = model_of(chart(*lines, a=family, b=family), with_groups=True)
    assert sorted(model.lattices[0].demand.tolist()) == [1, 1, 1]


def test_a_lock_forbids_every_arc_over_its_nights_in_its_room_only(chart: Chart, model_of: MakeModel) -> None:
    model = model_of(chart("1 aaKKb", "2 c.ddd"))
    (lattice,) = model.lattices
    locked = (day_node(2), day_node(4))
    over = (lattice.tail // 2 < 4) & (lattice.head // 2 > 2)
    is_lock = (lattice.tail == locked[0]) & (lattice.head == locked[1]) & ~lattice.is_class
    fixed = is_lock & lattice.allowed[:, 0]
    assert int(fixed.sum()) == 1
    assert not lattice.allowed[fixed, 1].any()
    assert not lattice.allowed[over & ~fixed, 0].any()
    assert lattice.allowed[over & ~fixed, 1].all()
    assert lattice.allowed[class_of(model, "d")].tolist() == [False, True]
    assert lattice.allowed[class_of(model, "a")].tolist() == [True, True]


def test_a_stay_is_allowed_in_its_types_and_marked_where_it_is_an_upgrade(
    chart: Chart, model_of: MakeModel
) -> None:
    problem = chart("1:A aa", "2:B bb", "3:C cc", a={"further_types": ("B",)}, b={"further_types": ("C",)})
    model = model_of(problem)
    (lattice,) = model.lattices
    assert lattice.upgrade is not None
    assert lattice.allowed[class_of(model, "a")].tolist() == [True, True, False]
    assert lattice.upgrade[class_of(model, "a")].tolist() == [False, True, False]
    assert lattice.allowed[class_of(model, "c")].tolist() == [False, False, True]
    assert without_upgrades(lattice).allowed[lattice.class_arcs].sum() == 3
    assert fixed_upgrades(model.grid, lattice) == 0


def test_a_stay_whose_only_type_is_a_further_one_is_an_upgrade_in_every_plan(
    chart: Chart, model_of: MakeModel
) -> None:
    model = model_of(chart("1:B aa", a={"room_type": "X", "further_types": ("B",)}))
    assert fixed_upgrades(model.grid, model.lattices[0]) == 1


def test_a_smaller_mask_drops_arcs_that_no_room_uses_but_no_class(chart: Chart, model_of: MakeModel) -> None:
    model = model_of(chart("1 aa.cccc", "2 bbb..ddd"))
    (lattice,) = model.lattices
    nothing = lattice.restrict(np.zeros_like(lattice.allowed))
    assert (nothing.num_arcs, nothing.home_arc.size) == (4, 0)
    assert nothing.demand.tolist() == lattice.demand.tolist()
    first_only = lattice.allowed.copy()
    first_only[:, 1] = False
    part = lattice.restrict(first_only)
    assert part.num_arcs == lattice.num_arcs
    kept = part.is_away[part.class_arcs]
    assert kept[:, 0].sum() == 2  # a and c are at home in room 1
    assert kept[:, 1].all()  # b and d can no longer be at home in room 2


def test_a_plan_becomes_paths_and_rooms_again(chart: Chart, model_of: MakeModel) -> None:
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    model = model_of(problem)
    crossed = rooms_by_stay(problem, c="2", d="1")
    masks = masks_of(model.grid, model.lattices, crossed)
    assert masks is not None
    assert rooms_of(model.grid, model.lattices, masks) == crossed
    (lattice,) = model.lattices
    for column in range(2):
        path = np.flatnonzero(masks[0][:, column])
        path = path[np.argsort(lattice.tail[path])]
        assert (lattice.tail[path[0]], lattice.head[path[-1]]) == (0, lattice.num_nodes - 1)
        assert all(lattice.head[one] == lattice.tail[other] for one, other in pairwise(path))


@pytest.mark.parametrize("rooms", [{"c": "2"}, {"e": "1"}], ids=["two on one night", "over a lock"])
def test_what_is_no_plan_has_no_paths(chart: Chart, model_of: MakeModel, rooms: Mapping[str, str]) -> None:
    problem = chart("1 aa.ccKKK", "2 bbb.dd", "3 .....ee")
    model = model_of(problem)
    assert masks_of(model.grid, model.lattices, rooms_by_stay(problem)) is not None
    assert masks_of(model.grid, model.lattices, rooms_by_stay(problem, d="2", **rooms)) is None


def test_stays_of_a_class_keep_their_room_first(chart: Chart, model_of: MakeModel) -> None:
    """Rooms 2, 3 and 4 for three equal stays of rooms 1, 2 and none: only one of them moves."""
    problem = chart("1 aa", "2 bb", "3 ..", "4 ..", "- cc")
    model = model_of(problem)
    plan = rooms_by_stay(problem, a="2", b="3", c="4")
    masks = masks_of(model.grid, model.lattices, plan)
    assert masks is not None
    found = rooms_of(model.grid, model.lattices, masks)
    index = problem.stay_index
    assert found[index["b"]] == 1
    assert sorted(found.values()) == [1, 2, 3]
    (lattice,) = model.lattices
    assert (lattice.is_away & masks[0]).sum() - model.num_homeless == 1


@pytest.mark.property
@pytest.mark.parametrize("seed", range(40))
def test_paths_cost_what_their_plan_costs(seed: int, judged: Callable[..., Any]) -> None:
    """The judge's plan as paths: gap cost, upgrades, moves and penalties as the plan has them."""
    found = judged(seed)
    if found is None:
        return
    model, _, masks, rooms = found
    grid: Grid = model.grid
    question = Question(model.lattices, Weights(gap=1), (), model.groups)
    costs = Valuer(grid).costs(rooms)
    held = sum(
        Valuer(grid).line_cost(line)
        for room, line in grid.fixed_of_room.items()
        if not any(room in lattice.rooms for lattice in model.lattices)
    )
    fixed = {stay: room for stay, room in enumerate(grid.fixed_room) if room != NOWHERE}
    always = grid.count_upgrades(fixed) + sum(fixed_upgrades(grid, lattice) for lattice in model.lattices)
    assert question.cost(masks) == costs.gap - held
    assert question.used(masks, Weights(move=1)) - model.num_homeless == costs.moves
    assert question.used(masks, Weights(upgrade=1)) + always == costs.upgrades
    assert rooms_of(grid, model.lattices, masks).keys() == rooms.keys() - fixed.keys()
