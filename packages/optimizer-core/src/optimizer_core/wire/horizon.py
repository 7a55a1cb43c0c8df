"""Fits the stays of a document into its schedule, and those in house into their rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from optimizer_core.domain import MOST_FREEZE_DAYS, InHouseStay, Room, Stay
from optimizer_core.wire.notes import Notes
from optimizer_core.wire.problem import ProblemDocument

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The schedule of a document, and the stays that must keep their rooms because of the day.

    Parameters
    ----------
    start, end
        First night and the morning after the last; None where the stays decide.
    frozen_until
        Stays that arrive before this day keep their rooms; None without ``Today``.
    rooms
        The rooms of the hotel by number.
    """

    start: date | None
    end: date | None
    frozen_until: date | None
    rooms: Mapping[str, Room]

    def placed(self, stays: Sequence[Stay], places: Sequence[Place], notes: Notes) -> list[Stay | None]:
        """Return each stay with its nights within the schedule; None for a stay outside it.

        Parameters
        ----------
        stays, places
            Stays and blocks, and the places of their entries in the document.
        notes
            Collects warnings.
        """
        if self.start is None and self.end is None and self.frozen_until is None:
            return list(stays)
        return [self._placed(stay, place, notes) for stay, place in zip(stays, places, strict=True)]

    def _placed(self, stay: Stay, place: Place, notes: Notes) -> Stay | None:
        if stay.los_nights < 1:
            return stay  # it is reported as a fault
        is_before = self.start is not None and stay.departure <= self.start
        if is_before or (self.end is not None and stay.arrival >= self.end):
            notes.add(place, f"lies {'before' if is_before else 'after'} the schedule; it is left out")
            return None
        found = stay
        if self.end is not None and stay.departure > self.end:
            found = replace(found, departure=self.end)
        if self.start is not None and stay.arrival < self.start:
            return self._in_house(replace(found, arrival=self.start), place, notes)
        if self.frozen_until is not None and stay.arrival < self.frozen_until:
            return self._with_type_of_room(found, place, notes)
        return found

    def _in_house(self, stay: Stay, place: Place, notes: Notes) -> Stay:
        """Return a stay that has arrived before the schedule: it keeps its room if it has one."""
        if stay.is_block:
            return stay
        if stay.current_room not in self.rooms:
            if not stay.is_locked:
                notes.add(
                    (*place, "AssignedRoom"), "is in house but has no room of the hotel; it is given one"
                )
            return stay
        found = self._with_type_of_room(stay, place, notes)
        if stay.is_locked:
            return found
        return InHouseStay(
            found.stay_id,
            found.arrival,
            found.departure,
            found.room_type,
            found.further_types,
            found.current_room,
            group=found.group,
        )

    def _with_type_of_room(self, stay: Stay, place: Place, notes: Notes) -> Stay:
        """Return a stay with the type of its room among its types: who is in a room may be there."""
        room = None if stay.current_room is None else self.rooms.get(stay.current_room)
        if room is None or stay.may_use(room.room_type):
            return stay
        message = f"keeps a room of type {room.room_type!r}, which it may not use otherwise"
        notes.add((*place, "AssignedRoom"), message)
        return replace(stay, further_types=(*stay.further_types, room.room_type))


def horizon_of(document: ProblemDocument, rooms: Sequence[Room]) -> Horizon:
    """Return the schedule of a document; a contradiction in it is left to the hotel's checks."""
    start, end = document.schedule_start, document.schedule_end
    if start is not None and end is not None and end <= start:
        start = end = None
    days, until = document.freeze_days or 0, document.today
    if until is not None:
        try:
            until += timedelta(min(max(days, 0), MOST_FREEZE_DAYS))
        except OverflowError:
            until = date.max
    return Horizon(start, end, until, {room.number: room for room in rooms})


def planned_on(
    document: ProblemDocument, today: date | None, freeze_days: int | None = None
) -> ProblemDocument:
    """Return a document with another day of the plan.

    Parameters
    ----------
    document
        The document.
    today, freeze_days
        Instead of the document's own; None to keep these.
    """
    given = {"today": today, "freeze_days": freeze_days}
    changed = {name: value for name, value in given.items() if value is not None}
    return document.model_copy(update=changed) if changed else document
