"""The closing table says what changed, what is proved and what it took."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer_core.domain import Limit, MinimumStay, Outcome, Plan, Problem, Reason, Room, Stay
from optimizer_core.report import closing_table, compare

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
        "",
        "  Orphan nights: empty nights in gaps too short to sell. Gap cost: the points that short gaps cost.",
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
        ((2, 1), ["  proved: no plan is better", "  2 of 4 moved; at least 1 must"]),
        ((2, 2), ["  proved: no plan is better", "  2 of 4 moved, proved the fewest at this cost"]),
    ],
)
def test_what_is_proved_about_the_moves(
    crossed: Problem, uncrossed: Plan, moves: tuple[int, int], lines: list[str]
) -> None:
    text = closing_table(crossed, replace(OUTCOME, moves=moves), compare(crossed, uncrossed), 0.128)
    assert text.splitlines()[6:-3] == lines
