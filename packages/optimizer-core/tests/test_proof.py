"""The checker proves what is true and never more, whatever numbers it is given."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from optimizer_core.certificate import (
    LARGEST,
    Certificate,
    Cut,
    Inequality,
    Proved,
    Refused,
    build_certificate,
    build_inequality,
)
from optimizer_core.domain import MinimumStay, Policy, Problem, Room, Stay
from optimizer_core.objective import score
from optimizer_core.proof import check
from optimizer_core.testing.judge import _HotelModel, exact_plan, fewest_moves
from optimizer_core.testing.small_hotels import small_hotel

PARTS = 16
"""Prices are rounded to this part of what the weights count in."""

FINE = 1 << 20
"""What weights are multiplied by before they are rounded."""


@dataclass(frozen=True)
class Duals:
    """Dual prices of stays and of limits, and the objective."""

    stays: list[float]
    limits: list[float]
    objective: float

    def inequality(self, problem: Problem, times: int, **weights: float) -> Inequality:
        """Return the inequality of these prices, after everything has been multiplied and rounded."""
        known, move = problem.room_index, weights.get("move", 0.0)
        largest = max([1.0, move, *map(abs, self.stays)])
        while largest * times * PARTS > LARGEST / 4:
            times //= 2
        prices = {
            s: round((self.stays[s] + move * (stay.current_room not in known)) * times * PARTS)
            for s, stay in enumerate(problem.stays)
        }  # a stay without a room counts as a move in the inequality, and not in the model
        rounded = {name: round(weight * times) for name, weight in weights.items()}
        return build_inequality(problem, prices, parts=PARTS, **rounded)


class Prover:
    """Makes certificates of small hotels from the duals of a plain model without its integers."""

    def __init__(self, problem: Problem) -> None:
        self.problem, policy = problem, problem.policy
        plain = problem.replace(policy=Policy(), stays=tuple(replace(s, group=None) for s in problem.stays))
        self.model = _HotelModel(plain)
        self.gaps = {column: float(points) for column, points in self.model.points.items()}
        self.scale = problem.cost_scale * 1024
        prices = (policy.move_price or 0, policy.upgrade_price or 0)
        self.move_price, self.upgrade_price = (float(price) for price in prices)
        self.value = dict(self.gaps)
        for column in self.model.moves:
            self.value[column] = self.value.get(column, 0.0) + self.move_price
        for column in self.model.upgrades:
            self.value[column] = self.value.get(column, 0.0) + self.upgrade_price
        self.budget = [] if policy.max_moves is None else [(self.model.moves, float(policy.max_moves))]

    def solve(
        self,
        cost: Mapping[int, float],
        limits: list[tuple[dict[int, float], float]],
        *,
        may_leave_out: bool = False,
    ) -> Duals | None:
        """Return the duals; None if there is no point. Leaving a stay out costs 1 where that is allowed."""
        rows, num_columns = [dict(terms) for terms, _, _ in self.model.rows], len(self.model.lower)
        lower, upper = list(self.model.lower), list(self.model.upper)
        objective = [cost.get(column, 0.0) for column in range(num_columns)]
        covers = [r for r, (_, low, high) in enumerate(self.model.rows) if low == high == 1]
        if may_leave_out:
            for r in covers:
                rows[r][len(lower)] = 1.0
                lower.append(0.0)
                upper.append(1.0)
                objective.append(1.0)
        equal = [r for r, (_, low, high) in enumerate(self.model.rows) if low == high]
        below = [r for r, (_, low, high) in enumerate(self.model.rows) if low != high]
        found = linprog(
            objective,
            A_ub=matrix([*(rows[r] for r in below), *(terms for terms, _ in limits)], len(lower)),
            b_ub=[*(self.model.rows[r][2] for r in below), *(limit for _, limit in limits)],
            A_eq=matrix([rows[r] for r in equal], len(lower)),
            b_eq=[self.model.rows[r][1] for r in equal],
            bounds=list(zip(lower, upper, strict=True)),
            method="highs",
        )
        if found.status != 0:
            return None
        price = dict(zip(equal, found.eqlin.marginals.tolist(), strict=True))
        of_limits = found.ineqlin.marginals.tolist()[len(below) :]
        return Duals([price[r] for r in covers], [max(0.0, -p) for p in of_limits], float(found.fun))

    def certificate(self, value: Fraction | None, upgrades: int | None) -> Certificate:
        """Return a certificate of all that the duals prove."""
        problem, scale = self.problem, self.scale
        is_ranked = problem.policy.upgrade_price is None
        ranked = [(self.model.upgrades, float(upgrades or 0))] if is_ranked and upgrades is not None else []
        limits = {"move": self.budget, "upgrade": ranked}
        made: dict[str, Inequality] = {}
        if found := self.solve({}, self.budget, may_leave_out=True):
            prices = dict(zip(["move"] * len(self.budget), found.limits, strict=True))
            made["infeasible"] = found.inequality(problem, FINE, **prices)
        if found := self.solve(self.model.upgrades, self.budget):
            prices = dict(zip(["move"] * len(self.budget), found.limits, strict=True))
            made["upgrades"] = found.inequality(problem, FINE, upgrade=1, **prices)
        names = [name for name, rows in limits.items() for _ in rows]
        both = [row for rows in limits.values() for row in rows]
        if found := self.solve(self.value, both):
            made["value"] = made["within"] = self.weighted(found, names, gap=1.0, move=0.0)
        if value is not None and (found := self.solve(self.model.moves, [*both, (self.value, float(value))])):
            made["moves"] = self.weighted(found, [*names, "gap"], gap=0.0, move=1.0)
        return build_certificate(problem, scale, **made)

    def weighted(self, found: Duals, names: list[str], *, gap: float, move: float) -> Inequality:
        """Return the inequality of duals, with weights for the objective and for the named limits."""
        of_limits = dict(zip(names, found.limits, strict=True))
        gap += of_limits.get("gap", 0.0)
        return found.inequality(
            self.problem,
            64 * self.scale,
            gap=gap / self.scale,
            move=move + gap * self.move_price + of_limits.get("move", 0.0),
            upgrade=gap * self.upgrade_price + of_limits.get("upgrade", 0.0),
        )


def matrix(rows: list[dict[int, float]], columns: int) -> csr_array:
    entries = [(r, c, v) for r, terms in enumerate(rows) for c, v in terms.items()]
    r, c, v = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((v, (r, c)), shape=(len(rows), columns))


@dataclass(frozen=True)
class Truth:
    """What an exact judge knows about a hotel; None where there is no plan."""

    upgrades: int
    value: Fraction
    moves: int

    def allows(self, proved: Proved) -> bool:
        """Return whether nothing is proved that is not so."""
        return (
            not proved.is_infeasible
            and proved.upgrades <= self.upgrades
            and (proved.bound is None or proved.bound <= self.value)
            and (proved.moves is None or proved.moves <= self.moves)
        )


def truth_of(problem: Problem) -> Truth | None:
    best = exact_plan(problem)
    if best is None:
        return None
    return Truth(score(problem, best.plan).upgrades.total, best.rank[1], best.rank[2])


def test_nothing_is_proved_that_is_not_so_and_most_that_is() -> None:
    tried: Counter[str] = Counter()
    proved_of: Counter[str] = Counter()
    for seed in range(60):
        problem = small_hotel(seed)
        truth = truth_of(problem)
        if truth is None:
            proved = check(problem, Prover(problem).certificate(None, None))
            tried["infeasible"] += 1
            proved_of["infeasible"] += proved.is_infeasible
            continue
        certificate = Prover(problem).certificate(truth.value, truth.upgrades)
        assert Certificate.from_dict(certificate.to_dict()) == certificate
        proved = check(problem, certificate, value=truth.value, upgrades=truth.upgrades)
        assert truth.allows(proved), (seed, truth, proved)
        above = truth.value + 5
        of_more = check(problem, certificate, value=above, upgrades=truth.upgrades)
        fewest = fewest_moves(problem, truth.upgrades, above)
        assert of_more.moves is not None, seed
        assert fewest is not None, seed
        assert of_more.moves <= fewest, (seed, of_more, fewest)
        tried.update({"value", "upgrades", "moves"})
        proved_of["value"] += proved.bound == truth.value
        proved_of["upgrades"] += proved.upgrades == truth.upgrades
        proved_of["moves"] += proved.moves == truth.moves
    assert tried["value"] > 50
    assert proved_of["infeasible"] == tried["infeasible"] > 3
    assert all(proved_of[name] > 0.8 * tried["value"] for name in ("value", "upgrades", "moves")), proved_of


def mutations(certificate: Certificate, chance: random.Random, count: int) -> list[dict[str, Any]]:
    """Return the JSON of a certificate with one number changed, in several ways."""
    found = []
    for _ in range(count):
        data = certificate.to_dict()
        entry = data[chance.choice([name for name in data if isinstance(data[name], dict)])]
        change = chance.choice((-1, 1, -7, 64, 1 << 12, -(1 << 12), 1 << 30, -(1 << 40)))
        rows = entry["Prices"] or entry["Alone"]
        where = chance.random()
        if where < 0.1:
            data["Scale"] = data["Scale"] * chance.choice((2, 1024)) // chance.choice((1, 4))
        elif where < 0.5 or not rows:
            entry[chance.choice(("Gap", "Move", "Upgrade", "Parts"))] += change
        elif where < 0.6:
            chance.choice(rows)[0] += chance.choice((-1, 1))
        else:
            chance.choice(rows)[-1] += change
        found.append(data)
    return found


def test_a_changed_number_never_proves_more_than_is_true() -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(100, 130):
        problem, chance = small_hotel(seed), random.Random(seed)
        truth = truth_of(problem)
        if truth is None:
            continue
        certificate = Prover(problem).certificate(truth.value, truth.upgrades)
        sound = check(problem, certificate, value=truth.value, upgrades=truth.upgrades)
        for data in mutations(certificate, chance, 12):
            try:
                changed = Certificate.from_dict(data)
                proved = check(problem, changed, value=truth.value, upgrades=truth.upgrades)
            except Refused:
                outcomes["refused"] += 1
                continue
            assert truth.allows(proved), (seed, data, truth, proved)
            outcomes["less" if proved != sound else "the same"] += 1
    assert min(outcomes["refused"], outcomes["less"], outcomes["the same"]) > 10, outcomes


FIRST = date(2027, 1, 1)


def stay(name: str, arrival: int, nights: int, **more: Any) -> Stay:
    first = FIRST + timedelta(arrival)
    return Stay(name, first, first + timedelta(nights), more.pop("room_type", "A"), **more)


def hotel(*stays: Stay, rooms: str = "AA", **more: Any) -> Problem:
    every = tuple(Room(str(index), kind) for index, kind in enumerate(rooms))
    return Problem("by hand", every, stays, **{"minimum_stay": MinimumStay(1), **more})


def test_a_night_with_too_many_stays_is_a_cut() -> None:
    problem = hotel(
        *(stay(f"s{index}", index, 3) for index in range(3)),
        stay("b", 0, 9, room_type="B"),
        stay("locked", 2, 2, room_type="A", current_room="1", is_locked=True),
        rooms="AAB",
    )
    every = {index: int(problem.stays[index].room_type == "A") for index in range(5)}
    certificate = build_certificate(problem, 2, infeasible=build_inequality(problem, every))
    assert check(problem, certificate) == Proved(is_infeasible=True, cut=Cut(2, 2, ("A",), 2))


def test_an_unlucky_budget_is_infeasible_without_a_cut() -> None:
    two = [stay("a", 0, 2, current_room="0"), stay("b", 1, 2, current_room="0")]
    problem = hotel(*two, policy=Policy(max_moves=0))
    certificate = build_certificate(problem, 2, infeasible=build_inequality(problem, {0: 1, 1: 1}, move=1))
    assert check(problem, certificate) == Proved(is_infeasible=True)
    allowed = problem.replace(policy=Policy(max_moves=1))
    again = replace(certificate, problem_digest=allowed.digest)
    assert check(allowed, again) == Proved()


def test_members_that_are_certainly_apart_are_in_the_bound() -> None:
    pair = [stay("a", 0, 2, group="g"), stay("b", 0, 2, group="g", room_type="B")]
    problem = hotel(*pair, rooms="AB")
    certificate = build_certificate(problem, 2, value=build_inequality(problem, {}, gap=1))
    assert check(problem, certificate).bound == 400
    near = problem.replace(rooms=(Room("0", "A", frozenset("1")), Room("1", "B")))
    assert check(near, replace(certificate, problem_digest=near.digest)).bound == 0
    held = near.replace(
        stays=(*near.stays, stay("c", 1, 1, room_type="B", current_room="1", is_locked=True)),
        rooms=(*near.rooms, Room("2", "B")),
    )
    assert check(held, replace(certificate, problem_digest=held.digest)).bound == 400


def test_stays_without_a_choice_are_upgrades_of_every_plan() -> None:
    only_b = stay("a", 0, 2, room_type="A", further_types=("B",))
    problem = hotel(only_b, rooms="B", policy=Policy(upgrade_price=Fraction(3, 2)))
    certificate = build_certificate(problem, 2, value=build_inequality(problem, {}, gap=1))
    assert check(problem, certificate) == Proved(bound=Fraction(3, 2), upgrades=1)


def test_gaps_that_a_lock_makes_are_paid() -> None:
    """Two locked stays leave one night between them that nothing fills."""
    locked = [stay(f"s{first}", first, 2, current_room="0", is_locked=True) for first in (0, 3)]
    problem = hotel(*locked, rooms="A", minimum_stay=MinimumStay(3))
    certificate = build_certificate(problem, 8, value=build_inequality(problem, {}, gap=1, parts=3))
    assert check(problem, certificate).bound == 8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"problem_digest": "0"}, "the certificate belongs to another problem: its digest differs"),
        ({"scale": 3}, "Scale 3 does not make every cost of this problem a whole number"),
        (
            {"value": Inequality(1, 0, 0, prices=((0, 9, 0, 1),))},
            "a price is given to a stay or a class that this problem does not have",
        ),
        (
            {"kinds": (("C", ("C",)),), "value": Inequality(1, 0, 0, prices=((0, 2, 0, 1),))},
            "a price is given to a stay or a class that this problem does not have",
        ),
        (
            {"moves": Inequality(1, 1, 0, alone=((2, 1),))},
            "a price is given to a stay or a class that this problem does not have",
        ),
        (
            {"upgrades": Inequality(0, 0, 1, alone=((1, 1),))},
            "a price is given to a stay or a class that this problem does not have",
        ),
    ],
)
def test_a_certificate_of_another_problem_is_refused(change: dict[str, Any], message: str) -> None:
    problem = hotel(stay("a", 0, 2), stay("b", 2, 2, current_room="0", is_locked=True))
    certificate = build_certificate(problem, 2, value=build_inequality(problem, {0: 5}, gap=1))
    assert check(problem, certificate).bound == 0
    with pytest.raises(Refused) as caught:
        check(problem, replace(certificate, **change), value=Fraction(0), upgrades=0)
    assert str(caught.value) == message


def test_an_inequality_for_something_else_proves_nothing() -> None:
    problem = hotel(stay("a", 0, 2), stay("b", 1, 2), rooms="A")
    both = {0: 1, 1: 1}
    for name in ("infeasible", "upgrades", "value", "moves"):
        weights = {"gap": int(name != "value"), "upgrade": 1}
        certificate = build_certificate(problem, 2, **{name: build_inequality(problem, both, **weights)})
        assert check(problem, certificate, value=Fraction(0)) == Proved(), name
