"""From a problem document to the hotel inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from optimizer_core.domain import (
    DEFAULT_ROOM_TYPE,
    RUN_OF_HOUSE,
    MinimumStay,
    MinimumStayPeriod,
    Policy,
    Problem,
    Room,
    Stay,
)
from optimizer_core.domain.request import Request
from optimizer_core.errors import Fault, InvalidProblem
from optimizer_core.wire.faults import WEEKDAYS, in_order, of_domain
from optimizer_core.wire.labels import stay_ids
from optimizer_core.wire.notes import Notes
from optimizer_core.wire.problem import ProblemDocument, Reservation, RoomEntry
from optimizer_core.wire.requests import to_requests

DEFAULT_MINIMUM_STAY_NIGHTS = 5
"""Minimum stay of a document that gives none."""


@dataclass(frozen=True)
class LoadedProblem:
    """A hotel and the document it came from.

    Parameters
    ----------
    problem
        The hotel.
    document
        The document.
    stay_ids
        Id of the stay of each entry of the document's ``Reservations``, in their order.
    warnings
        What was accepted though it looks like a mistake.
    requests
        The requests, in the order of the document's ``NewReservations``.
    """

    problem: Problem
    document: ProblemDocument
    stay_ids: tuple[str, ...]
    warnings: tuple[Fault, ...] = ()
    requests: tuple[Request, ...] = ()

    @cached_property
    def row_by_stay(self) -> Mapping[str, int]:
        """Position in the document's ``Reservations`` by stay id."""
        return {stay_id: row for row, stay_id in enumerate(self.stay_ids)}


def to_problem(document: ProblemDocument, *, policy: Policy | None = None) -> LoadedProblem:
    """Return the hotel of a document.

    Parameters
    ----------
    document
        The document.
    policy
        Prices and budgets; None for the default order of the objective.

    Raises
    ------
    InvalidProblem
        If the values contradict each other; lists every contradiction, with places of the document.
    """
    notes = Notes()
    ids = stay_ids(document.reservations)
    rooms = _rooms(document.rooms, notes)
    types = frozenset(room.room_type for room in rooms)
    found = list(_reserved_numbers(document.rooms))
    stays = []
    for row, (stay_id, entry) in enumerate(zip(ids, document.reservations, strict=True)):
        try:
            stays.append(_stay(stay_id, row, entry, types, notes))
        except OverflowError:
            message = f"{entry.length:,} nights reach beyond the calendar"
            found.append(Fault(("Reservations", row, "Length"), message))
            stays.append(Stay(stay_id, entry.arrival, entry.arrival))
    try:
        problem = Problem(
            document.problem_id,
            tuple(rooms),
            tuple(stays),
            _minimum_stay(document),
            # Rooms as given: no stay lies after the end of time, so none may move.
            date.max if document.restrictions_for_initial_plan else document.request_start_date,
            document.request_end_date,
            policy or Policy(),
        )
    except InvalidProblem as error:
        told = {fault.place[:2] for fault in found}
        found += [fault for fault in of_domain(error.faults) if fault.place[:2] not in told]
        raise InvalidProblem(in_order(found, ProblemDocument)) from None
    if found:
        raise InvalidProblem(in_order(found, ProblemDocument))
    problem = _without_unknown_rooms(problem, stays, notes)
    requests, wrong = to_requests(document, problem)
    if wrong:
        raise InvalidProblem(in_order(of_domain(wrong), ProblemDocument))
    return LoadedProblem(problem, document, tuple(ids), notes.warnings(), requests)


def _rooms(entries: Sequence[RoomEntry], notes: Notes) -> list[Room]:
    numbers = {entry.room_number for entry in entries}
    rooms = []
    for row, entry in enumerate(entries):
        near = frozenset(entry.adjacent_rooms or ())
        for number in sorted(near - numbers):
            notes.add(("Rooms", row, "AdjacentRooms"), f"the hotel has no room {number!r}; it is ignored")
        rooms.append(Room(entry.room_number, entry.room_type or DEFAULT_ROOM_TYPE, near & numbers))
    return rooms


def _stay(stay_id: str, row: int, entry: Reservation, types: frozenset[str], notes: Notes) -> Stay:
    further: tuple[str, ...] = ()
    if entry.allowable_room_types or entry.type_order:
        further = _further_types(row, entry, types, notes)
    if entry.locked_for_solver and not entry.is_locked:
        notes.add(("Reservations", row, "LockedForSolver"), "it does not lock the stay; IsLocked does")
    return Stay(
        stay_id,
        entry.arrival,
        entry.arrival + timedelta(entry.length),
        RUN_OF_HOUSE if entry.room_type in {None, DEFAULT_ROOM_TYPE} else entry.room_type,
        further,
        entry.assigned_room,
        bool(entry.is_locked),
        entry.adjacency_group,
    )


def _further_types(row: int, entry: Reservation, types: frozenset[str], notes: Notes) -> tuple[str, ...]:
    """Return the allowable types that the hotel has, best first."""
    order = entry.type_order or []
    allowable = list(dict.fromkeys(entry.allowable_room_types or ()))
    for name, values in (("AllowableRoomTypes", allowable), ("TypeOrder", order)):
        for value in values:
            if value not in types and value != DEFAULT_ROOM_TYPE:
                place = ("Reservations", row, name)
                notes.add(place, f"no room has the type {value!r}; it is ignored")
    rank = {value: position for position, value in reversed(list(enumerate(order)))}
    known = [value for value in allowable if value in types and value != entry.room_type]
    return tuple(sorted(known, key=lambda value: rank.get(value, len(order))))


def _minimum_stay(document: ProblemDocument) -> MinimumStay:
    by_weekday = document.minimum_stay_by_day
    given = {} if by_weekday is None else by_weekday.model_dump(by_alias=True)
    default = document.minimum_stay
    return MinimumStay(
        DEFAULT_MINIMUM_STAY_NIGHTS if default is None else default,
        {day: given[name] for day, name in enumerate(WEEKDAYS) if given.get(name) is not None},
        tuple(
            MinimumStayPeriod(entry.start, entry.end, entry.minimum_stay)
            for entry in document.minimum_stay_by_date or ()
        ),
    )


def _reserved_numbers(entries: Iterable[RoomEntry]) -> Iterator[Fault]:
    for row, entry in enumerate(entries):
        if entry.room_number == "None":
            yield Fault(
                ("Rooms", row, "RoomNumber"), "'None' stands for no room; give the room another number"
            )


def _without_unknown_rooms(problem: Problem, stays: Sequence[Stay], notes: Notes) -> Problem:
    """Return the problem with current rooms that the hotel does not have taken away.

    A stay that must keep its room has passed the check of the problem, so only stays that may move
    can have such a room.
    """
    known = problem.room_index
    kept: list[Stay] = []
    for row, stay in enumerate(stays):
        if stay.current_room is None or stay.current_room in known:
            kept.append(stay)
        else:
            place = ("Reservations", row, "AssignedRoom")
            notes.add(
                place, f"the hotel has no room {stay.current_room!r}; the stay counts as without a room"
            )
            kept.append(replace(stay, current_room=None))
    changed = any(new is not old for new, old in zip(kept, stays, strict=True))
    return problem.replace(stays=tuple(kept)) if changed else problem
