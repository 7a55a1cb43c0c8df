"""Gap cost: its formula, and what a plan pays."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay
from optimizer_core.objective import gap_cost
from optimizer_core.objective.gaps import gap_term

MakeStay = Callable[..., Stay]


@pytest.mark.parametrize(
    ("minimum", "costs"),
    [
        (3, [0, 8, 4, 1, Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), 0, 0]),
        (1, [0, 1, Fraction(1, 2), 0, 0]),
        (0, [0, 0, 0]),
        (5, [0, 32, 16, 8, 4, 1, *(Fraction(1, 2**k) for k in range(1, 6)), 0]),
    ],
)
def test_costs_of_gaps_of_0_1_2_nights(minimum: int, costs: list[Fraction]) -> None:
    scale = 2**minimum
    assert [Fraction(gap_cost(minimum, nights, scale), scale) for nights in range(len(costs))] == costs


@pytest.mark.property
@given(st.lists(st.integers(0, 8), min_size=40, max_size=40), st.integers(0, 39), st.data())
def test_one_gap_never_costs_more_than_two_in_a_row(
    minimums: list[int], start: int, data: st.DataObject
) -> None:
    """c(a, L1 + L2) <= c(a, L1) + c(a + L1, L2), whatever the days' rules: what lets gaps be chained."""
    first = data.draw(st.integers(0, 39 - start))
    second = data.draw(st.integers(0, 39 - start - first))
    scale = 2**8
    whole = gap_cost(minimums[start], first + second, scale)
    parts = gap_cost(minimums[start], first, scale) + gap_cost(minimums[start + first], second, scale)
    assert whole <= parts


@pytest.mark.property
@given(st.integers(0, 21), st.integers(0, 60))
def test_every_cost_is_whole_on_the_scale_of_its_minimum_stay(minimum: int, nights: int) -> None:
    assert gap_cost(minimum, nights, 2**minimum) * 4 == gap_cost(minimum, nights, 2 ** (minimum + 2))


def test_a_plan_pays_for_each_gap_that_costs_something(stay: MakeStay) -> None:
    stays = (stay("a", 0, 1), stay("b", 2, 1), stay("c", 8, 1), stay("d", 20, 1))
    problem = Problem("gaps", (Room("7"),), stays, MinimumStay(3))
    term = gap_term(problem, Plan(dict.fromkeys("abcd", "7")))
    assert (term.name, term.total) == ("gaps", 8 * 8 + 2)
    assert [(match.stay_ids, match.room_numbers, match.nights, match.why) for match in term.matches] == [
        (("a", "b"), ("7",), 1, "1 night free, minimum stay 3: orphan gap, too short to sell"),
        (("b", "c"), ("7",), 5, "5 nights free, minimum stay 3: just long enough to sell"),
    ]
