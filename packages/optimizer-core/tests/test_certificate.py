"""A certificate has one form, and what has not is refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from optimizer_core.certificate import (
    LARGEST,
    Certificate,
    Inequality,
    Refused,
    build_certificate,
    build_inequality,
    kinds_of,
)
from optimizer_core.domain import Problem, Room, Stay

FIRST = date(2027, 1, 1)


@pytest.fixture
def problem() -> Problem:
    def stay(name: str, **more: Any) -> Stay:
        return Stay(name, FIRST, FIRST + timedelta(2), **more)

    stays = (
        *(stay(f"a{index}", room_type="A") for index in range(3)),
        stay("b", room_type="A", further_types=("B", "C")),
        stay("c"),
        stay("d", room_type="B", current_room="2", is_locked=True),
    )
    return Problem("kinds", tuple(Room(str(i), kind) for i, kind in enumerate("AAB")), stays)


def test_kinds_are_those_of_movable_stays_in_the_order_of_the_types(problem: Problem) -> None:
    assert kinds_of(problem) == ((None, ("A", "B")), ("A", ("A",)), ("A", ("A", "B")))


def test_stays_of_other_prices_than_their_class_stand_alone(problem: Problem) -> None:
    names = [stay.stay_id for stay in problem.stays]
    prices = {names.index("a0"): 7, names.index("a1"): 7, names.index("b"): 3, names.index("d"): 9}
    inequality = build_inequality(problem, prices, gap=2, parts=5)
    assert inequality == Inequality(2, 0, 0, 5, ((0, 2, 1, 7), (0, 2, 2, 3)), ((names.index("a2"), 0),))


def test_a_certificate_goes_through_json(problem: Problem) -> None:
    certificate = build_certificate(
        problem, 32, value=build_inequality(problem, {1: 4}, gap=1), moves=Inequality(0, 1, 0)
    )
    data = certificate.to_dict()
    assert data == {
        "ProblemDigest": problem.digest,
        "Scale": 32,
        "Kinds": [[None, ["A", "B"]], ["A", ["A"]], ["A", ["A", "B"]]],
        "Value": {"Gap": 1, "Move": 0, "Upgrade": 0, "Parts": 1, "Prices": [], "Alone": [[1, 4]]},
        "Moves": {"Gap": 0, "Move": 1, "Upgrade": 0, "Parts": 1, "Prices": [], "Alone": []},
    }
    assert Certificate.from_dict(data) == certificate


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gap": -1}, "Gap must be a whole number from 0"),
        ({"move": 0.5}, "Move must be a whole number from 0"),
        ({"upgrade": True}, "Upgrade must be a whole number from 0"),
        ({"parts": 0}, "Parts must be a whole number from 1"),
        ({"gap": LARGEST + 1}, "Gap must be a whole number from 0"),
        ({"prices": ((0, 1, 0),)}, "a row of Prices has 4 numbers"),
        ({"prices": ((0, 1, 0, 1.0),)}, "Prices must be a whole number"),
        ({"prices": ((0, 1, 0, 1), (0, 1, 0, 1))}, "Prices gives two prices to one class or stay"),
        ({"prices": 5}, "Prices must be a list of rows"),
        ({"alone": (7,)}, "Alone must be a list of rows"),
        ({"alone": ((1, 2, 3),)}, "a row of Alone has 2 numbers"),
        ({"alone": ((1, -LARGEST - 1),)}, "Alone must be a whole number"),
        ({"alone": ((1, 2), (1, 3))}, "Alone gives two prices to one class or stay"),
    ],
)
def test_a_malformed_inequality_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused, match=message):
        replace(Inequality(1, 0, 0), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ProblemDigest": 5}, "ProblemDigest must be text"),
        ({"Scale": 0}, "Scale must be a whole number from 1"),
        ({"Kinds": 5}, "Kinds must be a list of rows"),
        ({"Kinds": [["A"]]}, "a kind is a booked type and a list of types"),
        ({"Kinds": [["A", "A"]]}, "a kind is a booked type and a list of types"),
        ({"Kinds": [[1, ["A"]]]}, "a kind is a booked type and a list of types"),
        ({"Kinds": [["A", [1]]]}, "a kind is a booked type and a list of types"),
        ({"Value": {"Gap": 1, "Move": 0, "Upgrade": 0, "Prices": [[0, 1, 1, 1]]}}, "names a kind"),
        ({"Value": {"Gap": 1, "Move": 0}}, "Inequality lacks a field"),
        ({"Value": {"Gap": 1, "Love": 0}}, "Inequality is an object with the fields Gap"),
        ({"Value": []}, "Inequality is an object"),
        ({"Love": 1}, "Certificate is an object with the fields ProblemDigest"),
    ],
)
def test_a_malformed_certificate_is_refused(change: dict[str, Any], message: str) -> None:
    data = {"ProblemDigest": "0", "Scale": 8, "Kinds": [["A", ["A"]]]}
    assert Certificate.from_dict(data).inequalities == {}
    with pytest.raises(Refused, match=message):
        Certificate.from_dict({**data, **change})


def test_a_certificate_without_its_problem_is_refused() -> None:
    with pytest.raises(Refused, match="Certificate lacks a field"):
        Certificate.from_dict({"Scale": 8})
    with pytest.raises(Refused, match="Certificate is an object"):
        Certificate.from_dict([])
