"""Values of cells besides dates: numbers of nights and rooms, yes and no."""

from __future__ import annotations

import re

from optimizer_core.wire.exports.folding import folded

_WHOLE = re.compile(r"(\d{1,6})(?:[.,]0*)?")
_TRUE = frozenset({"1", "true", "t", "yes", "y", "x", "locked", "ja", "j", "oui", "si", "s", "sim", "wahr"})
_FALSE = frozenset(
    {"", "0", "false", "f", "no", "n", "none", "null", "unlocked", "nein", "non", "nao", "nee"}
)


def read_count(text: str) -> int | None:
    """Return a whole number from 0; None if the text is not such a number."""
    match = _WHOLE.fullmatch(text)
    return int(match[1]) if match else None


def read_yes_or_no(text: str) -> bool | None:
    """Return whether a cell means yes or no; None if neither."""
    plain = folded(text)
    if not plain and text not in {"", "-"}:
        return None
    return True if plain in _TRUE else False if plain in _FALSE else None
