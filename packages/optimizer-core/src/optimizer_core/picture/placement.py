"""The row of each stay: rooms by type, lanes of a room, and the gaps between stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from optimizer_core.domain import LONGEST_HALVING_NIGHTS, Room
from optimizer_core.objective import gap_cost
from optimizer_core.picture.chart import ChartStay, Side, TapeChart

_SCALE = 1 << LONGEST_HALVING_NIGHTS


@dataclass(frozen=True, slots=True)
class RoomGap:
    """Free nights of one room between two stays, at a gap cost above 0.

    Parameters
    ----------
    start
        First free night.
    nights
        Number of free nights.
    minimum_stay_nights
        Minimum stay of the first free night.
    """

    start: date
    nights: int
    minimum_stay_nights: int

    @property
    def end(self) -> date:
        """Arrival of the stay after the gap."""
        return self.start + timedelta(self.nights)

    @property
    def is_orphan(self) -> bool:
        """Whether it is shorter than the minimum stay, so that it cannot be sold."""
        return self.nights < self.minimum_stay_nights

    @property
    def units(self) -> int:
        """Gap cost in units of 2^-21."""
        return gap_cost(self.minimum_stay_nights, self.nights, _SCALE)


@dataclass(frozen=True, slots=True)
class Row:
    """One room, or stays without a room.

    Parameters
    ----------
    room
        The room; None for stays without one.
    lanes
        Stays that do not overlap, lane by lane: one lane unless a room is booked twice.
    gaps
        Gaps that cost something, in order of date.
    """

    room: Room | None
    lanes: tuple[tuple[ChartStay, ...], ...]
    gaps: tuple[RoomGap, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The rooms of one type, or the stays without a room.

    Parameters
    ----------
    heading
        The type.
    rows
        At least one.
    """

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Every stay in its row, on one side.

    Parameters
    ----------
    side
        Before or after.
    sections
        By room type; the stays without a room last.
    """

    side: Side
    sections: tuple[Section, ...]

    @property
    def gaps(self) -> list[RoomGap]:
        """Every gap that costs something, room by room."""
        return [gap for section in self.sections for row in section.rows for gap in row.gaps]

    @property
    def orphan_nights(self) -> int:
        """Free nights in orphan gaps."""
        return sum(gap.nights for gap in self.gaps if gap.is_orphan)

    @property
    def gap_cost(self) -> Fraction:
        """Gap cost in points."""
        return Fraction(sum(gap.units for gap in self.gaps), _SCALE)


def place(chart: TapeChart, side: Side) -> Placement:
    """Return the rows of one side of a chart.

    A stay in a room that the hotel does not have counts as one without a room.
    """
    by_room: dict[str, list[ChartStay]] = {room.number: [] for room in chart.rooms}
    homeless: list[ChartStay] = []
    for stay in chart.stays:  # in order of arrival already
        by_room.get(stay.room(side) or "", homeless).append(stay)
    rows: dict[str, list[Row]] = {}
    for room in chart.rooms:
        stays = by_room[room.number]
        rows.setdefault(room.room_type, []).append(Row(room, _lanes(stays), tuple(_gaps(chart, stays))))
    sections = [Section(name, tuple(of_type)) for name, of_type in rows.items()]
    homeless = [stay for stay in homeless if stay.arrival < chart.end and stay.departure > chart.start]
    if homeless:
        lanes = tuple(Row(None, (lane,)) for lane in _lanes(homeless))
        sections.append(Section("Without a room", lanes))
    return Placement(side, tuple(sections))


def _lanes(stays: Iterable[ChartStay]) -> tuple[tuple[ChartStay, ...], ...]:
    """Put each stay into the first lane that is free when it arrives."""
    lanes: list[list[ChartStay]] = [[]]
    for stay in stays:
        for lane in lanes:
            if not lane or lane[-1].departure <= stay.arrival:
                lane.append(stay)
                break
        else:
            lanes.append([stay])
    return tuple(tuple(lane) for lane in lanes)


def _gaps(chart: TapeChart, stays: list[ChartStay]) -> Iterable[RoomGap]:
    if not stays:
        return
    free_from = stays[0].departure
    for stay in stays[1:]:
        if stay.arrival > free_from:
            gap = RoomGap(free_from, (stay.arrival - free_from).days, chart.minimum_stay.on(free_from))
            if gap.units:
                yield gap
        free_from = max(free_from, stay.departure)
