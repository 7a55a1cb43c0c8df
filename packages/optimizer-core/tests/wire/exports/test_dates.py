from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from optimizer_core.wire.exports.dates import DateOrder, DateReader, UnclearDates, UtcWithoutZone, date_order


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04",
        "2026/5/4",
        "20260504",
        "2026-05-04 14:00",
        "2026-05-04 03:00 PM",
        "04.05.2026",
        "04.05.26",
        "4. 5. 2026",
        "4.5.2026 14:00",
        "Mo 04.05.2026",
        "Mo., 04.05.26",
        "4 May 2026",
        "04-May-2026",
        "04-MAY-26",
        "04MAY26",
        "May 4, 2026",
        "Mon 4 May 2026",
        "Monday, May 4, 2026 3:00 PM",
        "4. Mai 2026",
        "4 mai 2026",
        "lun. 4 mai 2026",
        "4 de mayo de 2026",
        "4 maggio 2026",
        "4 de maio de 2026",
        "4 mei 2026",
        "46146",
        "46146.625",
    ],
)
def test_dates_that_can_be_read_in_one_way_need_no_order(text: str) -> None:
    assert DateReader().read(text) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1 Jän 2026", None),
        ("1 März 2026", 3),
        ("1 févr. 2026", 2),
        ("1 août 2026", 8),
        ("1 juil. 2026", 7),
        ("1 ene 2026", 1),
        ("mar 1 mai 2026", 5),
        ("1 Okt. 2026", 10),
        ("1 set 2026", 9),
        ("1 mrt. 2026", 3),
        ("1 jui 2026", None),
        ("1 dic 2026", 12),
    ],
)
def test_months_are_read_in_seven_languages(text: str, month: int | None) -> None:
    found = DateReader().read(text)
    if text == "1 Jän 2026":  # Austrian, for Jänner
        assert found == date(2026, 1, 1)
    else:
        assert (found.month if found else None) == month


def test_a_date_with_slashes_is_read_by_its_order_and_by_no_other_means() -> None:
    for text in ("04/05/2026", "4/5/26", "Mon 04/05/2026", "04-05-2026 15:00"):
        assert DateReader(DateOrder.DAY_FIRST).read(text) == date(2026, 5, 4)
        assert DateReader(DateOrder.MONTH_FIRST).read(text) == date(2026, 4, 5)
        assert DateReader().read(text) is None


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "31.04.2026", "99/99/2026", "14 May", "7", "12345678", "2026-05-04 x"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert DateReader(DateOrder.DAY_FIRST).read(text) is None


def test_a_stamp_in_utc_is_the_date_at_the_hotel() -> None:
    auckland = DateReader(zone=ZoneInfo("Pacific/Auckland"))
    assert auckland.read("2026-01-12T21:00:00Z") == date(2026, 1, 13)
    assert auckland.read("2026-01-12 21:00:00.000 UTC") == date(2026, 1, 13)
    assert auckland.read("2026-01-12 21:00", is_utc=True) == date(2026, 1, 13)
    assert auckland.read("2026-01-12T23:00:00+13:00") == date(2026, 1, 12)
    assert auckland.read("2026-01-12", is_utc=True) == date(2026, 1, 12)
    hawaii = DateReader(zone=ZoneInfo("Pacific/Honolulu"))
    assert hawaii.read("2026-01-12T01:00:00Z") == date(2026, 1, 11)


@pytest.mark.parametrize(("text", "is_utc"), [("2026-01-12T21:00:00Z", False), ("2026-01-12 21:00", True)])
def test_a_stamp_in_utc_needs_the_time_zone(text: str, is_utc: bool) -> None:
    with pytest.raises(UtcWithoutZone):
        DateReader().read(text, is_utc=is_utc)


def test_one_day_above_twelve_shows_the_order_of_a_file() -> None:
    assert date_order(["04/05/2026", "14/05/2026"]) is DateOrder.DAY_FIRST
    assert date_order(["Mon 4/5/26 15:00", "5/14/26"]) is DateOrder.MONTH_FIRST
    assert date_order(["2026-05-04", ""]) is None


def test_an_order_that_nothing_shows_is_not_guessed() -> None:
    with pytest.raises(UnclearDates, match="choose --day-first or --month-first"):
        date_order(["04/05/2026"])


def test_an_order_that_changes_within_a_file_is_refused() -> None:
    with pytest.raises(UnclearDates, match="begin with the day, others with the month"):
        date_order(["14/05/2026", "05/14/2026"])
