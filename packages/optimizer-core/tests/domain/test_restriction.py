"""A calendar admits a stay if no date it touches refuses it."""

from datetime import date, timedelta

import pytest

from optimizer_core.domain import DailyRestriction, RestrictionCalendar

FIRST = date(2026, 5, 1)


def calendar(*days: DailyRestriction) -> RestrictionCalendar:
    return RestrictionCalendar(FIRST, days)


def test_limits_by_arrival_hold_for_the_arrival_alone() -> None:
    rules = calendar(DailyRestriction(min_los_arrival_nights=2, max_los_arrival_nights=3), DailyRestriction())
    assert [rules.admits(FIRST, nights) for nights in (1, 2, 3, 4)] == [False, True, True, False]
    assert rules.admits(FIRST + timedelta(1), 1)


def test_limits_through_the_night_hold_for_every_night_of_the_stay() -> None:
    rules = calendar(DailyRestriction(), DailyRestriction(min_los_through_nights=3, max_los_through_nights=3))
    assert rules.admits(FIRST, 1)
    assert not rules.admits(FIRST, 2)
    assert rules.admits(FIRST, 3)
    assert not rules.admits(FIRST, 4)


def test_a_closed_departure_is_the_morning_after_the_last_night() -> None:
    rules = calendar(DailyRestriction(), DailyRestriction(), DailyRestriction(closed_to_departure=True))
    assert not rules.admits(FIRST, 2)
    assert rules.admits(FIRST + timedelta(2), 1)


def test_a_closed_arrival_refuses_every_length() -> None:
    rules = calendar(DailyRestriction(closed_to_arrival=True))
    assert not any(rules.admits(FIRST, nights) for nights in (1, 2, 30))


def test_a_full_pattern_opens_what_it_names_and_no_more() -> None:
    rules = calendar(DailyRestriction(full_pattern_los=(False, True)))
    assert [rules.admits(FIRST, nights) for nights in (1, 2, 3)] == [False, True, False]


def test_dates_outside_have_no_restriction() -> None:
    rules = calendar(DailyRestriction(closed_to_arrival=True, closed_to_departure=True))
    assert rules.end == FIRST + timedelta(1)
    assert rules.on(rules.end).is_open
    assert rules.admits(FIRST + timedelta(1), 5)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"min_los_arrival_nights": 0}, "by arrival is below 1"),
        ({"max_los_through_nights": -1}, "through is below 1"),
        ({"min_los_arrival_nights": 3, "max_los_arrival_nights": 2}, "close the arrival instead"),
    ],
)
def test_lengths_that_contradict_each_other_are_refused(values: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DailyRestriction(**values)  # type: ignore[arg-type]
