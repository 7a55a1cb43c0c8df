from __future__ import annotations

from datetime import date

import pytest

from optimizer_core.wire.csv_values import (
    DateOrder,
    UnclearDates,
    date_order,
    read_date,
    read_nights,
    read_yes_or_no,
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04",
        "2026/5/4",
        "2026-05-04T14:00:00Z",
        "04.05.2026",
        "4.5.2026 14:00",
        "4 May 2026",
        "04-May-2026",
    ],
)
def test_dates_that_can_be_read_in_one_way_need_no_order(text: str) -> None:
    assert read_date(text, None) == date(2026, 5, 4)


def test_a_date_with_slashes_is_read_by_its_order_and_by_no_other_means() -> None:
    assert read_date("04/05/2026", DateOrder.DAY_FIRST) == date(2026, 5, 4)
    assert read_date("04/05/2026", DateOrder.MONTH_FIRST) == date(2026, 4, 5)
    assert read_date("04/05/2026", None) is None


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "31.04.2026", "4 Mai 2026", "99/99/2026", "1.1.26"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, DateOrder.DAY_FIRST) is None


def test_one_day_above_twelve_tells_the_order_of_a_file() -> None:
    assert date_order(["04/05/2026", "14/05/2026"]) is DateOrder.DAY_FIRST
    assert date_order(["04/05/2026", "05/14/2026"]) is DateOrder.MONTH_FIRST
    assert date_order(["2026-05-04", ""]) is None


def test_an_order_that_nothing_tells_is_not_guessed() -> None:
    with pytest.raises(UnclearDates, match="may begin with the day or with the month"):
        date_order(["04/05/2026"])


def test_an_order_that_changes_within_a_file_is_refused() -> None:
    with pytest.raises(UnclearDates, match="begin with the day, others with the month"):
        date_order(["14/05/2026", "05/14/2026"])


@pytest.mark.parametrize(("text", "nights"), [("3", 3), ("9.0", 9), ("0", None), ("2.5", None), ("-1", None)])
def test_nights_are_whole_and_at_least_one(text: str, nights: int | None) -> None:
    assert read_nights(text) == nights


@pytest.mark.parametrize(
    ("text", "answer"), [("Yes", True), ("x", True), ("0", False), ("", False), ("perhaps", None)]
)
def test_yes_no_and_neither_are_told_apart(text: str, answer: bool | None) -> None:
    assert read_yes_or_no(text) is answer
