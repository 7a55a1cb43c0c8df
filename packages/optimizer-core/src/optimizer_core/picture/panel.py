"""One side of a tape chart: heading, head with the dates, and the rooms with their bars and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from optimizer_core.domain import Room
from optimizer_core.picture.bar import paint_of, stay_bar
from optimizer_core.picture.calendar_head import (
    DayGrid,
    calendar_height,
    draw_calendar,
    draw_dates,
    draw_ground,
    draw_today,
    sides_bands,
)
from optimizer_core.picture.chart import ChartStay, Side, TapeChart
from optimizer_core.picture.density import Density
from optimizer_core.picture.lettering import cap_height, fit, measure
from optimizer_core.picture.palette import (
    BARELY,
    BARELY_INK,
    FRAME,
    GRID,
    HEADER,
    INK,
    MUTED,
    ORPHAN,
    ORPHAN_CHIP,
    ORPHAN_INK,
    SECTION,
    Paint,
    TextStyle,
)
from optimizer_core.picture.placement import Placement, RoomGap, Row, Section
from optimizer_core.picture.shapes import Box, GapMark, Layout, Line, Text
from optimizer_core.picture.wording import count, gap_tooltip, panel_facts

TITLE_HEIGHT = 30
SECTION_HEIGHT = 20
ROWS_PER_HEADING = 40
"""After this many rows the heading with the dates is repeated."""

_LABEL_PAD = 8
_LONGEST_LABEL = 110
_RIGHT_LABELS_FROM_WIDTH = 1200
_TITLES = {Side.BEFORE: "Before", Side.AFTER: "After"}


@dataclass(frozen=True, slots=True)
class PanelSize:
    """The measures that all panels of a picture share.

    Parameters
    ----------
    density
        Sizes of days, rows and letters.
    start, num_days
        First day and number of columns.
    label_width
        Of the column of room numbers.
    lanes_by_room
        Least rows of each room, so that a room is at the same height on both sides.
    bands_by_side
        Number of lines under the dates.
    """

    density: Density
    start: date
    num_days: int
    label_width: int
    lanes_by_room: Mapping[str, int]
    bands_by_side: Mapping[Side, int]

    @property
    def width(self) -> int:
        """Width of a panel."""
        return self.label_width * (2 if self.has_right_labels else 1) + self.days_width

    @property
    def days_width(self) -> int:
        """Width of the columns of days."""
        return self.num_days * self.density.day_width

    @property
    def has_right_labels(self) -> bool:
        """Whether the room numbers are repeated at the right edge."""
        return self.days_width > _RIGHT_LABELS_FROM_WIDTH

    def head_height(self, side: Side) -> int:
        """Return the height of the dates and the lines under them."""
        return calendar_height(self.density, self.bands_by_side[side])

    def lanes(self, row: Row) -> int:
        """Return the rows that a room takes."""
        return max(len(row.lanes), self.lanes_by_room.get(row.room.number, 1) if row.room else 1)

    def height(self, placement: Placement) -> int:
        """Return the height of a panel."""
        height = TITLE_HEIGHT + self.head_height(placement.side) + 1
        for section in placement.sections:
            height += SECTION_HEIGHT * -(-len(section.rows) // ROWS_PER_HEADING)
            height += sum(self.lanes(row) for row in section.rows) * self.density.row_height
        return height


def label_width(rooms: tuple[Room, ...], density: Density) -> int:
    """Return the width of the column of room numbers in pixels."""
    widest = max(measure(room.number, density.font_size) for room in rooms)
    return max(44, min(_LONGEST_LABEL, widest + 2 * _LABEL_PAD))


def draw_panel(
    layout: Layout,
    chart: TapeChart,
    placement: Placement,
    size: PanelSize,
    *,
    corner: tuple[int, int],
    today: date | None,
) -> None:
    """Draw one side.

    Parameters
    ----------
    corner
        The left upper corner.
    today
        A day to mark; None for no mark.
    """
    x, y = corner
    _PanelWriter(layout, chart, placement, size, x).draw(y, today)


class _PanelWriter:
    """Draws from the top down.

    Parameters
    ----------
    layout
        Receives the shapes.
    chart, placement
        The chart and the side to draw.
    size
        Measures.
    x
        Left edge.
    """

    def __init__(
        self, layout: Layout, chart: TapeChart, placement: Placement, size: PanelSize, x: int
    ) -> None:
        self._layout = layout
        self._chart = chart
        self._placement = placement
        self._size = size
        self._x = x
        self._right = x + size.width
        self._grid = DayGrid(x + size.label_width, size.start, size.num_days, size.density)

    def draw(self, y: int, today: date | None) -> None:
        """Draw everything from `y` down."""
        self._draw_title(y)
        top = y + TITLE_HEIGHT
        head_height = self._size.head_height(self._placement.side)
        body = top + head_height
        bottom = y + self._size.height(self._placement) - 1
        bands = sides_bands(self._chart.bands, self._placement.side)
        self._layout.areas.append(Box(self._x, top, self._size.width, head_height, HEADER))
        draw_calendar(self._layout, self._grid, top, (self._x, self._right), bands=bands, today=today)
        y = body
        for section in self._placement.sections:
            y = self._draw_section(section, y, today)
        for edge in (top, body, bottom):
            self._layout.lines.append(Line(self._x, edge, self._size.width, FRAME, is_across=True))

    def _draw_title(self, y: int) -> None:
        title = _TITLES[self._placement.side]
        style = TextStyle(INK, 17, is_bold=True)
        width = measure(title, style.size, bold=True)
        self._layout.texts.append(Text(self._x, y + 21, title, style, width))
        left = self._x + width + 10
        facts = fit(panel_facts(self._placement), self._right - left, 13)
        self._layout.texts.append(Text(left, y + 21, facts, TextStyle(MUTED, 13)))

    def _draw_section(self, section: Section, y: int, today: date | None) -> int:
        """Draw a room type and return where the next one begins."""
        for first in range(0, len(section.rows), ROWS_PER_HEADING):
            rows = section.rows[first : first + ROWS_PER_HEADING]
            height = sum(self._size.lanes(row) for row in rows) * self._size.density.row_height
            self._draw_heading(section, y, today, is_first=first == 0)
            y += SECTION_HEIGHT
            draw_ground(self._layout, self._grid, y, height)
            draw_today(self._layout, self._grid, y, height, today)
            for row in rows:
                y = self._draw_row(row, y)
        return y

    def _draw_heading(self, section: Section, y: int, today: date | None, *, is_first: bool) -> None:
        self._layout.areas.append(Box(self._x, y, self._size.width, SECTION_HEIGHT, SECTION))
        left = self._x + _LABEL_PAD
        longest = max(self._size.width // 2, self._size.label_width - _LABEL_PAD)
        heading = fit(section.heading, longest, 12, bold=True, at_least=1)
        width = measure(heading, 12, bold=True)
        self._layout.texts.append(Text(left, y + 14, heading, TextStyle(INK, 12, is_bold=True), width))
        left += width + 6
        note = fit(_note(section) if is_first else "continued", self._right - left - _LABEL_PAD, 11)
        self._layout.texts.append(Text(left, y + 14, note, TextStyle(MUTED, 11), measure(note, 11)))
        draw_dates(self._layout, self._grid, y + 14, left + measure(note, 11) + 8, today)

    def _draw_row(self, row: Row, y: int) -> int:
        """Draw a room and return where the next one begins."""
        density = self._size.density
        height = self._size.lanes(row) * density.row_height
        if row.room is not None:
            self._draw_room_number(row.room.number, y)
            for gap in row.gaps:
                self._draw_gap(gap, row.room.number, y)
        room = None if row.room is None else (row.room.number, row.room.room_type)
        for index, lane in enumerate(row.lanes):
            for stay in lane:
                self._draw_stay(stay, room, y + index * density.row_height)
        self._layout.lines.append(Line(self._x, y + height - 1, self._size.width, GRID, is_across=True))
        return y + height

    def _draw_room_number(self, number: str, y: int) -> None:
        size = self._size.density.font_size
        base = y + (self._size.density.row_height + cap_height(size)) // 2
        text = fit(number, self._size.label_width - _LABEL_PAD - 2, size, at_least=1)
        style = TextStyle(INK, size)
        self._layout.texts.append(Text(self._x + _LABEL_PAD, base, text, style))
        if self._size.has_right_labels:
            x = self._right - self._size.label_width + _LABEL_PAD
            self._layout.texts.append(Text(x, base, text, style))

    def _draw_stay(self, stay: ChartStay, room: tuple[str, str] | None, y: int) -> None:
        if stay.arrival >= self._chart.end or stay.departure <= self._chart.start:
            return
        density = self._size.density
        paint = paint_of(stay, density.bar_height)
        box = self._row_box(stay.arrival, stay.departure, y, paint, density.corner_radius)
        bar = stay_bar(self._chart, stay, self._placement.side, box, room=room, density=density)
        self._layout.bars.append(bar)

    def _draw_gap(self, gap: RoomGap, room_number: str, y: int) -> None:
        if gap.start >= self._chart.end or gap.end <= self._chart.start:
            return
        box = self._row_box(gap.start, gap.end, y, ORPHAN if gap.is_orphan else BARELY)
        size = self._size.density.font_size
        nights = str(gap.nights)
        width = measure(nights, size, bold=True)
        chip = text = None
        if self._size.density.has_labels and width + 4 <= box.width:
            style = TextStyle(ORPHAN_INK if gap.is_orphan else BARELY_INK, size, gap.is_orphan, "middle")
            text = Text(box.x + box.width // 2, box.y + (box.height + cap_height(size)) // 2, nights, style)
            if gap.is_orphan:
                chip = Box(text.x - width // 2 - 1, box.y + 1, width + 2, box.height - 2, ORPHAN_CHIP)
        tooltip = gap_tooltip(gap, room_number)
        side = self._placement.side
        self._layout.gaps.append(GapMark(gap, side, room_number, box, tooltip, chip, text))

    def _row_box(self, arrival: date, departure: date, y: int, paint: Paint, radius: int = 0) -> Box:
        """Return the area of some nights in a row; bars and gaps are separated by a crack."""
        density = self._size.density
        left, right = self._grid.span(arrival, departure)
        top = y + (density.row_height - 1 - density.bar_height) // 2
        width = max(1, right - left - density.crack)
        return Box(left + 1, top, width, density.bar_height, paint, radius)


def _note(section: Section) -> str:
    if section.rows[0].room is not None:
        return count(len(section.rows), "room")
    return count(sum(len(lane) for row in section.rows for lane in row.lanes), "stay")
