"""The tape chart as table rows: a row for each room, a column for each night, one cell for each stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from bookingopt_api.console.nights import Columns, Night, columns_of, nights_of
from optimizer_core.picture import ChartStay, Placement, Row, Side, TapeChart, place
from optimizer_core.picture.placement import RoomGap
from optimizer_core.picture.wording import gap_tooltip, stay_tooltip

ARROW = "→"
ROWS_OF_A_PIECE = 8
"""Rows that a browser lays out at once; the style sheet knows the height of each smaller number."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Some nights of one room.

    Parameters
    ----------
    nights
        How many columns it covers; at least one.
    classes
        ``s`` stay, with ``m`` moved, ``l`` locked, ``u`` in another type than booked, ``n`` new request,
        ``i`` and ``c`` if it begins before or continues after the nights shown; ``o`` orphan gap;
        ``s b`` block; ``g`` gap that costs but can be sold; empty for free nights.
    mark
        Letters for the classes, and the other room of a moved stay.
    label
        Name of the stay, or nights of a gap.
    title
        All details, in one line.
    position
        Position of the stay in the plan; None for all other cells.
    """

    nights: int
    classes: str = ""
    mark: str = ""
    label: str = ""
    title: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One room, or one lane of a room that is booked twice.

    Parameters
    ----------
    number
        Room number; empty for stays without a room.
    cells
        Together as many nights as the chart has.
    is_changed
        Whether a stay in the chart leaves or enters it.
    """

    number: str
    cells: tuple[Cell, ...]
    is_changed: bool


@dataclass(frozen=True, slots=True)
class TypeSection:
    """The rooms of one type.

    Parameters
    ----------
    heading
        The type.
    rooms
        Number of rooms; 0 for the stays without a room.
    free
        Rooms free on each night; empty for the stays without a room.
    rows
        At least one.
    """

    heading: str
    rooms: int
    free: tuple[int, ...]
    rows: tuple[RoomRow, ...]

    @property
    def pieces(self) -> tuple[tuple[RoomRow, ...], ...]:
        """The rows in tables that are laid out only when they become visible."""
        starts = range(0, len(self.rows), ROWS_OF_A_PIECE)
        return tuple(self.rows[start : start + ROWS_OF_A_PIECE] for start in starts)


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of the chart.

    Parameters
    ----------
    side
        ``before`` or ``after``.
    orphan_nights
        Free nights in orphan gaps.
    sections
        By room type.
    """

    side: str
    orphan_nights: int
    sections: tuple[TypeSection, ...]


@dataclass(frozen=True, slots=True)
class ChartView:
    """The chart for its template.

    Parameters
    ----------
    nights, columns
        Header of the rows.
    sides
        The plan first, which is shown by default.
    """

    nights: tuple[Night, ...]
    columns: tuple[Columns, ...]
    sides: tuple[SideView, ...]


def chart_view(chart: TapeChart, today: date) -> ChartView:
    """Return the chart as cells.

    Parameters
    ----------
    chart
        The chart to show.
    today
        The night to be marked.
    """
    nights = nights_of(chart.start, chart.end, today)
    columns = columns_of(nights)
    breaks = tuple(accumulate(group.span for group in columns))
    sides = tuple(
        _side_view(chart, place(chart, side), breaks) for side in reversed(chart.sides or (Side.AFTER,))
    )
    return ChartView(nights, columns, sides)


def _side_view(chart: TapeChart, placement: Placement, breaks: Sequence[int]) -> SideView:
    sections = []
    changed = _changed_rooms(chart)
    for section in placement.sections:
        rows = tuple(
            row
            for placed in section.rows
            for row in _room_rows(chart, placement.side, placed, breaks, changed)
        )
        housed = [row for row in section.rows if row.room is not None]
        free = _free_rooms(chart, housed) if housed else ()
        sections.append(TypeSection(section.heading, len(housed), free, rows))
    return SideView(placement.side.value, placement.orphan_nights, tuple(sections))


def _room_rows(
    chart: TapeChart, side: Side, row: Row, breaks: Sequence[int], changed: frozenset[str]
) -> Iterator[RoomRow]:
    number = "" if row.room is None else row.room.number
    room_type = None if row.room is None else row.room.room_type
    for lane, stays in enumerate(row.lanes):
        gaps = row.gaps if lane == 0 and len(row.lanes) == 1 else ()
        drawn = [stay for stay in stays if stay.arrival < chart.end and stay.departure > chart.start]
        marked = [(stay.arrival, stay.departure, _stay_cell(chart, stay, side, room_type)) for stay in drawn]
        marked += [(gap.start, gap.end, _gap_cell(gap, number)) for gap in gaps]
        marked.sort(key=lambda piece: piece[0])
        yield RoomRow(number, tuple(_filled(chart, marked, breaks)), number in changed)


def _changed_rooms(chart: TapeChart) -> frozenset[str]:
    """Return the rooms that a stay in the chart leaves or enters."""
    rooms = set()
    for stay in chart.stays:
        if (stay.is_moved or stay.is_new) and stay.arrival < chart.end and stay.departure > chart.start:
            rooms |= {stay.room_before or "", stay.room_after or ""}
    return frozenset(rooms)


def _filled(
    chart: TapeChart, pieces: Iterable[tuple[date, date, Cell]], breaks: Sequence[int]
) -> Iterator[Cell]:
    """Yield the pieces cut to the nights shown, and free nights between them."""
    reached = 0
    for start, end, cell in pieces:
        first = max(0, (start - chart.start).days)
        last = min(chart.num_nights, (end - chart.start).days)
        if last <= first:
            continue
        yield from _free_nights(reached, first, breaks)
        is_begun, is_going_on = start < chart.start, end > chart.end
        classes = cell.classes + (" i" if is_begun else "") + (" c" if is_going_on else "")
        yield replace(cell, nights=last - first, classes=classes)
        reached = last
    yield from _free_nights(reached, chart.num_nights, breaks)


def _free_nights(first: int, end: int, breaks: Sequence[int]) -> Iterator[Cell]:
    """Yield free nights in pieces of equal columns: a cell has the color of its first column throughout."""
    while first < end:
        last = min(end, breaks[bisect_right(breaks, first)])
        yield Cell(last - first)
        first = last


def _stay_cell(chart: TapeChart, stay: ChartStay, side: Side, room_type: str | None) -> Cell:
    is_other_type = room_type is not None and stay.room_type not in (None, room_type)
    if stay.is_block:
        title = stay_tooltip(chart, stay, side, room_type)
        return Cell(stay.los_nights, "s b", "B", stay.name, title)
    marks = (("m", stay.is_moved), ("l", stay.is_locked), ("u", is_other_type), ("n", stay.is_new))
    classes = "".join(f" {name}" for name, holds in marks if holds)
    letters = [
        letter for letter, holds in (("L", stay.is_locked), ("U", is_other_type), ("N", stay.is_new)) if holds
    ]
    if stay.is_moved:
        is_before = side is Side.BEFORE
        letters.append(f"{ARROW}{stay.room_after}" if is_before else f"{stay.room_before}{ARROW}")
    if stay.group is not None:
        letters.append(f"({chart.group_letters[stay.group]})")
    title = stay_tooltip(chart, stay, side, room_type)
    return Cell(stay.los_nights, f"s{classes}", " ".join(letters), stay.name, title, stay.position)


def _gap_cell(gap: RoomGap, number: str) -> Cell:
    return Cell(gap.nights, "o" if gap.is_orphan else "g", "", str(gap.nights), gap_tooltip(gap, number))


def _free_rooms(chart: TapeChart, rows: Iterable[Row]) -> tuple[int, ...]:
    """Return how many of the rooms are free, night by night."""
    free = [0] * chart.num_nights
    for row in rows:
        taken: set[int] = set()
        for lane in row.lanes:
            for stay in lane:
                first = max(0, (stay.arrival - chart.start).days)
                taken.update(range(first, min(chart.num_nights, (stay.departure - chart.start).days)))
        for night in range(chart.num_nights):
            free[night] += night not in taken
    return tuple(free)


def rooms_by_type(chart: TapeChart) -> Mapping[str, int]:
    """Return how many rooms each type has, in the order of the chart."""
    counts: dict[str, int] = {}
    for room in chart.rooms:
        counts[room.room_type] = counts.get(room.room_type, 0) + 1
    return counts
