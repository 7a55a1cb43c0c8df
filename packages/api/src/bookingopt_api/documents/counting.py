"""Checks in the bytes of a document, before it is parsed, the limits that bound the memory of parsing.

Counting takes a fifth of what parsing takes. Everything else is checked on the parsed values.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from bookingopt_api.documents.limits import DocumentLimits, too_many
from optimizer_core.errors import Fault

_LEAST_BYTES = 1_000_000
"""A smaller document is parsed in milliseconds, and the parser gives more exact places."""

_OPEN, _BRACKETS = ord("["), (b"[", b"]", b"{", b"}")
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET = bytes(set(range(256)) - set(b'"[]{}'))


def count(content: bytes, limits: DocumentLimits) -> list[Fault]:
    """Return the limits that are exceeded, as far as counting shows; there may be others.

    Parameters
    ----------
    content
        The document as received; it need not be JSON.
    limits
        Limits of a document.
    """
    if (faults := list(_bombs(content, limits))) or len(content) < _LEAST_BYTES:
        return faults
    return list(_levels(content, limits))


def _bombs(content: bytes, limits: DocumentLimits) -> Iterator[Fault]:
    """Yield the faults of documents too large to count in: an empty list takes 20 times its text in RAM."""
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
    """Yield the place where lists and objects are nested too deeply."""
    bare = content.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in content else content
    # Two adjacent quotes end one text and begin the next, or are an empty one: both can be removed.
    brackets = bare.translate(_ONE_KIND, _NO_BRACKET).replace(b'""', b"")
    brackets = b"".join(brackets.split(b'"')[::2])
    left = brackets
    for _ in range(limits.depth):
        left = left.replace(b"[]", b"")  # one level fewer
    if not left:
        return
    steps = accumulate(1 if bracket == _OPEN else -1 for bracket in brackets)
    number = next((number for number, depth in enumerate(steps) if depth > limits.depth), None)
    if number is not None and len(brackets) == sum(map(content.count, _BRACKETS)):  # no text contains any
        place = _position(content, _index_of_bracket(content, number))
        yield too_many(place, limits.depth + 1, "levels of lists and objects", limits.depth)


def _index_of_bracket(content: bytes, number: int) -> int:
    """Return the index of the bracket with a number, counted from 0."""
    low, high = 0, len(content)
    while high - low > 1:
        middle = (low + high) // 2
        before = sum(content.count(bracket, low, middle) for bracket in _BRACKETS)
        low, high, number = (low, middle, number) if before > number else (middle, high, number - before)
    return low


def _position(content: bytes, index: int) -> tuple[str]:
    line, before = content.count(b"\n", 0, index) + 1, content.rfind(b"\n", 0, index)
    return (f"line {line}, column {len(content[before + 1 : index].decode(errors='replace')) + 1}",)
