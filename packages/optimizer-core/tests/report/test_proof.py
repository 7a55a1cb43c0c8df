"""What is proved is said in one sentence that promises no more than was proved."""

from dataclasses import replace
from fractions import Fraction

import pytest

from optimizer_core.domain import Limit, Outcome, Plan, Reason
from optimizer_core.report import moves_sentence, percent
from optimizer_core.report.proof import points, proof

OUTCOME = Outcome(Reason.OPTIMAL, Limit.NONE, "cvxpy", Plan({}), Fraction(1), Fraction(1))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "proved: no plan is better"),
        (
            {"reason": Reason.FEASIBLE, "limit": Limit.TIME, "value": Fraction(200), "bound": Fraction(199)},
            "not proved, at most 0.51 % above the best (bound 199): the time limit ended the search",
        ),
        (
            {
                "reason": Reason.FEASIBLE,
                "limit": Limit.METHOD,
                "value": Fraction(84251, 4),
                "bound": Fraction(513, 4),
            },
            "not proved, at most 16,324 % above the best (bound 128.25): the method proves no more",
        ),
        (
            {"reason": Reason.FEASIBLE, "limit": Limit.TIME, "bound": Fraction(0)},
            "not proved, and no lower bound above 0 is known: the time limit ended the search",
        ),
        (
            {"reason": Reason.FEASIBLE, "limit": Limit.TIME, "upgrades": (3, 2)},
            (
                "not proved, and the bound 1 is for plans with fewer stays outside their own type: "
                "the time limit ended the search"
            ),
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


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (0.0, "0 %"),
        (1e-9, "0.01 %"),
        (0.0007, "0.07 %"),
        (0.00123, "0.13 %"),
        (0.5, "50 %"),
        (0.99999, "100 %"),
        (1.0, "100 %"),
        (5.431, "544 %"),
        (1e6, "100,000,000 %"),
    ],
)
def test_a_percentage_never_looks_smaller_than_it_is(gap: float, text: str) -> None:
    assert percent(gap) == text


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [
        (0, "418 of 2,349 moved"),
        (297, "418 of 2,349 moved; at least 297 must"),
        (418, "418 of 2,349 moved, proved the fewest at this cost"),
    ],
)
def test_moves_are_said_with_their_bound(bound: int, sentence: str) -> None:
    assert moves_sentence(418, 2349, bound) == sentence
