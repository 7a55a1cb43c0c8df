"""The letters of a PNG: Pillow's own font, or one from a file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from PIL import ImageFont

from optimizer_core.errors import Fault, InvalidInput

_PROBE_SIZE = 20
_NO_CHARACTER = "\ue000"
"""A private-use character, for which fonts show the symbol of a missing one."""

_SPELLINGS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th",
    "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H",
    "ı": "i", "–": "-", "—": "-", "−": "-", "×": "x",
}  # fmt: skip
"""Letters that do not decompose, in letters that every font has."""


class PngFont:
    """A font in every requested size.

    Parameters
    ----------
    file
        A TrueType or OpenType font; None for Pillow's own.

    Raises
    ------
    InvalidInput
        If the file cannot be read or is not a font.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._by_size: dict[int, ImageFont.FreeTypeFont] = {}
        self._known: dict[str, str] = {}
        try:
            self._missing = self._picture(_NO_CHARACTER)
        except OSError as error:
            message = f"{file} cannot be read as a font ({error}); name a .ttf or .otf file"
            raise InvalidInput([Fault(("font_file",), message)]) from error

    def known(self, text: str) -> str:
        """Return a text in characters that the font has: base letters for accented ones, else ``?``."""
        return "".join(self._known_character(character) for character in text)

    def sized(self, text: str, size: int, limit: int | None) -> ImageFont.FreeTypeFont:
        """Return the font in a size, or in a smaller one if the text would be wider than a limit.

        Parameters
        ----------
        size
            In pixels.
        limit
            Most pixels of the text; None for no limit.
        """
        font = self._of_size(size)
        if limit is None:
            return font
        while size > 1 and font.getlength(text) > limit:
            size -= 1
            font = self._of_size(size)
        return font

    def _of_size(self, size: int) -> ImageFont.FreeTypeFont:
        if size not in self._by_size:
            if self._file is None:
                font = ImageFont.load_default(size)
                if not isinstance(font, ImageFont.FreeTypeFont):
                    raise InvalidInput(
                        [Fault(("font_file",), "this Pillow was built without FreeType; install its wheel")]
                    )
            else:
                font = ImageFont.truetype(self._file, size)
            self._by_size[size] = font
        return self._by_size[size]

    def _known_character(self, character: str) -> str:
        if character not in self._known:
            self._known[character] = self._spelled(character)
        return self._known[character]

    def _spelled(self, character: str) -> str:
        if unicodedata.combining(character):
            return ""
        base = unicodedata.normalize("NFKD", character)
        without_marks = "".join(part for part in base if not unicodedata.combining(part))
        for spelling in (character, _SPELLINGS.get(character, ""), without_marks):
            if spelling and all(self._has(part) for part in spelling):
                return spelling
        return "?"

    def _has(self, character: str) -> bool:
        if character.isspace():
            return True
        return character.isprintable() and self._picture(character) != self._missing

    def _picture(self, character: str) -> bytes:
        return bytes(self._of_size(_PROBE_SIZE).getmask(character))
