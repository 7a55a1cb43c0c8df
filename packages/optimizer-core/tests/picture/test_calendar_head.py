from datetime import date, timedelta

import pytest

from optimizer_core.picture import NightBand, Side
from optimizer_core.picture.calendar_head import (
    DayGrid,
    calendar_height,
    draw_calendar,
    draw_dates,
    draw_ground,
    draw_today,
    is_weekend,
    sides_bands,
)
from optimizer_core.picture.density import Density
from optimizer_core.picture.lettering import measure
from optimizer_core.picture.palette import HEADER_WEEKEND, MONTH, TODAY, TODAY_CELL, WEEKEND
from optimizer_core.picture.shapes import Layout

START = date(2026, 10, 1)  # a Thursday


def grid(day_width: int, num_days: int = 40) -> DayGrid:
    return DayGrid(50, START, num_days, Density(day_width, 20))


def head(days: DayGrid, today: date | None = None, *bands: NightBand) -> Layout:
    layout = Layout()
    draw_calendar(layout, days, 0, (0, days.x + days.width), bands=bands, today=today)
    return layout


@pytest.mark.parametrize("day_width", [6, 12, 20, 48])
def test_weekend_columns_are_the_saturdays_and_sundays(day_width: int) -> None:
    days = grid(day_width)
    layout = Layout()
    draw_ground(layout, days, 100, 200)
    columns = {(box.x, box.width) for box in layout.areas if box.paint is WEEKEND}
    expected = {(days.left(day), day_width) for day in days.days if day.isoweekday() in {6, 7}}
    assert columns == expected
    assert len(expected) == 12


@pytest.mark.parametrize("day_width", [12, 20, 48])
def test_weekends_differ_in_the_head_by_more_than_color(day_width: int) -> None:
    days = grid(day_width, 7)
    layout = head(days)
    assert [box.x for box in layout.areas if box.paint is HEADER_WEEKEND] == [
        days.left(date(2026, 10, 3)),
        days.left(date(2026, 10, 4)),
    ]
    bold = {text.string for text in layout.texts if text.style.is_bold and text.y > 20}
    assert {"3", "4"} <= bold
    assert "5" not in bold


@pytest.mark.parametrize("day_width", [12, 16, 20, 28, 48, 160])
def test_every_date_and_weekday_fits_its_column(day_width: int) -> None:
    days = grid(day_width)
    centered = [text for text in head(days).texts if text.style.anchor == "middle"]
    assert len(centered) == 2 * days.num_days
    assert all(
        measure(text.string, text.style.size, bold=text.style.is_bold) <= day_width for text in centered
    )


@pytest.mark.parametrize("day_width", [4, 6, 10])
def test_where_days_are_narrow_only_mondays_are_dated_and_dates_do_not_overlap(day_width: int) -> None:
    days = grid(day_width, 100)
    texts = [text for text in head(days).texts if text.string.isdecimal()]
    assert [text.string for text in texts[:3]] == ["5", "12", "19"]
    ends = [text.x + measure(text.string, text.style.size) for text in texts]
    assert all(end <= text.x for end, text in zip(ends, texts[1:], strict=False))
    assert ends[-1] <= days.x + days.width


def test_months_are_named_as_fully_as_they_fit_and_begin_with_a_line() -> None:
    layout = head(grid(20, 60))
    names = [text.string for text in layout.texts if text.y < 20]
    assert names == ["October 2026", "November 2026"]
    assert grid(20).left(date(2026, 11, 1)) in {line.x for line in layout.lines if line.paint is MONTH}
    assert [text.string for text in head(grid(4, 45)).texts if text.y < 20] == ["October 2026", "Nov"]


def test_today_is_marked_in_the_head_in_the_repeated_dates_and_by_a_line_through_its_middle() -> None:
    days = grid(20)
    today = START + timedelta(8)
    layout = head(days, today)
    assert [box.x for box in layout.areas if box.paint is TODAY_CELL] == [days.left(today)]
    rows = Layout()
    draw_today(rows, days, 0, 100, today)
    draw_dates(rows, days, 14, 0, today)
    assert [line.x for line in rows.lines if line.paint is TODAY] == [days.left(today) + 10]
    assert [box.x for box in rows.areas if box.paint is TODAY_CELL] == [days.left(today)]


@pytest.mark.parametrize("today", [None, START - timedelta(1), START + timedelta(40)])
def test_a_day_that_is_not_drawn_is_not_marked(today: date | None) -> None:
    layout = head(grid(20), today)
    draw_today(layout, grid(20), 0, 100, today)
    assert not [box for box in layout.areas if box.paint is TODAY_CELL]
    assert not [line for line in layout.lines if line.paint is TODAY]


def test_repeated_dates_begin_where_the_heading_ends() -> None:
    layout = Layout()
    draw_dates(layout, grid(20), 14, 111, None)
    assert layout.texts[0].string == "5"


def test_bars_run_from_the_middle_of_the_arrival_to_the_middle_of_the_departure_cut_at_the_edges() -> None:
    days = grid(20, 11)
    assert days.span(START + timedelta(2), START + timedelta(5)) == (100, 160)
    assert days.span(START - timedelta(9), START + timedelta(1)) == (50, 80)
    assert days.span(START + timedelta(9), START + timedelta(90)) == (240, 270)


def test_bands_say_something_by_night_on_their_side() -> None:
    low = NightBand("Min", {START: "3", START + timedelta(2): "12"}, Side.AFTER)
    both = NightBand("CTA", {START: "x"})
    assert sides_bands((low, both), Side.BEFORE) == (both,)
    assert sides_bands((low, both), Side.AFTER) == (low, both)
    days = grid(20, 5)
    layout = head(days, None, low)
    last_line = [text for text in layout.texts if text.y > calendar_height(days.density, 0)]
    assert [text.string for text in last_line] == ["Min", "3", "12"]
    assert [text.x for text in last_line[1:]] == [60, 100]


def test_weekends_are_saturday_and_sunday() -> None:
    assert [is_weekend(START + timedelta(number)) for number in range(5)] == [False, False, True, True, False]
