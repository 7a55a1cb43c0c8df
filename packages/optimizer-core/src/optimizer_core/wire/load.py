"""Reads the hotel from bytes, or lists every fault of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError

from optimizer_core.domain import Policy
from optimizer_core.errors import MOST_FAULTS, Fault, InvalidDocument, InvalidProblem
from optimizer_core.wire.collector import collector_off
from optimizer_core.wire.convert import LoadedProblem, to_problem
from optimizer_core.wire.enquiry import EnquiryDocument, RequestedStay
from optimizer_core.wire.faults import in_order, of_validation
from optimizer_core.wire.model import Document
from optimizer_core.wire.problem import (
    MOST_BLOCKS,
    MOST_RESERVATIONS,
    MOST_ROOMS,
    NewReservation,
    ProblemDocument,
    Reservation,
    RoomBlockEntry,
    RoomEntry,
)
from optimizer_core.wire.reading import LARGEST_DOCUMENT_BYTES, parse
from optimizer_core.wire.result import ResultDocument

LARGEST_RESULT_BYTES = 4 * LARGEST_DOCUMENT_BYTES
"""Size limit of a result, which lists each stay twice, and each move."""

LARGEST_ENQUIRY_BYTES = 1_000_000
"""Size limit of an enquiry: thousands of requests."""

_Entry = TypeVar("_Entry", bound=Document)
_Read = dict[str, list[Document | None]]
"""Entries of each list by its name in the document; None for each that cannot be read."""

_NAMES = frozenset(
    spelling for name, field in ProblemDocument.model_fields.items() for spelling in (name, field.alias)
)
_LISTS: dict[str, tuple[str, type[Document]]] = {
    "Rooms": ("Rooms", RoomEntry),
    "rooms": ("Rooms", RoomEntry),
    "Reservations": ("Reservations", Reservation),
    "reservations": ("Reservations", Reservation),
    "RoomBlocks": ("RoomBlocks", RoomBlockEntry),
    "room_blocks": ("RoomBlocks", RoomBlockEntry),
    "NewReservations": ("NewReservations", NewReservation),
    "new_reservations": ("NewReservations", NewReservation),
}


@collector_off()
def load_problem(
    content: bytes, *, policy: Policy | None = None, largest_bytes: int = LARGEST_DOCUMENT_BYTES
) -> LoadedProblem:
    """Return the hotel in a problem document.

    Parameters
    ----------
    content
        JSON in UTF-8.
    policy
        Prices and budgets; None for the default order of the objective.
    largest_bytes
        Size limit; 64 MB by default.

    Raises
    ------
    InvalidDocument
        If a value is missing, unknown or of a wrong kind; contradictions among the rest are listed too.
    InvalidProblem
        If all values are of the right kind but contradict each other.
    """
    return to_problem(read_problem(content, largest_bytes=largest_bytes), policy=policy)


@collector_off()
def read_problem(content: bytes, *, largest_bytes: int = LARGEST_DOCUMENT_BYTES) -> ProblemDocument:
    """Return the problem document in JSON; its values have the right kinds but may contradict each other.

    Parameters
    ----------
    content
        JSON in UTF-8.
    largest_bytes
        Size limit; 64 MB by default.

    Raises
    ------
    InvalidDocument
        If a value is missing, unknown or of a wrong kind; contradictions among the rest are listed too.
    """
    return to_document(parse(content, largest_bytes=largest_bytes))


@collector_off()
def to_document(value: object) -> ProblemDocument:
    """Return the problem document in a JSON value from `parse`.

    Parameters
    ----------
    value
        The value.

    Raises
    ------
    InvalidDocument
        As `read_problem` does.
    """
    try:
        return ProblemDocument.model_validate(value)
    except ValidationError as error:
        if not isinstance(value, dict):
            raise InvalidDocument(of_validation(error, ProblemDocument)) from None
    read: _Read = {}
    found = list(islice(_faults_of(value, read), MOST_FAULTS + 1))
    if len(found) <= MOST_FAULTS:
        found += _contradictions_of_the_rest(value, read)
    raise InvalidDocument(in_order(found, ProblemDocument))


def load_result(content: bytes, *, largest_bytes: int = LARGEST_RESULT_BYTES) -> ResultDocument:
    """Return the result document in JSON.

    Parameters
    ----------
    content
        JSON in UTF-8.
    largest_bytes
        Size limit; four times that of a problem by default.

    Raises
    ------
    InvalidDocument
        If a value is missing, unknown or of a wrong kind.
    """
    return _read(content, ResultDocument, largest_bytes)


def load_enquiry(content: bytes, *, largest_bytes: int = LARGEST_ENQUIRY_BYTES) -> EnquiryDocument:
    """Return the enquiry in JSON.

    Parameters
    ----------
    content
        JSON in UTF-8.
    largest_bytes
        Size limit; 1 MB by default.

    Raises
    ------
    InvalidDocument
        If a value is missing, unknown or of a wrong kind.
    """
    return _read(content, EnquiryDocument, largest_bytes)


def to_requested_stay(value: Mapping[str, object]) -> RequestedStay:
    """Return the request described by some values; names are those of the document.

    Raises
    ------
    InvalidDocument
        If a value is missing, unknown or of a wrong kind.
    """
    return _validated(value, RequestedStay)


@collector_off()
def _read(content: bytes, model: type[_Entry], largest_bytes: int) -> _Entry:
    return _validated(parse(content, largest_bytes=largest_bytes), model)


def _validated(value: object, model: type[_Entry]) -> _Entry:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise InvalidDocument(in_order(of_validation(error, model), model)) from None


def _faults_of(value: dict[str, object], read: _Read) -> Iterator[Fault]:
    """Yield the faults of a document, entry by entry, so that the caller can stop at any number.

    Parameters
    ----------
    value
        The document.
    read
        Receives the entries that could be read.
    """
    frame: dict[str, object] = {}
    lists: list[tuple[str, str, type[Document], list[object]]] = []
    unknown = 0
    for name, part in value.items():
        if name in _LISTS and isinstance(part, list):
            lists.append((name, *_LISTS[name], part))
            frame[name] = []
        elif name in _NAMES or (unknown := unknown + 1) <= MOST_FAULTS + 1:
            frame[name] = part
    try:
        ProblemDocument.model_validate(frame)
    except ValidationError as error:
        yield from of_validation(error, ProblemDocument)
    for given_name, name, model, entries in lists:
        most = {RoomEntry: MOST_ROOMS, RoomBlockEntry: MOST_BLOCKS}.get(model, MOST_RESERVATIONS)
        if len(entries) > most:
            yield Fault((name,), f"has {len(entries):,} entries; at most {most:,} are accepted")
            continue
        read[given_name] = []
        for row, entry in enumerate(entries):
            try:
                read[given_name].append(model.model_validate(entry))
            except ValidationError as error:
                read[given_name].append(None)
                for fault in of_validation(error, model):
                    yield Fault((name, row, *fault.place), fault.message)


def _contradictions_of_the_rest(value: dict[str, object], read: _Read) -> list[Fault]:
    """Return the contradictions among the entries that can be read, leaving out the others."""
    rooms, reservations = (
        read.get(name if name in value else name.lower(), []) for name in ("Rooms", "Reservations")
    )
    readable = [entry for entry in reservations if isinstance(entry, Reservation)]
    is_listed = isinstance(value.get("Rooms", value.get("rooms")), list)
    if not is_listed or None in rooms or not readable:
        return []  # without all rooms, every stay in an unreadable one would look wrong
    # An unreadable entry keeps its row, as a stay that contradicts nothing and is not the first.
    second_day = min(date.max - timedelta(1), *(entry.arrival for entry in readable)) + timedelta(1)
    harmless = Reservation(arrival=second_day, length=1)
    document = _without_wrong_values(value).model_copy(
        update={"rooms": rooms, "reservations": [entry or harmless for entry in reservations]}
    )
    try:
        to_problem(document)
    except InvalidProblem as error:
        unreadable = {("Reservations", row) for row, entry in enumerate(reservations) if entry is None}
        return [fault for fault in error.faults if fault.place[:2] not in unreadable]
    return []


def _without_wrong_values(value: dict[str, object]) -> ProblemDocument:
    """Return the document without rooms and stays, and without the fields that cannot be read."""
    rest = {name: part for name, part in value.items() if name.lower() not in {"rooms", "reservations"}}
    rest |= {"ProblemId": "", "Rooms": [], "Reservations": []}
    rest.pop("problem_id", None)
    try:
        return ProblemDocument.model_validate(rest)
    except ValidationError as error:
        wrong = {line["loc"][0] for line in error.errors(include_url=False, include_input=False)}
        return ProblemDocument.model_validate(
            {name: part for name, part in rest.items() if name not in wrong}
        )
