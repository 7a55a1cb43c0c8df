"""The parts of a layout: areas, lines, texts and glyphs at whole pixels, and bars made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer_core.picture.chart import ChartStay, Side
from optimizer_core.picture.palette import Paint, TextStyle
from optimizer_core.picture.placement import RoomGap


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle ``[x, x + width) x [y, y + height)`` in pixels.

    Parameters
    ----------
    x, y
        Left upper corner.
    width, height
        At least 1.
    paint
        How it is drawn.
    radius
        Of the corners.
    """

    x: int
    y: int
    width: int
    height: int
    paint: Paint
    radius: int = 0

    @property
    def right(self) -> int:
        """First pixel to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First pixel below it."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """A line one pixel wide, across or down.

    Parameters
    ----------
    x, y
        Where it begins.
    length
        In pixels.
    paint
        How it is drawn.
    is_across
        Whether it runs to the right, not down.
    """

    x: int
    y: int
    length: int
    paint: Paint
    is_across: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line.

    Parameters
    ----------
    x, y
        The anchor of its style, on the base line.
    string
        What it says.
    style
        How it is set.
    width
        Pixels that it must fill exactly, if something follows it; None if there is room to spare.
    """

    x: int
    y: int
    string: str
    style: TextStyle
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Glyph:
    """A small symbol from `optimizer_core.picture.palette.GLYPHS`.

    Parameters
    ----------
    name
        Which.
    x, y, size
        The square it fills.
    color
        ``#rrggbb``.
    """

    name: str
    x: int
    y: int
    size: int
    color: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stay as drawn.

    Parameters
    ----------
    stay, side, room_number
        The stay, its panel and its row; None for a stay without a room.
    box
        From the middle of the arrival's day to the middle of the departure's.
    tooltip
        Description of the stay, in words.
    details, glyphs, texts
        Shapes inside the bar.
    """

    stay: ChartStay
    side: Side
    room_number: str | None
    box: Box
    tooltip: str
    details: tuple[Box, ...] = ()
    glyphs: tuple[Glyph, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class GapMark:
    """A gap as drawn.

    Parameters
    ----------
    gap, side, room_number
        The gap, its panel and its row.
    box
        From one bar to the next.
    tooltip
        Description of the gap, in words.
    chip, text
        Its number of nights on a plain ground; None if there is too little space.
    """

    gap: RoomGap
    side: Side
    room_number: str
    box: Box
    tooltip: str
    chip: Box | None = None
    text: Text | None = None


@dataclass(slots=True)
class Layout:
    """A picture in numbers, in the order in which it is drawn.

    Parameters
    ----------
    title, description
        Text alternatives of the picture.
    width, height
        In pixels.
    areas, lines
        The background: sheet, weekends, headers, grid.
    gaps, bars
        The content of the rows.
    glyphs, texts
        Headings, dates, room numbers, legend.
    """

    title: str = ""
    description: str = ""
    width: int = 0
    height: int = 0
    areas: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    gaps: list[GapMark] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    glyphs: list[Glyph] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
