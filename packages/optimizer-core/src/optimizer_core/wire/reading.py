"""Reads bytes as plain JSON values, with checks of size, encoding, syntax and repeated names."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.wire.collector import collector_off

LARGEST_DOCUMENT_BYTES = 64_000_000
"""Size limit: a year of a hotel with 1,000 rooms takes 14 MB; more is a mistake or an attack."""

_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class _RepeatedNames(dict[str, object]):
    """A JSON object in which some names occur twice."""

    names: tuple[str, ...] = ()


def read_bytes(source: Path | IO[bytes], *, largest_bytes: int = LARGEST_DOCUMENT_BYTES) -> bytes:
    """Return the content of a file or stream, reading no more than the size limit and one byte.

    Parameters
    ----------
    source
        A path, or a stream that is open for reading bytes.
    largest_bytes
        Size limit; 64 MB by default.

    Raises
    ------
    InvalidDocument
        If the source is too large, is not a file, or cannot be read.
    """
    try:
        if not isinstance(source, Path):
            content = source.read(largest_bytes + 1)
        elif source.is_dir():
            raise InvalidDocument([Fault((), f"{source} is a folder; name a file")])
        else:
            size = source.stat().st_size
            if size > largest_bytes:
                raise _too_large(f"{size / 1e6:,.0f} MB", largest_bytes)
            with source.open("rb") as file:
                content = file.read(largest_bytes + 1)
    except OSError as error:
        raise InvalidDocument([Fault((), f"cannot read {source}: {error.strerror}")]) from None
    if len(content) > largest_bytes:
        raise _too_large(f"more than {largest_bytes / 1e6:,.0f} MB", largest_bytes)
    return content


@collector_off()
def parse(content: bytes, *, largest_bytes: int = LARGEST_DOCUMENT_BYTES) -> object:
    """Return the JSON value in UTF-8 bytes; a byte order mark is accepted.

    Parameters
    ----------
    content
        The document.
    largest_bytes
        Size limit; 64 MB by default.

    Raises
    ------
    InvalidDocument
        If the content is too large, is not UTF-8, is not JSON, is nested too deeply, or gives a name twice in
        one object. NaN and Infinity pass: they are left to the validation of the document, which knows their
        place.
    """
    if len(content) > largest_bytes:
        raise _too_large(f"{len(content) / 1e6:,.0f} MB", largest_bytes)
    text = _decoded(content)
    if not text.strip():
        raise InvalidDocument([Fault((), "the document is empty; expected a JSON object")])
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        values = dict(pairs)
        if len(values) == len(pairs):
            return values
        marked = _RepeatedNames(values)
        marked.names = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        repeated.extend(marked.names)
        return marked

    try:
        value: object = json.loads(text, object_pairs_hook=collect)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidDocument([Fault((place,), f"not valid JSON: {what}")]) from None
    except RecursionError:
        raise InvalidDocument([Fault((), "the JSON is nested too deeply")]) from None
    except ValueError:  # the only other refusal of the parser: thousands of digits
        raise InvalidDocument([Fault((), "the JSON contains a number of more than 4,300 digits")]) from None
    if repeated:
        raise InvalidDocument(_repetitions(value))
    if _HALF_CHARACTER.search(text):
        halves = _half_characters(value)
        if (first := next(halves, None)) is not None:
            raise InvalidDocument(chain([first], halves))
    return value


def _too_large(size: str, largest_bytes: int) -> InvalidDocument:
    limit = f"{largest_bytes / 1e6:,.0f} MB"
    return InvalidDocument([Fault((), f"the document has {size}; at most {limit} are accepted")])


def _decoded(content: bytes) -> str:
    if content[:2] in _BYTE_ORDER_MARKS:
        encoding = _BYTE_ORDER_MARKS[content[:2]]
        raise InvalidDocument([Fault((), f"the document is {encoding}; save it as UTF-8")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidDocument(
            [Fault((f"line {line}",), f"byte {error.start:,} is not UTF-8; save the document as UTF-8")]
        ) from None


def _repetitions(value: object) -> Iterator[Fault]:
    """Yield a fault for each name that an object gives twice, in the order of the document."""
    for place, current in _walk(value):
        if isinstance(current, _RepeatedNames):
            for name in current.names:
                yield Fault((*place, name), "the name is given twice in this object; keep one")


def _half_characters(value: object) -> Iterator[Fault]:
    """Yield a fault for each text, or name of an object, that cannot be written as UTF-8."""
    message = "the text contains half a character (\\ud800 to \\udfff); remove it"
    for place, current in _walk(value):
        if isinstance(current, dict) and not all(map(_is_whole, current)):
            yield Fault(place, message)
        if isinstance(current, str) and not _is_whole(current):
            yield Fault(place, message)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(value: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield every value with its place, in the order of the document."""
    open_values: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while open_values:
        place, current = open_values.pop()
        yield place, current
        children: list[tuple[tuple[str | int, ...], object]] = []
        if isinstance(current, dict):
            children = [((*place, name), child) for name, child in current.items()]
        elif isinstance(current, list):
            children = [((*place, index), child) for index, child in enumerate(current)]
        open_values.extend(reversed(children))
