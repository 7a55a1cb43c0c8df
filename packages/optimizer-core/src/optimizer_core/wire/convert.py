"""Converts a problem document to its hotel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from optimizer_core.domain import (
    DEFAULT_ROOM_TYPE,
    PRICE_STEP,
    RUN_OF_HOUSE,
    MinimumStay,
    MinimumStayPeriod,
    Policy,
    Problem,
    Room,
    Rounding,
    Stay,
)
from optimizer_core.domain.request import Request
from optimizer_core.errors import Fault, InvalidProblem
from optimizer_core.wire.collector import collector_off
from optimizer_core.wire.faults import WEEKDAYS, in_order, of_domain
from optimizer_core.wire.horizon import horizon_of
from optimizer_core.wire.labels import stay_ids
from optimizer_core.wire.notes import Notes
from optimizer_core.wire.problem import ProblemDocument, Reservation, RoomEntry
from optimizer_core.wire.requests import to_requests
from optimizer_core.wire.room_blocks import to_blocks
from optimizer_core.wire.same_guest import note_same_guests

DEFAULT_MINIMUM_STAY_NIGHTS = 5
"""Minimum stay of a document without one."""


_PRICES = {"move_price": "MovePrice", "upgrade_price": "UpgradePrice"}


@dataclass(frozen=True)
class LoadedProblem:
    """A hotel and its document.

    Parameters
    ----------
    problem
        The hotel.
    document
        The document.
    stay_ids
        Id of the stay of each entry of the document's ``Reservations``, in their order.
    warnings
        Accepted values that look like mistakes.
    requests
        The requests without a fault, by their position in the document's ``NewReservations``.
    wrong_requests
        Faults of the other requests, with places of the document. They are warnings too.
    """

    problem: Problem
    document: ProblemDocument
    stay_ids: tuple[str, ...]
    warnings: tuple[Fault, ...] = ()
    requests: Mapping[int, Request] = field(default_factory=dict)
    wrong_requests: tuple[Fault, ...] = ()

    @cached_property
    def row_by_stay(self) -> Mapping[str, int]:
        """Position in the document's ``Reservations`` by stay id."""
        return {stay_id: row for row, stay_id in enumerate(self.stay_ids)}


@collector_off()
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
    for price in () if policy is None else policy.rounded:
        notes.add(("Policy", _PRICES[price.name]), _of_rounding(price))
    ids = stay_ids(document.reservations)
    note_same_guests(document.reservations, notes)
    rooms = _rooms(document.rooms, notes)
    types = frozenset(room.room_type for room in rooms)
    found = list(_reserved_numbers(document.rooms))
    stays: list[Stay] = []
    further_types = _FurtherTypes(types, notes)
    for row, (stay_id, entry) in enumerate(zip(ids, document.reservations, strict=True)):
        try:
            stays.append(_stay(stay_id, row, entry, further_types, notes))
        except OverflowError:
            message = f"{entry.length:,} nights reach beyond the calendar"
            found.append(Fault(("Reservations", row, "Length"), message))
            stays.append(Stay(stay_id, entry.arrival, entry.arrival))
    blocks = to_blocks(document, set(ids), notes)
    found += blocks.faults
    stays += blocks.blocks
    places = [("Reservations", row) for row in range(len(ids))] + [("RoomBlocks", row) for row in blocks.rows]
    placed = horizon_of(document, rooms).placed(stays, places, notes)
    rest: dict[str, Any] = {
        "minimum_stay": _minimum_stay(document),
        **_movable(document),
        "policy": policy or Policy(),
        "schedule_start": document.schedule_start,
        "schedule_end": document.schedule_end,
        "today": document.today,
        "freeze_days": document.freeze_days or 0,
    }
    try:
        kept = tuple(stay for stay in placed if stay is not None)
        problem = Problem(document.problem_id, tuple(rooms), kept, **rest)
    except InvalidProblem as error:
        wrong: Sequence[Fault] = error.faults
        if len(kept) < len(stays):
            wrong = _in_rows(document, rooms, stays, placed, rest)
        reported = {fault.place[:2] for fault in found}
        contradictions = (_of_block(fault, len(ids), blocks.rows) for fault in of_domain(wrong))
        found += [fault for fault in contradictions if fault.place[:2] not in reported]
        raise InvalidProblem(in_order(found, ProblemDocument)) from None
    if found:
        raise InvalidProblem(in_order(found, ProblemDocument))
    problem = _without_unknown_rooms(problem, placed, notes)
    requests, wrong = to_requests(document, problem)
    for fault in (wrong_requests := tuple(in_order(of_domain(wrong), ProblemDocument))):
        notes.add(fault.place, fault.message)
    return LoadedProblem(problem, document, tuple(ids), notes.warnings(), requests, wrong_requests)


def _in_rows(
    document: ProblemDocument,
    rooms: Sequence[Room],
    stays: Sequence[Stay],
    placed: Sequence[Stay | None],
    rest: Mapping[str, Any],
) -> tuple[Fault, ...]:
    """Return the faults of a hotel with the positions that its stays have in the document.

    A stay that is left out keeps its position, as a night in no room that contradicts nothing.
    """
    start = rest["schedule_start"] or rest["schedule_end"] - timedelta(1)
    harmless = (
        Stay(stay.stay_id, start, start + timedelta(1)) if found is None else found
        for stay, found in zip(stays, placed, strict=True)
    )
    left_out = {("stays", position) for position, stay in enumerate(placed) if stay is None}
    try:
        Problem(document.problem_id, tuple(rooms), tuple(harmless), **rest)
    except InvalidProblem as error:
        return tuple(fault for fault in error.faults if fault.place[:2] not in left_out)
    return ()


def _of_block(fault: Fault, stays: int, rows: Sequence[int]) -> Fault:
    """Return a fault with the place of its block, which the domain counts after the stays."""
    match fault.place:
        case ("Reservations", int(index), *_) if index >= stays:
            return Fault(("RoomBlocks", rows[index - stays]), fault.message)
    return fault


def _movable(document: ProblemDocument) -> dict[str, date | None]:
    """Return the first and the last night in which stays may move; None for no limit."""
    if document.restrictions_for_initial_plan:
        # No stay is after the last possible date, so no stay may move.
        return {"movable_first": date.max, "movable_last": None}
    return {"movable_first": document.request_start_date, "movable_last": document.request_end_date}


def _of_rounding(price: Rounding) -> str:
    step, used = PRICE_STEP.denominator, float(price.used)
    return f"{float(price.given):.15g} points are rounded to {used:.10g}, a multiple of 1/{step} point"


def _rooms(entries: Sequence[RoomEntry], notes: Notes) -> list[Room]:
    numbers = {entry.room_number for entry in entries}
    rooms = []
    for row, entry in enumerate(entries):
        near = frozenset(entry.adjacent_rooms or ())
        for number in sorted(near - numbers):
            notes.add(("Rooms", row, "AdjacentRooms"), f"the hotel has no room {number!r}; it is ignored")
        rooms.append(Room(entry.room_number, entry.room_type or DEFAULT_ROOM_TYPE, near & numbers))
    return rooms


def _stay(stay_id: str, row: int, entry: Reservation, further_types: _FurtherTypes, notes: Notes) -> Stay:
    further: tuple[str, ...] = ()
    if entry.allowable_room_types or entry.type_order:
        further = further_types.of(row, entry)
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


class _FurtherTypes:
    """Finds the further types of stays; most reservations of a hotel have one of a few combinations."""

    def __init__(self, types: frozenset[str], notes: Notes) -> None:
        self._types = types
        self._notes = notes
        self._found: dict[tuple[str | None, ...], tuple[str, ...]] = {}

    def of(self, row: int, entry: Reservation) -> tuple[str, ...]:
        """Return the allowable types that the hotel has, best first; note the others."""
        order, given = entry.type_order or (), entry.allowable_room_types or ()
        combination = (entry.room_type, *given, None, *order)
        found = self._found.get(combination)
        if found is not None:
            return found
        allowable = list(dict.fromkeys(given))
        unknown = False
        for name, values in (("AllowableRoomTypes", allowable), ("TypeOrder", order)):
            for value in values:
                if value not in self._types and value != DEFAULT_ROOM_TYPE:
                    unknown = True
                    place = ("Reservations", row, name)
                    self._notes.add(place, f"no room has the type {value!r}; it is ignored")
        rank = {value: position for position, value in reversed(list(enumerate(order)))}
        known = [value for value in allowable if value in self._types and value != entry.room_type]
        found = tuple(sorted(known, key=lambda value: rank.get(value, len(order))))
        if not unknown:  # else each reservation has notes of its own
            self._found[combination] = found
        return found


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
            yield Fault(("Rooms", row, "RoomNumber"), "'None' means no room; give the room another number")


def _without_unknown_rooms(problem: Problem, stays: Sequence[Stay | None], notes: Notes) -> Problem:
    """Return the problem without current rooms that the hotel does not have.

    The problem has checked the stays that must keep their room, so only movable stays can have such a room.
    """
    known = problem.room_index
    kept: list[Stay] = []
    changed = False
    for row, stay in enumerate(stays):
        if stay is None:
            continue
        if stay.current_room is None or stay.current_room in known:
            kept.append(stay)
        else:
            place = ("Reservations", row, "AssignedRoom")
            notes.add(
                place, f"the hotel has no room {stay.current_room!r}; the stay counts as without a room"
            )
            kept.append(replace(stay, current_room=None))
            changed = True
    return problem.replace(stays=tuple(kept)) if changed else problem
