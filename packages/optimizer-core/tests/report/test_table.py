"""The closing table says what changed, what is proved and what it took."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer_core.domain import Limit, MinimumStay, Outcome, Plan, Problem, Reason, Room, Stay
from optimizer_core.report import closing_table, compare
from optimizer_core.report.table import points, proof

MakeStay = Callable[..., Stay]
OUTCOME = Outcome(Reason.OPTIMAL, Limit.NONE, "cvxpy", Plan({}), Fraction(1), Fraction(1))


def test_the_table_of_a_plan(crossed: Problem, uncrossed: Plan) -> None:
    text = closing_table(crossed, OUTCOME, compare(crossed, uncrossed), 0.128)
    assert text.splitlines() == [
        "                 before   after",
        "  orphan nights       3       0",
        "  orphan gaps         2       0",
        "  gap cost           12       1",
        "  stays moved            2 of 4",
        "",
        "  proved: no plan is better",
        "  cvxpy, 0.13 s",
    ]


def test_stays_that_had_no_room_are_counted(stay: MakeStay) -> None:
    problem = Problem("new", (Room("1"),), (stay("a", 0, 2, "1"), stay("new", 5, 2)), MinimumStay(3))
    plan = Plan({"a": "1", "new": "1"})
    lines = closing_table(
        problem, replace(OUTCOME, upgrades=(1, 1)), compare(problem, plan), 0.0
    ).splitlines()
    assert lines[1:7] == [
        "  orphan nights                      -       0",
        "  orphan gaps                        -       0",
        "  gap cost                           -       1",
        "  stays moved                           0 of 1",
        "  stays newly given a room                   1",
        "  stays outside their own type               1",
    ]


@pytest.mark.parametrize(
    ("moves", "lines"),
    [
        ((2, 0), ["  proved: no plan is better"]),
        ((2, 1), ["  proved: no plan is better", "  at this cost at least 1 stay must move"]),
        ((2, 2), ["  proved: no plan is better", "  proved: no plan of this cost moves fewer stays"]),
    ],
)
def test_what_is_proved_about_the_moves(
    crossed: Problem, uncrossed: Plan, moves: tuple[int, int], lines: list[str]
) -> None:
    text = closing_table(crossed, replace(OUTCOME, moves=moves), compare(crossed, uncrossed), 0.128)
    assert text.splitlines()[6:-1] == lines


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "proved: no plan is better"),
        (
            {"reason": Reason.FEASIBLE, "limit": Limit.TIME, "value": Fraction(200), "bound": Fraction(199)},
            "not proved, at most 0.5 % above the best (bound 199): the time limit ended the search",
        ),
        (
            {"reason": Reason.FEASIBLE, "limit": Limit.METHOD, "bound": None},
            "not proved, and no bound is known: the method proves no more",
        ),
        (
            {"reason": Reason.CANCELLED, "limit": Limit.CANCEL, "bound": None},
            "not proved, and no bound is known: the search was stopped",
        ),
    ],
)
def test_what_is_proved_is_one_sentence(changes: dict[str, object], sentence: str) -> None:
    assert proof(replace(OUTCOME, **changes)) == sentence  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Fraction(565125, 1000), "565.125"),
        (Fraction(110), "110"),
        (Fraction(1488999, 1), "1,488,999"),
        (Fraction(1, 2**21), "4.76837158203125e-07"),
    ],
)
def test_costs_are_written_exactly(cost: Fraction, text: str) -> None:
    assert points(cost) == text
    assert Fraction(float(text.replace(",", ""))) == cost
