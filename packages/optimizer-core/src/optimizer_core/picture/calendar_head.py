"""The head of a panel: months, weekdays and dates, weekends, today, and further lines by night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from optimizer_core.picture.chart import NightBand, Side
from optimizer_core.picture.density import SMALLEST_FONT, Density
from optimizer_core.picture.lettering import fit, measure
from optimizer_core.picture.palette import (
    GRID,
    HEADER_WEEKEND,
    INK,
    MONTH,
    MUTED,
    TODAY,
    TODAY_CELL,
    WEEKEND,
    WHITE,
    TextStyle,
)
from optimizer_core.picture.shapes import Box, Layout, Line, Text
from optimizer_core.picture.wording import MONTHS, WEEKDAYS

_MONTH_HEIGHT = 20
_WEEKDAY_HEIGHT = 14
_DATE_HEIGHT = 16
_BAND_HEIGHT = 14


@dataclass(frozen=True, slots=True)
class DayGrid:
    """The positions of the columns of days.

    Parameters
    ----------
    x
        Left edge of the first day.
    start
        First night drawn.
    num_days
        Columns: one for each night and one for the morning after the last.
    density
        Sizes.
    """

    x: int
    start: date
    num_days: int
    density: Density

    @property
    def width(self) -> int:
        """Width of all columns."""
        return self.num_days * self.density.day_width

    @property
    def days(self) -> Iterator[date]:
        """The day of each column."""
        return (self.start + timedelta(index) for index in range(self.num_days))

    def left(self, day: date) -> int:
        """Return the left edge of a day's column."""
        return self.x + (day - self.start).days * self.density.day_width

    def span(self, arrival: date, departure: date) -> tuple[int, int]:
        """Return the pixels from the middle of one day to the middle of another, cut at the edges."""
        half = self.density.day_width // 2
        left = max(self.x, self.left(arrival) + half)
        return left, min(self.x + self.width, self.left(departure) + half)


def calendar_height(density: Density, num_bands: int) -> int:
    """Return the height of a panel's head in pixels."""
    weekday = _WEEKDAY_HEIGHT if density.has_every_date else 0
    return _MONTH_HEIGHT + weekday + _DATE_HEIGHT + num_bands * _BAND_HEIGHT


def draw_calendar(
    layout: Layout,
    grid: DayGrid,
    y: int,
    edges: tuple[int, int],
    *,
    bands: tuple[NightBand, ...],
    today: date | None,
) -> None:
    """Draw the head of a panel.

    Parameters
    ----------
    edges
        Left and right edge of the panel; the labels of `bands` are at the left one.
    """
    _draw_months(layout, grid, y)
    y += _MONTH_HEIGHT
    if grid.density.has_every_date:
        _draw_days(layout, grid, y, today)
        y += _WEEKDAY_HEIGHT + _DATE_HEIGHT
    else:
        _draw_weeks(layout, grid, y)
        y += _DATE_HEIGHT
    for band in bands:
        _draw_band(layout, grid, y, edges, band)
        y += _BAND_HEIGHT


def draw_ground(layout: Layout, grid: DayGrid, y: int, height: int) -> None:
    """Draw weekends and the lines between days, weeks or months below the head."""
    width = grid.density.day_width
    for day in grid.days:
        x = grid.left(day)
        if is_weekend(day) and width > 4:
            layout.areas.append(Box(x, y, width, height, WEEKEND))
        if day.day == 1:
            layout.lines.append(Line(x, y, height, MONTH))
        elif width >= 10 or (width > 4 and day.weekday() == 0):
            layout.lines.append(Line(x, y, height, GRID))


def draw_today(layout: Layout, grid: DayGrid, y: int, height: int, today: date | None) -> None:
    """Draw a line through the middle of today, between departures on its left and arrivals on its right."""
    if today is not None and today in set(grid.days):
        layout.lines.append(Line(grid.left(today) + grid.density.day_width // 2, y, height, TODAY))


def draw_dates(layout: Layout, grid: DayGrid, base: int, from_x: int, today: date | None) -> None:
    """Repeat the dates of the head on a base line, starting at a pixel."""
    if not grid.density.has_every_date:
        return
    style = TextStyle(MUTED, _date_size(grid), anchor="middle")
    half = grid.density.day_width // 2
    for day in grid.days:
        if grid.left(day) >= from_x:
            if day == today:
                layout.areas.append(Box(grid.left(day), base - 12, 2 * half, 16, TODAY_CELL))
            ink = replace(style, color=WHITE) if day == today else style
            layout.texts.append(Text(grid.left(day) + half, base, str(day.day), ink))


def is_weekend(day: date) -> bool:
    """Return whether a day is a Saturday or a Sunday."""
    return day.weekday() >= 5


def sides_bands(bands: tuple[NightBand, ...], side: Side) -> tuple[NightBand, ...]:
    """Return the bands that belong to one panel."""
    return tuple(band for band in bands if band.side in (None, side))


def _draw_months(layout: Layout, grid: DayGrid, y: int) -> None:
    first_days = [day for day in grid.days if day.day == 1 or day == grid.start]
    end = grid.start + timedelta(grid.num_days)
    style = TextStyle(INK, 12, is_bold=True)
    for day, following in zip(first_days, [*first_days[1:], end], strict=True):
        x = grid.left(day)
        room = grid.left(following) - x - 8
        name = MONTHS[day.month - 1]
        for text in (f"{name} {day.year}", name, name[:3]):
            if measure(text, style.size, bold=True) <= room:
                layout.texts.append(Text(x + 4, y + 15, text, style))
                break
        if day.day == 1:
            layout.lines.append(Line(x, y, _MONTH_HEIGHT, MONTH))


def _draw_days(layout: Layout, grid: DayGrid, y: int, today: date | None) -> None:
    width = grid.density.day_width
    size = _date_size(grid)
    has_long_names = width >= measure("Wed", size, bold=True) + 4
    for day in grid.days:
        x, middle = grid.left(day), grid.left(day) + width // 2
        is_bold = is_weekend(day)
        color = INK if is_bold else MUTED
        if day == today:
            layout.areas.append(Box(x, y, width, _WEEKDAY_HEIGHT + _DATE_HEIGHT, TODAY_CELL))
            color = WHITE
        elif is_bold:
            layout.areas.append(Box(x, y, width, _WEEKDAY_HEIGHT + _DATE_HEIGHT, HEADER_WEEKEND))
        name = WEEKDAYS[day.weekday()]
        style = TextStyle(color, size, is_bold, "middle")
        layout.texts.append(Text(middle, y + 11, name if has_long_names else name[0], style))
        layout.texts.append(Text(middle, y + _WEEKDAY_HEIGHT + 11, str(day.day), style))
        if day.day == 1:
            layout.lines.append(Line(x, y, _WEEKDAY_HEIGHT + _DATE_HEIGHT, MONTH))


def _draw_weeks(layout: Layout, grid: DayGrid, y: int) -> None:
    """Draw the dates of Mondays, where the column of a week is wide enough."""
    style = TextStyle(MUTED, 9)
    week = 7 * grid.density.day_width
    right = grid.x + grid.width
    for day in grid.days:
        x = grid.left(day)
        if day.weekday() == 0 and week >= 28 and right - x >= 16:
            layout.lines.append(Line(x, y, _DATE_HEIGHT, MONTH))
            layout.texts.append(Text(x + 3, y + 12, str(day.day), style))


def _draw_band(layout: Layout, grid: DayGrid, y: int, edges: tuple[int, int], band: NightBand) -> None:
    left, right = edges
    label = fit(band.label, grid.x - left - 8, 9, at_least=1)
    layout.texts.append(Text(left + 8, y + 11, label, TextStyle(MUTED, 9)))
    layout.lines.append(Line(left, y, right - left, MONTH, is_across=True))
    width = grid.density.day_width
    size = max(SMALLEST_FONT, min(10, width // 2 + 1))
    style = TextStyle(INK, size, anchor="middle")
    for day in grid.days:
        text = fit(band.text_by_night.get(day, ""), width, size, at_least=1)
        if text:
            layout.texts.append(Text(grid.left(day) + width // 2, y + 11, text, style))


def _date_size(grid: DayGrid) -> int:
    return max(SMALLEST_FONT, min(12, grid.density.day_width // 2))
