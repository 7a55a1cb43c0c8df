import re

import pytest

from optimizer_core.picture import palette

GROUNDS_BY_INK = {
    palette.INK: [
        palette.WHITE,
        palette.STAY.fill,
        palette.LOCKED.fill,
        palette.MOVED.fill,
        palette.NEW.fill,
        palette.SECTION.fill,
        palette.HEADER.fill,
        palette.HEADER_WEEKEND.fill,
        palette.WEEKEND.fill,
    ],
    palette.MUTED: [palette.WHITE, palette.SECTION.fill, palette.HEADER.fill],
    palette.WHITE: [palette.GROUP_CHIP.fill, palette.TODAY_CELL.fill],
    palette.ORPHAN_INK: [palette.ORPHAN_CHIP.fill],
    palette.BARELY_INK: [palette.BARELY.fill],
    palette.LOCKED_INK: [palette.LOCKED.fill],
    palette.MOVED_INK: [palette.MOVED.fill],
    palette.NEW_INK: [palette.NEW.fill],
}
OUTLINED = [palette.STAY, palette.LOCKED, palette.MOVED, palette.NEW, palette.BARELY]


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", GROUNDS_BY_INK)
def test_every_text_has_the_contrast_of_wcag_aa_to_its_ground(ink: str) -> None:
    for ground in GROUNDS_BY_INK[ink]:
        assert contrast(ink, str(ground)) >= 4.5, ground


@pytest.mark.parametrize("paint", OUTLINED, ids=lambda paint: paint.name)
def test_every_outline_stands_out_from_the_sheet_and_the_weekend(paint: palette.Paint) -> None:
    for ground in (palette.WHITE, palette.WEEKEND.fill):
        assert contrast(str(paint.stroke), str(ground)) >= 3


def test_kinds_of_stay_differ_without_color() -> None:
    strokes = {(paint.stroke_width, paint.dash) for paint in (palette.STAY, palette.LOCKED, palette.MOVED)}
    assert len(strokes) == 3


def test_colors_are_written_in_full() -> None:
    paints = [value for value in vars(palette).values() if isinstance(value, palette.Paint)]
    assert len(paints) > 15
    colors = [color for paint in paints for color in (paint.fill, paint.stroke) if color is not None]
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)


def test_glyphs_stay_within_their_square() -> None:
    for polygons in palette.GLYPHS.values():
        assert all(
            0 <= value <= palette.GLYPH_GRID for polygon in polygons for point in polygon for value in point
        )
