"""The width of a text, and how it is cut to the space available.

Widths are those of Arial, or of the font built into Pillow where that is wider. A viewer's font may be even
wider: texts without spare room state their width, and the outputs keep to it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ELLIPSIS = "…"

SLACK_PERCENT = 118
"""Width of a text in a wide font of the viewer, in percent of its measure."""

_WIDEST = 1025
_BOLD_EXTRA = 30
_WIDTHS = {
    char: width
    for width, chars in {
        200: "'",
        250: "ijl",
        275: "|",
        300: " !,.:;I]f",
        325: "/[\\t",
        350: "()-`r{}",
        375: '"',
        500: "sxz",
        525: "kvy",
        550: "Jc",
        575: "*?L_ae",
        600: "#$+0123456789<=>^hnou~",
        625: "FTZbdgpq",
        675: "&ABEKPSVXY",
        725: "CDNRU",
        750: "H",
        800: "GOQw",
        875: "Mm",
        900: "%",
        975: "W",
        1000: ELLIPSIS,
        _WIDEST: "@",
    }.items()
    for char in chars
}
"""Advance width in thousandths of the font size."""


@lru_cache(maxsize=65_536)
def measure(text: str, size: int, *, bold: bool = False) -> int:
    """Return the width of a text in pixels, rounded up.

    Parameters
    ----------
    text
        One line.
    size
        Font size in pixels.
    bold
        Whether it is set in bold, which is wider.
    """
    extra = _BOLD_EXTRA if bold else 0
    return -(-sum(_advance(char) + extra for char in text) * size // 1000)


def cap_height(size: int) -> int:
    """Return the height of capitals and digits in pixels."""
    return round(size * 0.72)


def one_line(text: str) -> str:
    """Return the text composed and with every run of white space as one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=65_536)
def fit(text: str, width: int, size: int, *, bold: bool = False, at_least: int = 3) -> str:
    """Return as much of a text as fits, with an ellipsis if cut; empty if too little fits.

    Parameters
    ----------
    text
        Any text; white space is collapsed.
    width
        Pixels it may take.
    size, bold
        Font size in pixels, and whether it is bold.
    at_least
        Least characters that must remain of a cut text.
    """
    text = one_line(text)
    if measure(text, size, bold=bold) <= width:
        return text
    extra = _BOLD_EXTRA if bold else 0
    left = width * 1000 // size - _advance(ELLIPSIS) - extra if size else 0
    for count, char in enumerate(text):
        left -= _advance(char) + extra
        if left < 0:
            return text[:count].rstrip() + ELLIPSIS if count >= at_least else ""
    return text


def _advance(char: str) -> int:
    width = _WIDTHS.get(char)
    return _foreign_advance(char) if width is None else width


@lru_cache(maxsize=4096)
def _foreign_advance(char: str) -> int:
    """Return the width of a character beyond ASCII: that of its base letter, else a wide guess."""
    if unicodedata.combining(char):
        return 0
    base = unicodedata.normalize("NFD", char)[0]
    return _WIDTHS.get(base, _WIDEST)
