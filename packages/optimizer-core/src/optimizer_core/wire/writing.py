"""Writes result documents as bytes."""

from __future__ import annotations

from optimizer_core.wire.result import ResultDocument


def write_json(result: ResultDocument, *, indent: int | None = None) -> bytes:
    """Return the document as JSON in UTF-8, with a line break at its end.

    Parameters
    ----------
    result
        The document.
    indent
        Spaces for each level; None for one line.
    """
    return result.model_dump_json(by_alias=True, indent=indent).encode() + b"\n"
