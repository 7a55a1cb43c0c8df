"""A period wins over the weekday, which wins over the default."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from optimizer_core.domain import MinimumStay, MinimumStayPeriod

FRIDAY = date(2026, 5, 1)
RULES = MinimumStay(
    4,
    {4: 2, 5: 3},
    (
        MinimumStayPeriod(date(2026, 5, 8), date(2026, 5, 9), 1),
        MinimumStayPeriod(date(2026, 5, 9), date(2026, 5, 9), 7),
    ),
)


def test_the_default_holds_where_nothing_else_does() -> None:
    assert RULES.on(FRIDAY + timedelta(3)) == 4


def test_a_weekday_wins_over_the_default() -> None:
    assert [RULES.on(FRIDAY + timedelta(days)) for days in (0, 1)] == [2, 3]


def test_a_period_wins_over_the_weekday_on_both_its_ends() -> None:
    assert RULES.on(date(2026, 5, 8)) == 1


def test_of_two_periods_the_later_one_wins() -> None:
    assert RULES.on(date(2026, 5, 9)) == 7


def test_rules_are_compared_by_content_and_survive_a_process_border(
    across_a_process_border: Callable[[Any], Any],
) -> None:
    assert across_a_process_border(RULES) == RULES
    assert MinimumStay(3, {5: 1, 4: 2}) == MinimumStay(3, {4: 2, 5: 1})
    assert hash(MinimumStay(3, {5: 1})) == hash(MinimumStay(3, {5: 1}))
