from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bookingopt_api.console.restrictions import DayCell, RestrictionView, restriction_view
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.restriction_entries import CalendarEntry, RestrictedDate

Small = Callable[..., ResultDocument]
TODAY = date(2027, 5, 1)


def calendar(room_type: str | None = None, profile: str = "full", **fields: Any) -> CalendarEntry:
    days = [RestrictedDate(date=date(2027, 5, 31), min_los_arrival=2, closed_to_departure=True)]
    start, end = date(2027, 5, 30), date(2027, 6, 3)
    return CalendarEntry(room_type=room_type, profile=profile, start=start, end=end, dates=days, **fields)


def shown(result: ResultDocument, **chosen: str) -> RestrictionView:
    view = restriction_view(result, TODAY, **chosen)
    assert view is not None
    return view


def test_without_restrictions_there_is_nothing_to_show(small: Small) -> None:
    assert restriction_view(small(), TODAY) is None


def test_months_begin_on_monday_and_hold_the_dates_of_the_schedule_alone(small: Small) -> None:
    view = shown(small(restriction_calendars=[calendar()]))
    days = [[[cell and cell.date.day for cell in week] for week in month.weeks] for month in view.months]
    assert days == [
        [[None, None, None, None, None, None, 30], [31, None, None, None, None, None, None]],
        [[None, 1, 2, None, None, None, None]],
    ]
    entry = view.months[0].weeks[1][0]
    assert entry is not None
    assert (entry.lengths, entry.entry and entry.entry.closed_to_departure) == ("≥ 2", True)


def test_type_and_profile_can_be_chosen_and_unknown_ones_give_the_first(small: Small) -> None:
    result = small(restriction_calendars=[calendar(), calendar(profile="fplos"), calendar("Lake")])
    assert shown(result, profile="fplos").entry.profile == "fplos"
    assert shown(result, room_type="Lake").entry.room_type == "Lake"
    assert shown(result, room_type="Cellar").entry == result.restriction_calendars[0]
    assert shown(result).types == (("House", ""), ("Lake", "Lake"))
    assert [profile for _, _, profile in shown(result).profiles] == ["full", "fplos"]


@pytest.mark.parametrize(
    ("least", "most", "text"),
    [(None, None, ""), (3, None, "≥ 3"), (None, 7, "≤ 7"), (3, 7, "3–7"), (4, 4, "4")],
)
def test_lengths_are_told_shortly(least: int | None, most: int | None, text: str) -> None:
    arrival = RestrictedDate(date=TODAY, min_los_arrival=least, max_los_arrival=most)
    through = RestrictedDate(date=TODAY, min_los_through=least, max_los_through=most)
    assert DayCell(TODAY, arrival).lengths == text
    assert DayCell(TODAY, through).lengths_through == text


@pytest.mark.parametrize(
    ("pattern", "text"), [("YYYNNNY", "1–3, 7"), ("NY", "2"), ("NNN", "none"), (None, "")]
)
def test_a_full_pattern_is_told_as_runs(pattern: str | None, text: str) -> None:
    entry = RestrictedDate(date=TODAY, full_pattern_los=pattern)
    assert DayCell(TODAY, entry).open_lengths == text


def test_what_the_restrictions_lose_is_said(small: Small) -> None:
    counts: dict[str, Any] = {
        "good_stays": 1050,
        "bad_stays": 20,
        "refused_good_stays": 3,
        "admitted_bad_stays": 1,
    }
    proved = small(restriction_calendars=[calendar(fewest_refused_good_stays=3, **counts)])
    losses = shown(proved).losses
    assert losses == (
        "Of 1,050 good stays these restrictions refuse 3, proved the fewest for a channel of this kind; "
        "of 20 bad ones they let in 1."
    )
    unproved = small(restriction_calendars=[calendar(fewest_refused_good_stays=2, **counts)])
    assert "proved" not in shown(unproved).losses
