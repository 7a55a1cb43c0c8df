"""Group rows: their relaxation is the convex hull where members stay together, and for pairs."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Problem
from optimizer_core.network.milp import MilpLimits, MilpModel, MilpStatus
from optimizer_core.room_paths import adjacency
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.restricted import RestrictedModel, build_restricted
from optimizer_core.room_paths.rooms import RoomModel
from optimizer_core.room_paths.search import masks_at

Chart = Callable[..., Problem]
MakeModel = Callable[..., RoomModel]
FAMILY = {"group": "family"}
NEVER = (Cap(Weights(apart=1), 0),)
"""A cap that allows no separated member."""
SEEDS = range(12)


def hotel(chart: Chart, model_of: MakeModel, members: str, num_rooms: int) -> RoomModel:
    """Return a group whose members come one after the other, so that each may have any room of a corridor."""
    lines = [f"{room} {'..' * len(members)}" for room in range(1, num_rooms + 1)]
    for room, member in enumerate(members):
        lines[room] = f"{room + 1} {'..' * room}{member}{member}{'..' * (len(members) - room - 1)}"
    doors = [f"{room}-{room + 1}" for room in range(1, num_rooms)]
    both = tuple(doors + ["-".join(reversed(door.split("-"))) for door in doors])
    return model_of(chart(*lines, adjacent=both, **dict.fromkeys(members, FAMILY)), with_groups=True)


def drawn(
    model: RoomModel, seed: int, weights: Weights, caps: tuple[Cap, ...]
) -> tuple[RestrictedModel, MilpModel, list[list[float]]]:
    """Return the model with groups, with a drawn cost of each room for each member and nothing else."""
    restricted = build_restricted(
        model.lattices, [lattice.allowed for lattice in model.lattices], weights, caps
    )
    assert model.groups is not None
    milp = model.groups.widen(restricted, weights, caps)
    draw = random.Random(seed)
    cost = milp.cost.copy()
    cost[: restricted.model.num_columns] = 0
    of_member: dict[int, dict[int, float]] = {}
    for (member, room), column in sorted(restricted.column_of(0).items()):
        cost[column] = draw.randrange(-20, 20)
        of_member.setdefault(member, {})[room] = cost[column]
    return restricted, replace(milp, cost=cost), [list(rooms.values()) for rooms in of_member.values()]


def apart(rooms: tuple[int, ...]) -> int:
    """Return the members without another one next door, in a corridor."""
    return sum(not any(abs(room - other) == 1 for other in rooms) for room in rooms)


def minimum(milp: MilpModel, *, is_integral: bool) -> float:
    model = milp if is_integral else replace(milp, integral=np.zeros_like(milp.integral))
    answer = run_highs(model, MilpLimits())
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.x is not None
    return float(milp.cost @ answer.x)


def judged(costs: list[list[float]], penalty: float) -> float:
    """Return the least cost of all choices of rooms; an infinite penalty excludes separated members."""
    return min(
        sum(of[room] for of, room in zip(costs, rooms, strict=True)) + (penalty * n if n else 0)
        for rooms in product(*map(range, map(len, costs)))
        for n in [apart(rooms)]
    )


@pytest.mark.parametrize("members", ["ab", "abc", "abcd"])
@pytest.mark.parametrize("seed", SEEDS)
def test_where_no_one_may_be_apart_the_relaxation_is_the_hull(
    chart: Chart, model_of: MakeModel, members: str, seed: int
) -> None:
    _, milp, costs = drawn(hotel(chart, model_of, members, 5), seed, Weights(move=1), NEVER)
    assert minimum(milp, is_integral=False) == pytest.approx(judged(costs, float("inf")))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_relaxation_of_a_pair_that_may_be_apart_is_the_hull(
    chart: Chart, model_of: MakeModel, seed: int
) -> None:
    _, milp, costs = drawn(hotel(chart, model_of, "ab", 6), seed, Weights(gap=1, apart=3), ())
    assert minimum(milp, is_integral=False) == pytest.approx(judged(costs, 3))


@pytest.mark.parametrize("most_choices", [adjacency.MOST_CHOICES, 0])
@pytest.mark.parametrize("penalty", [1, 4, None])
@pytest.mark.parametrize("members", ["abc", "abcd"])
@pytest.mark.parametrize("seed", range(3))
def test_larger_groups_cost_what_the_enumeration_says(
    chart: Chart,
    model_of: MakeModel,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    members: str,
    penalty: int | None,
    most_choices: int,
) -> None:
    monkeypatch.setattr(adjacency, "MOST_CHOICES", most_choices)
    weights, caps = (Weights(move=1), NEVER) if penalty is None else (Weights(gap=1, apart=penalty), ())
    model = hotel(chart, model_of, members, 5)
    restricted, milp, costs = drawn(model, seed, weights, caps)
    expected = judged(costs, float("inf") if penalty is None else penalty)
    assert minimum(milp, is_integral=True) == pytest.approx(expected)
    answer = run_highs(milp, MilpLimits())
    assert answer.x is not None
    assert model.groups is not None
    count = model.groups.count_apart(masks_at(restricted, answer.x))
    assert count == 0 if penalty is None else count >= 0


def test_groups_of_too_many_placements_have_no_columns_for_them(
    chart: Chart, model_of: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = hotel(chart, model_of, "abc", 5)
    _, hull, costs = drawn(model, 1, Weights(move=1), NEVER)
    monkeypatch.setattr(adjacency, "MOST_COLUMNS", 3)
    _, rows, _ = drawn(model, 1, Weights(move=1), NEVER)
    assert rows.num_columns != hull.num_columns
    assert minimum(rows, is_integral=True) == pytest.approx(judged(costs, float("inf")))


def test_a_fixed_member_holds_the_others_next_door(chart: Chart, model_of: MakeModel) -> None:
    problem = chart(
        "1 aa..", "2 ....", "3 ..bb", adjacent=("1-2", "2-1", "2-3", "3-2"),
        a=FAMILY | {"is_locked": True}, b=FAMILY,
    )  # fmt: skip
    model = model_of(problem, with_groups=True)
    restricted, milp, costs = drawn(model, 0, Weights(move=1), NEVER)
    assert costs == [list(milp.cost[[c for _, c in sorted(restricted.column_of(0).items())]])]
    assert minimum(milp, is_integral=False) == costs[0][1]
