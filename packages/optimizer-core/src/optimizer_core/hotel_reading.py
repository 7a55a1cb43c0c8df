"""A hotel for Python code: from a problem document in any form, or from the exports of a hotel system."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from optimizer_core.domain import Policy, Problem
from optimizer_core.domain.wrong_types import check_date, check_flag, check_text, check_whole, wrong_type
from optimizer_core.errors import InvalidInput
from optimizer_core.wire import (
    LoadedProblem,
    ProblemDocument,
    load_problem,
    read_bytes,
    read_problem,
    to_document,
    to_problem,
)
from optimizer_core.wire.exports import DateOrder, ExportOptions, TableFile, read_hotel_files
from optimizer_core.wire.exports import time_zone as named_zone
from optimizer_core.wire.from_problem import from_problem

HotelSource: TypeAlias = Problem | Mapping[str, Any] | str | bytes | os.PathLike[str]
"""What a hotel can be read from: a `Problem` as it is, a document as a dictionary, as JSON (text or bytes),
or as the path of a file."""

_ACCEPTED = "a Problem, a path, a problem document as JSON (text or bytes), or one as a dict"


def read_hotel(
    source: HotelSource,
    stays: str | bytes | os.PathLike[str] | None = None,
    blocks: str | bytes | os.PathLike[str] | None = None,
    *,
    problem_id: str | None = None,
    minimum_stay: int | None = None,
    day_first: bool | None = None,
    time_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
    without_rooms: bool | None = None,
    today: date | None = None,
) -> Problem:
    r"""Return the hotel of a problem document, or of the exports of a hotel system.

    Parameters
    ----------
    source
        A problem document: path (str or Path), JSON (str or bytes) or dict. With `stays`, the list of the
        rooms, CSV or xlsx: path, or its content in bytes. A `Problem` is returned as it is.
    stays, blocks
        The list of the reservations, None for a document; that of rooms that cannot be used, None for none.
    problem_id, minimum_stay, day_first
        For exports alone. Label of the run, None for ``hotel``; nights wanted between stays, None for 5;
        whether dates with slashes begin with the day, None to find out from the file.
    time_zone, columns, without_rooms, today
        For exports alone. Time zone of the hotel, such as ``Europe/Berlin``, for stamps in UTC; headers by
        field, such as ``{"AssignedRoom": "Unit"}``; whether a list without rooms and types is accepted; first
        day without the rooms that are out of order, None for the first arrival.

    Returns
    -------
    Problem
        It keeps the document in `source`, so that requests, names and warnings reach the result.

    Raises
    ------
    InvalidInput
        If the file cannot be read or the document is wrong; lists every fault.
    TypeError
        If the source is something else.

    Warns
    -----
    UserWarning
        About rows and columns of an export that are left out, and rows that are locked or are blocks.

    Examples
    --------
    >>> import optimizer_core as oc
    >>> hotel = oc.read_hotel("examples/ten-rooms.json")
    >>> len(hotel.rooms), len(hotel.stays)
    (10, 43)
    >>> rooms = b"Room,Type\n101,Double\n102,Double\n"
    >>> stays = b"Id,Arrival,Departure,Type,Assigned room\nAda,2026-05-01,2026-05-03,Double,101\n"
    >>> oc.read_hotel(rooms, stays).stays[0].current_room
    '101'
    """
    if stays is not None:
        options = _options(
            problem_id, minimum_stay, day_first, time_zone, columns, without_rooms=without_rooms, today=today
        )
        files = [_table("rooms", source), _table("stays", stays)]
        return _from_exports(files if blocks is None else [*files, _table("blocks", blocks)], options)
    _refuse(
        blocks=blocks,
        problem_id=problem_id,
        minimum_stay=minimum_stay,
        day_first=day_first,
        time_zone=time_zone,
        columns=columns,
        without_rooms=without_rooms,
        today=today,
    )
    if isinstance(source, Problem):
        return source
    document = _document(source)
    problem = to_problem(document).problem
    object.__setattr__(problem, "source", document)
    return problem


def _refuse(**given: object) -> None:
    """Refuse what is for exports alone."""
    if unused := [name for name, value in given.items() if value is not None]:
        raise TypeError(
            f"read_hotel: {unused[0]} is for exports; give the list of the stays, or leave it out"
        )


def loaded_hotel(hotel: Problem, policy: Policy) -> LoadedProblem:
    """Return a hotel with its document, under a policy.

    Parameters
    ----------
    hotel
        From `read_hotel`, or made in Python.
    policy
        Prices and budgets.
    """
    if isinstance(hotel.source, ProblemDocument):
        loaded = to_problem(hotel.source, policy=policy)
        object.__setattr__(loaded.problem, "source", hotel.source)
        return loaded
    return from_problem(hotel if hotel.policy == policy else hotel.replace(policy=policy))


def _document(source: object) -> ProblemDocument:
    match source:
        case bytes():
            return read_problem(source)
        case str() if source.lstrip().startswith(("{", "[")):
            return read_problem(source.encode())
        case str() | os.PathLike():
            return read_problem(read_bytes(Path(source)))
        case Mapping():
            return to_document(dict(source))
    raise wrong_type("read_hotel: the hotel", source, _ACCEPTED)


def _options(
    problem_id: str | None,
    minimum_stay: int | None,
    day_first: bool | None,
    time_zone: str | None,
    columns: Mapping[str, str] | None,
    *,
    without_rooms: bool | None,
    today: date | None,
) -> ExportOptions:
    """Return the options of an import, after checking their types."""
    check_text("read_hotel: problem_id", problem_id, or_none=True)
    check_whole("read_hotel: minimum_stay", minimum_stay, or_none=True)
    check_text("read_hotel: time_zone", time_zone, or_none=True)
    check_date("read_hotel: today", today, or_none=True)
    for name, flag in {"day_first": day_first, "without_rooms": without_rooms}.items():
        if flag is not None:
            check_flag(f"read_hotel: {name}", flag)
    order = None
    if day_first is not None:
        order = DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    return ExportOptions(
        problem_id=problem_id or "hotel",
        minimum_stay=minimum_stay,
        order=order,
        time_zone=None if time_zone is None else named_zone(time_zone),
        columns=columns or {},
        without_rooms=bool(without_rooms),
        today=today,
    )


def _from_exports(given: Sequence[TableFile], options: ExportOptions) -> Problem:
    files = read_hotel_files(*given, options=options)
    try:
        loaded = load_problem(files.content)
    except InvalidInput as error:
        raise files.at_lines(error) from None
    for note in files.changes + files.notes:
        warnings.warn(note, UserWarning, stacklevel=3)
    object.__setattr__(loaded.problem, "source", loaded.document)
    return loaded.problem


def _table(name: str, source: object) -> TableFile:
    """Return a file of an export, and what messages call it."""
    match source:
        case bytes():
            return TableFile(source, name)
        case str() | os.PathLike():
            path = Path(source)
            return TableFile(read_bytes(path), path.name)
    raise wrong_type(f"read_hotel: {name}", source, "the path of a CSV or xlsx file, or its content in bytes")
