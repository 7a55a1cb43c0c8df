"""What the bytes of a document tell of its limits before anything is parsed.

Counting in the largest document takes a quarter of a second, a fifth of what parsing takes. It is exact
because JSON lets a quotation mark into a text only behind a backslash: ``"Arrival":`` is the name of a field
wherever it stands. It is a stay's, unless it stands inside a value that may be anything; a document with such
values is left to the parser. So is whatever would need the parser to tell its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import accumulate

from bookingopt_api.documents.limits import DocumentLimits, too_many
from bookingopt_api.documents.spellings import spellings_of
from optimizer_core.errors import MOST_FAULTS, Fault

_LEAST_BYTES = 1_000_000
"""What is smaller is parsed in milliseconds, which tells the place of more."""

_STAYS = "Reservations"
_NIGHTS = rb"\s*:\s*(\d{1,9})(?![\d.eE])"
_DAY = rb'\s*:\s*"(\d{4}-\d\d-\d\d)"'
_LABEL = rb'\s*:\s*"([^"\\]*)"'
_INSIDE = rb"\s*:\s*[\[{]"
# The name of something that has an inside, with an escape in it: it could be that of any field.
_ESCAPED_NAME = re.compile(rb'\\[^"\\]*"' + _INSIDE)
_OPEN, _BRACKETS = ord("["), (b"[", b"]", b"{", b"}")
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(set(range(256)) - set(b'"[]{}'))


def count(content: bytes, limits: DocumentLimits) -> list[Fault]:
    """Return what is beyond a limit as far as counting bytes tells; whatever is not told may be there yet.

    Parameters
    ----------
    content
        The document as it came; it need not be JSON.
    limits
        What it may have.
    """
    if (faults := list(_bombs(content, limits))) or len(content) < _LEAST_BYTES:
        return faults
    if faults := list(_levels(content, limits)):
        return faults
    stays, has_requests = _count_fields(content, "Arrival"), _has_field(content, "NewReservations")
    faults = [
        *_rooms(content, limits),
        *_stays(stays, has_requests, limits),
        *_groups(content, limits),
        *_horizon(content, limits),
        *(() if has_requests else _lengths(content, stays, limits)),
        *_minimum_stay(content, limits),
    ]
    return [] if faults and _may_hold_anything(content) else faults


def _bombs(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    """Yield what would not even be counted; an empty list takes 20 times the memory of its text."""
    if len(content) > limits.document_bytes:
        yield too_many((), len(content), "bytes", limits.document_bytes)
        return
    objects = content.count(b"{")
    containers = content.count(b"[") + objects
    if containers > limits.containers:
        yield too_many((), containers, "lists and objects", limits.containers)
    values = content.count(b",")
    most = min(limits.values, limits.values_of(objects))
    if values > most:
        yield too_many((), values, "values", most)


def _levels(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    """Yield where lists and objects are too deep inside each other."""
    bare = content.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in content else content
    # Two marks in a row end one text and begin the next, or are an empty one: both can go.
    brackets = bare.translate(_ONE_KIND, _NO_BRACKET).replace(b'""', b"")
    brackets = b"".join(brackets.split(b'"')[::2])
    left = brackets
    for _ in range(limits.depth):
        left = left.replace(b"[]", b"")  # one level fewer
    if not left:
        return
    steps = accumulate(1 if bracket == _OPEN else -1 for bracket in brackets)
    number = next((number for number, depth in enumerate(steps) if depth > limits.depth), None)
    if number is not None and len(brackets) == sum(map(content.count, _BRACKETS)):  # no text has any
        place = _position(content, _index_of_bracket(content, number))
        yield too_many(place, limits.depth + 1, "levels of lists and objects", limits.depth)


def _index_of_bracket(content: bytes, number: int) -> int:
    """Return where the bracket with a number is, which counts from 0."""
    low, high = 0, len(content)
    while high - low > 1:
        middle = (low + high) // 2
        before = sum(content.count(bracket, low, middle) for bracket in _BRACKETS)
        low, high, number = (low, middle, number) if before > number else (middle, high, number - before)
    return low


def _position(content: bytes, index: int) -> tuple[str]:
    line, before = content.count(b"\n", 0, index) + 1, content.rfind(b"\n", 0, index)
    return (f"line {line}, column {len(content[before + 1 : index].decode(errors='replace')) + 1}",)


def _rooms(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    rooms = _count_fields(content, "RoomNumber")
    if rooms > limits.rooms:
        yield too_many(("Rooms",), rooms, "entries", limits.rooms)


def _stays(stays: int, has_requests: bool, limits: DocumentLimits) -> Iterator[Fault]:
    if has_requests and stays > limits.stays:
        yield too_many((), stays, "reservations and new reservations", limits.stays)
    if not has_requests and stays > limits.reservations:
        yield too_many((_STAYS,), stays, "entries", limits.reservations)


def _groups(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    groups = len(set(_values(content, "AdjacencyGroup", _LABEL)))
    if groups > limits.groups:
        yield too_many((_STAYS,), groups, "adjacency groups", limits.groups)


def _horizon(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    days = set(_values(content, "Arrival", _DAY))
    if not days:
        return
    try:
        first, last = (date.fromisoformat(day.decode()) for day in (min(days), max(days)))
    except ValueError:
        return  # a day that is none has its own place
    nights = (last - first).days + 1
    if nights > limits.horizon_nights:
        yield too_many((_STAYS,), nights, "nights from the first arrival to the last", limits.horizon_nights)


def _lengths(content: bytes, stays: int, limits: DocumentLimits) -> Iterator[Fault]:
    """Yield reservations that are too long, where each has one length: otherwise rows cannot be told."""
    found = _values(content, "Length", _NIGHTS)
    if len(found) != stays or max(map(int, set(found)), default=0) <= limits.horizon_nights:
        return
    places = [one for mark in _marks("Length") for one in re.finditer(mark + _NIGHTS, content)]
    lengths = [int(one[1]) for one in sorted(places, key=re.Match.start)]
    too_long = (row for row, nights in enumerate(lengths) if nights > limits.horizon_nights)
    for row, _ in zip(too_long, range(MOST_FAULTS + 1), strict=False):
        yield too_many((_STAYS, row, "Length"), lengths[row], "nights", limits.horizon_nights)


def _minimum_stay(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    if _has_field(content, "MinimumStayByDate"):
        return  # its entries have a field of this name too
    for nights in map(int, _values(content, "MinimumStay", _NIGHTS)):
        if nights > limits.minimum_stay_nights:
            yield too_many(("MinimumStay",), nights, "nights", limits.minimum_stay_nights)


def _may_hold_anything(content: bytes) -> bool:
    """Return whether a field that may be any JSON value has an inside, where a name may mean anything."""
    is_there = any(_values(content, name, _INSIDE) for name in ("Id", "SplitGroup"))
    return is_there or _ESCAPED_NAME.search(content) is not None


def _marks(name: str) -> list[bytes]:
    return [b'"%b"' % spelling.encode() for spelling in spellings_of(name)]


def _has_field(content: bytes, name: str) -> bool:
    return any(mark in content for mark in _marks(name))


def _count_fields(content: bytes, name: str) -> int:
    """Return how many fields of a name there are at least: more, where a space stands before the colon."""
    return sum(content.count(mark + b":") for mark in _marks(name))


def _values(content: bytes, name: str, value: bytes) -> list[bytes]:
    """Return the values of a field that are written as a pattern says, one spelling after the other."""
    # Without the first look, the pattern would take twice as long to find that there is none.
    found = [re.findall(mark + value, content) for mark in _marks(name) if mark in content]
    return [one for values in found for one in values]
