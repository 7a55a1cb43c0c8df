"""A layout as PNG, drawn with Pillow and its built-in font."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.picture.palette import GLYPH_GRID, GLYPHS, Paint
from optimizer_core.picture.png_font import PngFont
from optimizer_core.picture.shapes import Box, Glyph, Layout, Line, Text

LARGEST_MEGAPIXELS = 120
"""A picture of this size takes 360 MB of memory while it is drawn."""

_DEFAULT_MEGAPIXELS = 24
_HATCH_STEP = 8
_SMOOTHING = 4
_BOLD_STROKE = 0.025
"""Half the width of the pen that makes letters bold, as a share of their size."""


def write_png(layout: Layout, *, scale: int | None = None, font_file: Path | None = None) -> bytes:
    """Return a layout as the bytes of a PNG.

    Parameters
    ----------
    layout
        The picture in numbers.
    scale
        Pixels of the PNG for one pixel of the layout, at least 1; None for 2, or 1 where 2 would make
        more than 24 megapixels.
    font_file
        A TrueType or OpenType font; None for Pillow's own, which has English letters only, so that ``Müller``
        becomes ``Muller`` and a name in Greek a row of question marks.

    Raises
    ------
    InvalidInput
        If the scale is below 1, or the picture would have more than 120 megapixels, or the font cannot
        be read.
    """
    megapixels = layout.width * layout.height / 1e6
    if scale is None:
        scale = 2 if 4 * megapixels <= _DEFAULT_MEGAPIXELS else 1
    if scale < 1:
        raise InvalidInput([Fault(("scale",), f"{scale} is not a whole number of at least 1")])
    if megapixels * scale**2 > LARGEST_MEGAPIXELS:
        message = (
            f"{layout.width * scale:,} x {layout.height * scale:,} pixels are more than the "
            f"{LARGEST_MEGAPIXELS} megapixels of the largest PNG; draw fewer nights, one side only, "
            f"a smaller scale, or an SVG"
        )
        raise InvalidInput([Fault(("scale",), message)])
    painter = _Painter(layout, scale, PngFont(font_file))
    painter.paint()
    return painter.png()


class _Painter:
    """Draws the shapes of a layout in their order.

    Parameters
    ----------
    layout
        The picture in numbers.
    scale
        Pixels for one pixel of the layout.
    font
        The font of all texts.
    """

    def __init__(self, layout: Layout, scale: int, font: PngFont) -> None:
        self._layout = layout
        self._scale = scale
        self._font = font
        self._image = Image.new("RGB", (layout.width * scale, layout.height * scale))
        self._draw = ImageDraw.Draw(self._image)
        boxes = [mark.box for mark in layout.gaps] + [bar.box for bar in layout.bars]
        widest = max((box.width for box in boxes if box.paint.is_hatched), default=0)
        self._hatch_width = max(widest, 100) * scale

    def paint(self) -> None:
        """Draw everything."""
        layout = self._layout
        for box in layout.areas:
            self._box(box)
        for line in layout.lines:
            self._line(line)
        for mark in layout.gaps:
            self._box(mark.box)
            if mark.chip is not None:
                self._box(mark.chip)
        for bar in layout.bars:
            self._box(bar.box)
            for box in bar.details:
                self._box(box)
            for glyph in bar.glyphs:
                self._glyph(glyph)
        for glyph in layout.glyphs:
            self._glyph(glyph)
        for text in self._texts():
            self._text(text)

    def png(self) -> bytes:
        """Return the drawing as PNG."""
        stream = io.BytesIO()
        self._image.save(stream, "PNG")
        return stream.getvalue()

    def _texts(self) -> list[Text]:
        texts = self._layout.texts + [mark.text for mark in self._layout.gaps if mark.text is not None]
        return texts + [text for bar in self._layout.bars for text in bar.texts]

    def _box(self, box: Box) -> None:
        scale, paint = self._scale, box.paint
        x, y, right, bottom = (edge * scale for edge in (box.x, box.y, box.right, box.bottom))
        area = (x, y, right - 1, bottom - 1)
        fill, stroke, width = paint.fill, paint.stroke, paint.stroke_width * scale
        if paint.is_hatched and stroke is not None:
            hatch = _hatch(str(fill), stroke, self._hatch_width, bottom - y, scale)
            self._image.paste(hatch.crop((0, 0, right - x, bottom - y)), (x, y))
            fill = None
        if paint.dash is not None:
            if fill is not None:
                self._draw.rectangle(area, fill)
            self._dashed_outline(area, paint)
        elif box.radius:
            self._draw.rounded_rectangle(area, box.radius * scale, fill, stroke, width)
        else:
            self._draw.rectangle(area, fill, stroke, width)

    def _dashed_outline(self, area: tuple[int, int, int, int], paint: Paint) -> None:
        """Draw dashes along the four edges, inside the area."""
        x, y, right, bottom = area
        for start, end in _dashes(right - x + 1, paint, self._scale):
            for top in (y, bottom - paint.stroke_width * self._scale + 1):
                self._stroke_area(x + start, top, x + end, top, paint)
        for start, end in _dashes(bottom - y + 1, paint, self._scale):
            for left in (x, right - paint.stroke_width * self._scale + 1):
                self._stroke_area(left, y + start, left, y + end, paint)

    def _line(self, line: Line) -> None:
        scale = self._scale
        x, y = line.x * scale, line.y * scale
        for start, end in _dashes(line.length * scale, line.paint, scale):
            if line.is_across:
                self._stroke_area(x + start, y, x + end, y, line.paint)
            else:
                self._stroke_area(x, y + start, x, y + end, line.paint)

    def _stroke_area(self, x: int, y: int, right: int, bottom: int, paint: Paint) -> None:
        """Fill a piece of a stroke, with the width of the paint."""
        width = paint.stroke_width * self._scale - 1
        if x == right:
            self._draw.rectangle((x, y, x + width, bottom), paint.stroke)
        else:
            self._draw.rectangle((x, y, right, y + width), paint.stroke)

    def _glyph(self, glyph: Glyph) -> None:
        mask = _glyph_mask(glyph.name, glyph.size * self._scale)
        self._draw.bitmap((glyph.x * self._scale, glyph.y * self._scale), mask, glyph.color)

    def _text(self, text: Text) -> None:
        limit = None if text.width is None else text.width * self._scale
        string = self._font.known(text.string)
        font = self._font.sized(string, text.style.size * self._scale, limit)
        stroke = text.style.size * self._scale * _BOLD_STROKE if text.style.is_bold else 0
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.style.anchor]
        place = (text.x * self._scale, text.y * self._scale)
        self._draw.text(place, string, text.style.color, font, anchor, stroke_width=stroke)


def _dashes(length: int, paint: Paint, scale: int) -> list[tuple[int, int]]:
    """Return the first and last pixel of each dash of a stroke; one dash if it is solid."""
    if paint.dash is None:
        return [(0, length - 1)]
    dash, blank = paint.dash[0] * scale, paint.dash[1] * scale
    return [(start, min(start + dash, length) - 1) for start in range(0, length, dash + blank)]


@lru_cache(maxsize=16)
def _hatch(fill: str, stroke: str, width: int, height: int, scale: int) -> Image.Image:
    """Return a hatched area, from which pieces are cut."""
    image = Image.new("RGB", (width, height), fill)
    draw = ImageDraw.Draw(image)
    for x in range(-height, width + height, _HATCH_STEP * scale):
        draw.line((x, height, x + height, 0), stroke, 2 * scale)
    return image


@lru_cache(maxsize=64)
def _glyph_mask(name: str, size: int) -> Image.Image:
    """Return a glyph in gray, drawn large and made small so that its edges are smooth."""
    image = Image.new("1", (size * _SMOOTHING, size * _SMOOTHING))
    factor = size * _SMOOTHING / GLYPH_GRID
    for polygon in GLYPHS[name]:
        layer = Image.new("1", image.size)
        ImageDraw.Draw(layer).polygon([(x * factor, y * factor) for x, y in polygon], 1)
        image = ImageChops.logical_xor(image, layer)
    return image.convert("L").resize((size, size), Image.Resampling.BOX)
