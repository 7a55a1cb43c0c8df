from datetime import date
from fractions import Fraction

import pytest

from optimizer_core.picture import ChartStay, Side, TapeChart, wording
from optimizer_core.picture.placement import RoomGap, place


def tooltip(chart: TapeChart, name: str, side: Side, room_type: str | None = "Double") -> str:
    stay = next(stay for stay in chart.stays if stay.name == name)
    return wording.stay_tooltip(chart, stay, side, room_type)


def test_a_tooltip_tells_all_that_is_known_about_a_stay(everything: TapeChart) -> None:
    assert tooltip(everything, "Plain", Side.AFTER) == "Plain: 1 to 5 Oct, 4 nights, room 101"
    assert tooltip(everything, "Locked", Side.AFTER).endswith("room 101, locked")
    assert tooltip(everything, "Moved", Side.BEFORE).endswith("room 102, moves to 201")
    assert tooltip(everything, "Moved", Side.AFTER).endswith("room 201, moved from 102")
    assert tooltip(everything, "Group 1", Side.AFTER).endswith(", group A (Wedding)")
    assert tooltip(everything, "New", Side.BEFORE, None).endswith("no room, new request")


def test_a_tooltip_names_both_months_where_they_differ(everything: TapeChart) -> None:
    stay = ChartStay("", date(2026, 10, 30), date(2026, 11, 2), None, "101")
    assert wording.stay_tooltip(everything, stay, Side.AFTER, "Double").startswith(
        "30 Oct to 2 Nov, 3 nights"
    )
    year = ChartStay("", date(2026, 10, 3), date(2027, 10, 2), None, "101")
    assert wording.stay_tooltip(everything, year, Side.AFTER, "Double").startswith(
        "3 Oct to 2 Oct, 364 nights"
    )


def test_a_tooltip_names_the_booked_type_only_where_another_was_given(everything: TapeChart) -> None:
    stay = ChartStay("", date(2026, 10, 1), date(2026, 10, 2), None, "201", room_type="Double")
    assert wording.stay_tooltip(everything, stay, Side.AFTER, "Suite").endswith("booked Double")
    assert "booked" not in wording.stay_tooltip(everything, stay, Side.AFTER, "Double")


def test_a_tooltip_stays_short_whatever_the_name(everything: TapeChart) -> None:
    stay = ChartStay("x\n" * 5000, date(2026, 10, 1), date(2026, 10, 2), None, "101")
    text = wording.stay_tooltip(everything, stay, Side.AFTER, "Double")
    assert len(text) < 200
    assert "\n" not in text


def test_gap_tooltips_say_whether_somebody_can_buy_it() -> None:
    assert "Orphan gap: 1 night from 5 Oct, room 101, minimum stay 3" in wording.gap_tooltip(
        RoomGap(date(2026, 10, 5), 1, 3), "101"
    )
    assert "Gap: 4 nights from 5 Oct, room 101, minimum stay 3" in wording.gap_tooltip(
        RoomGap(date(2026, 10, 5), 4, 3), "101"
    )


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 10, 1), date(2026, 10, 2), "1 Oct 2026"),
        (date(2026, 10, 1), date(2026, 12, 15), "1 Oct to 14 Dec 2026"),
        (date(2026, 12, 31), date(2027, 1, 2), "31 Dec 2026 to 1 Jan 2027"),
    ],
)
def test_a_period_is_written_with_its_last_night(start: date, end: date, text: str) -> None:
    assert wording.period(start, end) == text


@pytest.mark.parametrize(
    ("cost", "text"),
    [(Fraction(67, 2), "33.5"), (Fraction(137, 16), "8.56"), (Fraction(0), "0"), (Fraction(1200), "1,200")],
)
def test_points_have_at_most_two_decimals(cost: Fraction, text: str) -> None:
    assert wording.points(cost) == text


def test_the_description_gives_the_figures_of_both_sides(everything: TapeChart) -> None:
    placements = tuple(place(everything, side) for side in Side)
    text = wording.description(everything, placements)
    assert "3 rooms and 6 stays, 14 nights, 1 Oct to 14 Oct 2026" in text
    assert "Before: 1 orphan night, gap cost " in text
    assert "Stays moved: 1." in text
    assert text.endswith("Proved: no plan is better.")
