"""The content of a tape chart as plain values: rooms, stays with their room before and after, nights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from optimizer_core.domain import LONGEST_HORIZON_NIGHTS, MinimumStay, Room
from optimizer_core.errors import Fault, InvalidInput


class Side(StrEnum):
    """Which room of a stay: the current one, or the one in the plan."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class ChartStay:
    """One stay on a tape chart.

    Parameters
    ----------
    name
        Label of the bar.
    arrival, departure
        First night, and the morning after the last night.
    room_before, room_after
        Number of its current room and of its room in the plan; None without a room.
    room_type
        The type that was booked; None if any will do.
    is_locked
        Whether it must keep its room.
    group
        Label of its adjacency group; None without a group.
    is_new
        Whether it is a request that is being tested.
    is_block
        Whether it is not a stay, but nights on which the room cannot be used.
    position
        Position in the plan that it was read from, from 0; None if not read from a plan. Drawing ignores it.
    """

    name: str
    arrival: date
    departure: date
    room_before: str | None = None
    room_after: str | None = None
    room_type: str | None = None
    is_locked: bool = False
    group: str | None = None
    is_new: bool = False
    is_block: bool = field(default=False, kw_only=True)
    position: int | None = field(default=None, compare=False)

    @property
    def los_nights(self) -> int:
        """Length of stay in nights."""
        return (self.departure - self.arrival).days

    @property
    def is_moved(self) -> bool:
        """Whether it has another room in the plan than now."""
        return self.room_before is not None and self.room_after not in (None, self.room_before)

    def room(self, side: Side) -> str | None:
        """Return the number of its room on one side."""
        return self.room_before if side is Side.BEFORE else self.room_after


@dataclass(frozen=True, slots=True)
class NightBand:
    """One line of facts by night, shown under the dates of a panel (such as a minimum stay).

    Parameters
    ----------
    label
        Label of the line.
    text_by_night
        A few characters for each night with an entry.
    side
        The panel it belongs to; None for both.
    """

    label: str
    text_by_night: Mapping[date, str] = field(hash=False)
    side: Side | None = None


@dataclass(frozen=True)
class TapeChart:
    """The chart to draw: rooms down, nights across, stays as bars.

    Parameters
    ----------
    title
        Label of the run.
    rooms
        At least one; drawn in canonical order.
    stays
        Every stay of the schedule, also those outside the nights drawn.
    start, end
        The nights drawn, ``[start, end)``; at least one.
    minimum_stay
        Minimum stay by night; it decides which gaps are orphans.
    verdict
        What is proved about the plan, in a few words; empty if nothing is stated.
    bands
        Further lines under the dates.

    Raises
    ------
    InvalidInput
        If there is no room or no night to draw, or more nights than the longest horizon.
    """

    title: str
    rooms: tuple[Room, ...]
    stays: tuple[ChartStay, ...]
    start: date
    end: date
    minimum_stay: MinimumStay = field(default_factory=MinimumStay)
    verdict: str = ""
    bands: tuple[NightBand, ...] = ()

    def __post_init__(self) -> None:
        """Check that there is something to draw, then put rooms and stays in order."""
        if not self.rooms:
            raise InvalidInput([Fault(("rooms",), "there are no rooms to draw; give at least one")])
        if self.end <= self.start:
            message = f"{self.end} is not after {self.start}; draw at least one night"
            raise InvalidInput([Fault(("end",), message)])
        if self.num_nights > LONGEST_HORIZON_NIGHTS:
            message = f"{self.num_nights:,} nights; at most {LONGEST_HORIZON_NIGHTS:,} can be drawn"
            raise InvalidInput([Fault(("end",), message)])
        object.__setattr__(self, "rooms", tuple(sorted(self.rooms, key=Room.sort_key)))
        object.__setattr__(self, "stays", tuple(sorted(self.stays, key=_stay_key)))

    def between(self, start: date | None, end: date | None) -> TapeChart:
        """Return the chart of the nights ``[start, end)``; None leaves that end as it is."""
        return replace(self, start=start or self.start, end=end or self.end)

    @property
    def num_nights(self) -> int:
        """Nights drawn."""
        return (self.end - self.start).days

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The sides on which at least one stay has a room, before the plan first."""
        stays = [stay for stay in self.stays if not stay.is_block]
        return tuple(side for side in Side if any(stay.room(side) is not None for stay in stays))

    @cached_property
    def group_letters(self) -> Mapping[str, str]:
        """A, B, ... Z, AA, AB, ... for the labels of the adjacency groups, in order of label."""
        labels = sorted({stay.group for stay in self.stays if stay.group is not None})
        return {label: _letters(index) for index, label in enumerate(labels)}


def _stay_key(stay: ChartStay) -> tuple[object, ...]:
    rooms = (stay.room_before or "", stay.room_after or "")
    return stay.arrival, stay.departure, stay.name, rooms, stay.is_locked, stay.group or ""


def _letters(index: int) -> str:
    """Return the name of a column of a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
