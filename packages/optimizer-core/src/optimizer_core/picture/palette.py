"""Colors, strokes and glyphs of a tape chart.

Every kind of stay and gap differs from every other by more than color (stroke, dashes, a second outline,
hatching or a glyph), and every text has a contrast of at least 4.5 : 1 to its background.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: shapes are grouped by their paint
class Paint:
    """Style of an area or a line.

    Parameters
    ----------
    name
        Name of the kind, as a class of the SVG.
    fill
        Color of the area, ``#rrggbb``; None for no fill.
    stroke
        Color of the outline or line; None for no line.
    stroke_width
        Width of the outline or line in pixels; outlines lie inside the area.
    dash
        Lengths of dash and blank in pixels; None for a solid line.
    is_hatched
        Whether the area is hatched with lines of the stroke's color.
    """

    name: str
    fill: str | None = None
    stroke: str | None = None
    stroke_width: int = 0
    dash: tuple[int, int] | None = None
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Style of a text.

    Parameters
    ----------
    color
        ``#rrggbb``.
    size
        Font size in pixels.
    is_bold
        Whether it is bold.
    anchor
        The point of the text at its position: ``start``, ``middle`` or ``end``.
    """

    color: str
    size: int
    is_bold: bool = False
    anchor: str = "start"


INK = "#16202b"
MUTED = "#4a5663"
WHITE = "#ffffff"

PAPER = Paint("paper", fill=WHITE)
WEEKEND = Paint("weekend", fill="#e8ebf1")
HEADER = Paint("header", fill="#e4e8ee")
HEADER_WEEKEND = Paint("header weekend", fill="#ccd3dc")
SECTION = Paint("section", fill="#dfe6ee")
TODAY_CELL = Paint("today", fill="#a3124b")

GRID = Paint("grid", stroke="#e1e5ea", stroke_width=1)
MONTH = Paint("month", stroke="#97a3b0", stroke_width=1)
FRAME = Paint("frame", stroke="#6b7785", stroke_width=1)
TODAY = Paint("today", stroke="#a3124b", stroke_width=1, dash=(4, 2))

STAY = Paint("stay", fill="#d6e4f5", stroke="#3f6fa3", stroke_width=1)
LOCKED = Paint("stay locked", fill="#dcdee2", stroke="#454b54", stroke_width=2)
BLOCK = Paint("block", fill="#f1f2f4", stroke="#7b8794", stroke_width=1, is_hatched=True)
MOVED = Paint("stay moved", fill="#fdeccf", stroke="#a35200", stroke_width=2, dash=(4, 2))
THIN_LOCKED = replace(LOCKED, stroke_width=1)
THIN_MOVED = replace(MOVED, stroke_width=1)
NEW = Paint("stay new", fill="#d5efda", stroke="#1d6f31", stroke_width=1)
NEW_INNER = Paint("stay new inner", stroke="#1d6f31", stroke_width=1)
GROUP_CHIP = Paint("group", fill="#54358a")

ORPHAN = Paint("gap orphan", fill="#fdeae7", stroke="#dd9388", stroke_width=1, is_hatched=True)
ORPHAN_CHIP = Paint("gap chip", fill="#fdeae7")
BARELY = Paint("gap barely", fill="#fffdf6", stroke="#8a7437", stroke_width=1, dash=(1, 2))
ORPHAN_INK = "#861406"
BARELY_INK = "#63521f"
LOCKED_INK = "#2b3037"
MOVED_INK = "#7d3f00"
NEW_INK = "#155426"

Polygon = tuple[tuple[float, float], ...]

GLYPH_GRID = 16
"""Glyphs are drawn on a square of this size; an area inside another is a hole."""

GLYPHS: dict[str, tuple[Polygon, ...]] = {
    "padlock": (
        ((3, 8), (3, 5), (4.2, 2), (6.4, 0.3), (9.6, 0.3), (11.8, 2), (13, 5), (13, 8)),
        ((5.6, 8), (5.6, 5.2), (6.3, 3.5), (7.3, 2.8), (8.7, 2.8), (9.7, 3.5), (10.4, 5.2), (10.4, 8)),
        ((1.5, 8), (14.5, 8), (14.5, 16), (1.5, 16)),
    ),
    "arrow": (((0, 6.4), (8.5, 6.4), (8.5, 2), (16, 8), (8.5, 14), (8.5, 9.6), (0, 9.6)),),
    "plus": (
        (
            (6, 1), (10, 1), (10, 6), (15, 6), (15, 10), (10, 10),
            (10, 15), (6, 15), (6, 10), (1, 10), (1, 6), (6, 6),
        ),
    ),
}  # fmt: skip
