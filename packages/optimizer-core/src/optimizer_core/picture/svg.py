"""A layout as SVG: one self-contained, accessible document without styles, scripts or links.

Colors are presentation attributes of groups, not a style sheet: a strict content security policy blocks style
sheets, and a page that embeds the picture can restyle the classes of the groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeVar

from optimizer_core.picture.palette import GLYPH_GRID, GLYPHS, Paint, Polygon
from optimizer_core.picture.shapes import Box, Glyph, Layout, Line, Text

_HATCH_STEP = 6
_FONTS = "Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Shape = TypeVar("_Shape")
_Key = TypeVar("_Key")


def write_svg(layout: Layout) -> str:
    """Return a layout as the text of an SVG document."""
    return "\n".join(_document(layout)) + "\n"


def escape(text: str) -> str:
    """Return text as XML character data, safe in attributes too; what XML forbids becomes U+FFFD."""
    text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, entity)
    return text


def _document(layout: Layout) -> Iterator[str]:
    width, height = layout.width, layout.height
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="chart-title chart-description" '
        f'class="tape-chart" font-family="{_FONTS}">'
    )
    yield f'<title id="chart-title">{escape(layout.title)}</title>'
    yield f'<desc id="chart-description">{escape(layout.description)}</desc>'
    glyphs = layout.glyphs + [glyph for bar in layout.bars for glyph in bar.glyphs]
    texts = layout.texts + [mark.text for mark in layout.gaps if mark.text is not None]
    texts += [text for bar in layout.bars for text in bar.texts]
    paints = {box.paint for box in layout.areas} | {mark.box.paint for mark in layout.gaps}
    yield from _definitions(glyphs, (paint for paint in paints if paint.is_hatched))
    for _, run in groupby(layout.areas, key=lambda box: box.paint):  # areas lie upon each other: in order
        yield from _boxes((box, "") for box in run)
    yield from _lines(layout.lines)
    yield from _boxes((mark.box, mark.tooltip) for mark in layout.gaps)
    yield from _boxes((bar.box, bar.tooltip) for bar in layout.bars)
    # Shapes inside a bar must not catch the pointer, or the bar's tooltip would not show.
    yield '<g pointer-events="none">'
    yield from _boxes((mark.chip, "") for mark in layout.gaps if mark.chip is not None)
    yield from _boxes((box, "") for bar in layout.bars for box in bar.details)
    yield from _glyphs(glyphs)
    yield from _texts(texts)
    yield "</g>"
    yield "</svg>"


def _definitions(glyphs: Iterable[Glyph], hatched: Iterable[Paint]) -> Iterator[str]:
    yield "<defs>"
    for paint in sorted(hatched, key=lambda paint: paint.name):
        step = _HATCH_STEP
        yield (
            f'<pattern id="{_hatch_name(paint)}" width="{step}" height="{step}" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<rect width="{step}" height="{step}" fill="{paint.fill}"/>'
            f'<rect width="2" height="{step}" fill="{paint.stroke}"/></pattern>'
        )
    for name, size in sorted({(glyph.name, glyph.size) for glyph in glyphs}):
        outline = "".join(_polygon(polygon, size / GLYPH_GRID) for polygon in GLYPHS[name])
        yield f'<path id="{name}-{size}" fill-rule="evenodd" d="{outline}"/>'
    yield "</defs>"


def _polygon(polygon: Polygon, factor: float) -> str:
    corners = (f"{_short(x * factor)} {_short(y * factor)}" for x, y in polygon)
    return f"M{'L'.join(corners)}z"


def _boxes(boxes: Iterable[tuple[Box, str]]) -> Iterator[str]:
    """Draw boxes with their tooltips; boxes of one paint without a tooltip become one path."""
    for paint, group in _grouped(boxes, lambda item: item[0].paint):
        fill = f"url(#{_hatch_name(paint)})" if paint.is_hatched else paint.fill or "none"
        yield f'<g class="{paint.name}" fill="{fill}"{_stroke(paint)}>'
        plain = "".join(_outline(box) for box, tooltip in group if not tooltip)
        if plain:
            yield f'<path d="{plain}"/>'
        for box, tooltip in group:
            if tooltip:
                yield _titled(box, tooltip)
        yield "</g>"


def _titled(box: Box, tooltip: str) -> str:
    title = f"<title>{escape(tooltip)}</title>"
    if not box.radius:
        return f'<path d="{_outline(box)}">{title}</path>'
    x, y, width, height = _inside(box)
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{box.radius}">{title}</rect>'


def _outline(box: Box) -> str:
    x, y, width, height = _inside(box)
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _inside(box: Box) -> tuple[int, int, int, int]:
    """Return the rectangle whose stroke lies inside the box.

    A group with an odd stroke is shifted by half a pixel, so that whole numbers suffice.
    """
    inset = box.paint.stroke_width
    x, y = box.x + inset // 2, box.y + inset // 2
    return x, y, max(1, box.width - inset), max(1, box.height - inset)


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    for paint, group in _grouped(lines, lambda line: line.paint):
        path = "".join(f"M{line.x} {line.y}{'h' if line.is_across else 'v'}{line.length}" for line in group)
        yield f'<path class="{paint.name}" fill="none"{_stroke(paint)} d="{path}"/>'


def _stroke(paint: Paint) -> str:
    if paint.stroke is None or not paint.stroke_width:
        return ""
    width = f' stroke-width="{paint.stroke_width}"' if paint.stroke_width != 1 else ""
    dash = f' stroke-dasharray="{paint.dash[0]} {paint.dash[1]}"' if paint.dash else ""
    shift = ' transform="translate(.5 .5)"' if paint.stroke_width % 2 else ""
    return f' stroke="{paint.stroke}"{width}{dash}{shift}'


def _glyphs(glyphs: Iterable[Glyph]) -> Iterator[str]:
    for color, group in _grouped(glyphs, lambda glyph: glyph.color):
        yield f'<g fill="{color}">'
        for glyph in group:
            yield f'<use href="#{glyph.name}-{glyph.size}" x="{glyph.x}" y="{glyph.y}"/>'
        yield "</g>"


def _texts(texts: Iterable[Text]) -> Iterator[str]:
    for style, group in _grouped(texts, lambda text: text.style):
        weight = ' font-weight="bold"' if style.is_bold else ""
        anchor = f' text-anchor="{style.anchor}"' if style.anchor != "start" else ""
        yield f'<g fill="{style.color}" font-size="{style.size}"{weight}{anchor}>'
        for text in group:
            width = f' textLength="{text.width}"' if text.width else ""
            yield f'<text x="{text.x}" y="{text.y}"{width}>{escape(text.string)}</text>'
        yield "</g>"


def _grouped(shapes: Iterable[_Shape], key: Callable[[_Shape], _Key]) -> Iterable[tuple[_Key, list[_Shape]]]:
    """Return the shapes by key, in the order in which keys and shapes first occur."""
    groups: dict[_Key, list[_Shape]] = {}
    for shape in shapes:
        groups.setdefault(key(shape), []).append(shape)
    return groups.items()


def _hatch_name(paint: Paint) -> str:
    return paint.name.replace(" ", "-")


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
