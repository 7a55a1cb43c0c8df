"""One stay as a bar: its outline, its signs, and as much of its label as fits."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer_core.picture.chart import ChartStay, Side, TapeChart
from optimizer_core.picture.density import Density
from optimizer_core.picture.lettering import SLACK_PERCENT, cap_height, fit, measure
from optimizer_core.picture.palette import (
    BLOCK,
    GROUP_CHIP,
    INK,
    LOCKED,
    LOCKED_INK,
    MOVED,
    MOVED_INK,
    NEW,
    NEW_INK,
    NEW_INNER,
    STAY,
    THIN_LOCKED,
    THIN_MOVED,
    WHITE,
    Paint,
    TextStyle,
)
from optimizer_core.picture.shapes import Bar, Box, Glyph, Text
from optimizer_core.picture.wording import stay_tooltip

_PAD = 2
_STRIPE_WIDTH = 3
_LOW_BAR = 12
_SMALLEST_GLYPH = 6

_ARROW = ""
"""Stands for the arrow in a label."""


def stay_bar(
    chart: TapeChart,
    stay: ChartStay,
    side: Side,
    box: Box,
    *,
    room: tuple[str, str] | None,
    density: Density,
) -> Bar:
    """Return the bar of a stay.

    Parameters
    ----------
    box
        The area, with the paint of `paint_of`.
    room
        Number and type of the room that it is drawn in; None without a room.
    density
        Sizes of letters and signs.
    """
    writer = _BarWriter(box, density)
    if stay.is_new:
        writer.add_second_outline()
    if stay.group is not None:
        writer.add_group(chart.group_letters[stay.group])
    if stay.is_locked:
        writer.add_sign("padlock", LOCKED_INK)
    if stay.is_new:
        writer.add_sign("plus", NEW_INK)
    for name, tag in _labels(stay, side):
        if writer.add_label(name, tag):
            break
    number, room_type = room or (None, None)
    tooltip = stay_tooltip(chart, stay, side, room_type)
    details, glyphs, texts = tuple(writer.details), tuple(writer.glyphs), tuple(writer.texts)
    return Bar(stay, side, number, box, tooltip, details, glyphs, texts)


def paint_of(stay: ChartStay, height: int) -> Paint:
    """Return how the outline of a stay is drawn, with a thin stroke where the bar is low."""
    if stay.is_block:
        return BLOCK
    if stay.is_new:
        return NEW
    is_low = height < _LOW_BAR
    if stay.is_moved:
        return THIN_MOVED if is_low else MOVED
    if stay.is_locked:
        return THIN_LOCKED if is_low else LOCKED
    return STAY


class _BarWriter:
    """Fills a bar from the left; parts that do not fit are left out.

    Parameters
    ----------
    box
        The bar.
    density
        Sizes.
    """

    def __init__(self, box: Box, density: Density) -> None:
        self.details: list[Box] = []
        self.glyphs: list[Glyph] = []
        self.texts: list[Text] = []
        self._box = box
        self._size = density.font_size
        self._has_labels = density.has_labels
        self._inset = box.paint.stroke_width
        self._left = box.x + self._inset
        self._base = box.y + (box.height + cap_height(self._size)) // 2

    def add_second_outline(self) -> None:
        """Draw an outline inside the outline."""
        box = self._box
        if box.width > 6 and box.height > 6:
            self.details.append(Box(box.x + 2, box.y + 2, box.width - 4, box.height - 4, NEW_INNER))
            self._left += 2
            self._inset += 2

    def add_group(self, letter: str) -> None:
        """Draw the group's letter on a chip, or a stripe where the letter does not fit."""
        box = self._box
        letter_width = measure(letter, self._size, bold=True)
        has_letter = self._has_labels and letter_width + 4 <= self._room_left()
        width = letter_width + 4 if has_letter else min(_STRIPE_WIDTH, self._room_left())
        if width <= 0:
            return
        height = max(1, box.height - 2 * self._inset)
        self.details.append(Box(self._left, box.y + self._inset, width, height, GROUP_CHIP))
        if has_letter:
            style = TextStyle(WHITE, self._size, is_bold=True, anchor="middle")
            self.texts.append(Text(self._left + width // 2, self._base, letter, style))
        self._left += width

    def add_sign(self, name: str, color: str) -> None:
        """Draw a glyph where it fits."""
        if self._glyph_size >= _SMALLEST_GLYPH:
            self._add_glyph(name, color)

    def add_label(self, name: str, tag: tuple[str, ...]) -> bool:
        """Write a label if it fits, with a shortened name if needed; return whether it fits.

        Parameters
        ----------
        name
            Name of the stay; empty to leave it out.
        tag
            The arrow alone, after a room (then it precedes the name) or before a room (then it follows the
            name); empty for a stay that is not moved.
        """
        left = self._room_left() - sum(self._width(piece) + _PAD for piece in tag) - (_PAD if name else 0)
        text = fit(name, left, self._size) if self._has_labels and left > 0 else ""
        if left < 0 or (name and not text) or (len(tag) > 1 and not self._has_labels):
            return False
        if tag and self._glyph_size < _SMALLEST_GLYPH:
            return False
        is_name_first = tag[:1] == (_ARROW,)
        if text and is_name_first:
            self._add_name(text, left)
        for piece in tag:
            if piece == _ARROW:
                self._add_glyph("arrow", MOVED_INK)
            else:
                self._add_text(piece, TextStyle(MOVED_INK, self._size, is_bold=True), self._width(piece))
        if text and not is_name_first:
            self._add_name(text, left)
        return True

    def _add_name(self, text: str, room: int) -> None:
        """Write a name, with a fixed width if a wider font might exceed the space."""
        width = measure(text, self._size)
        self._add_text(text, TextStyle(INK, self._size), width, is_tight=width * SLACK_PERCENT > room * 100)

    def _add_text(self, text: str, style: TextStyle, width: int, *, is_tight: bool = True) -> None:
        self.texts.append(Text(self._left + _PAD, self._base, text, style, width if is_tight else None))
        self._left += width + _PAD

    def _add_glyph(self, name: str, color: str) -> None:
        size = self._glyph_size
        y = self._box.y + (self._box.height - size) // 2
        self.glyphs.append(Glyph(name, self._left + _PAD, y, size, color))
        self._left += size + _PAD

    @property
    def _glyph_size(self) -> int:
        """Size of a glyph: that of the letters, or less if there is less space."""
        return min(self._size, self._box.height - 4, self._room_left() - _PAD)

    def _width(self, piece: str) -> int:
        return self._glyph_size if piece == _ARROW else measure(piece, self._size, bold=True)

    def _room_left(self) -> int:
        return self._box.right - self._inset - 1 - self._left


def _labels(stay: ChartStay, side: Side) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the possible labels of a stay as name and tag, the longest first.

    Before: the name, an arrow, the room it moves to. After: the room it comes from, an arrow, the name.
    """
    name = stay.name.strip()
    if stay.is_moved:
        tag = (_ARROW, stay.room_after or "?") if side is Side.BEFORE else (stay.room_before or "?", _ARROW)
        yield name, tag
        yield "", tag
        yield "", (_ARROW,)
    elif name:
        yield name, ()
