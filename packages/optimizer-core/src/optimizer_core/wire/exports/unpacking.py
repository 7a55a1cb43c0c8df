"""The size of a workbook when it is unpacked, checked before it is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from optimizer_core.errors import Fault, InvalidDocument

LARGEST_UNPACKED_BYTES = 128_000_000
"""Limit on all parts of a workbook: eight times a list of 20,000 rows."""

_PIECE_BYTES = 1_000_000
_LARGEST_TEXT_BYTES = 512_000_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def check_unpacked(content: bytes, name: str) -> None:
    """Check that a workbook does not unpack to more than it may, whatever its directory says.

    A text that many cells share is counted once for each cell, as it is when the workbook is read.

    Parameters
    ----------
    content
        The file.
    name
        Its name, for messages.

    Raises
    ------
    InvalidDocument
        If it does, or is a broken archive.
    """
    if not content.startswith(b"PK"):
        return  # the older format is not packed
    longest, shared, left = 0, 0, LARGEST_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                rest = b""
                for piece in _pieces(archive, part):
                    left -= len(piece)
                    if left < 0:
                        raise _too_large(name)
                    if part.filename.endswith("sharedStrings.xml"):
                        texts = (rest + piece).split(b"</si>")
                        rest = texts[-1]
                        longest = max(longest, *map(len, texts))
                    shared += piece.count(b't="s"')
    except _BROKEN as error:
        if isinstance(error, InvalidDocument):
            raise
        message = "the workbook cannot be read; save it as xlsx without a password, or as CSV"
        raise InvalidDocument([Fault((name,), message)]) from None
    if longest * shared > _LARGEST_TEXT_BYTES:
        raise _too_large(name)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of a part to its true end, not to the one that the directory states."""
    part.file_size = LARGEST_UNPACKED_BYTES + 1
    with archive.open(part) as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _too_large(name: str) -> InvalidDocument:
    message = "the workbook is too large; leave out what is not the list, or export it as CSV"
    return InvalidDocument([Fault((name,), message)])
