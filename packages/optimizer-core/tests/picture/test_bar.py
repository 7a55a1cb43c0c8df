from datetime import date
from itertools import pairwise

import pytest

from optimizer_core.picture import ChartStay, Side, TapeChart
from optimizer_core.picture.bar import paint_of, stay_bar
from optimizer_core.picture.density import Density
from optimizer_core.picture.lettering import measure
from optimizer_core.picture.palette import GROUP_CHIP, NEW_INNER
from optimizer_core.picture.shapes import Bar, Box

SIZES = Density(20, 20)
HEIGHT = SIZES.bar_height
NIGHT, MORNING = date(2026, 10, 1), date(2026, 10, 2)
KINDS = [
    ChartStay("Anna Schmidt", NIGHT, MORNING, "101", "101"),
    ChartStay("Anna Schmidt", NIGHT, MORNING, "101", "101", is_locked=True),
    ChartStay("Anna Schmidt", NIGHT, MORNING, "101", "2040"),
    ChartStay("Anna Schmidt", NIGHT, MORNING, "101", "101", group="Wedding"),
    ChartStay("Anna Schmidt", NIGHT, MORNING, "101", "101", group="Wedding", is_locked=True),
    ChartStay("Anna Schmidt", NIGHT, MORNING, "101", "2040", group="Wedding"),
    ChartStay("Anna Schmidt", NIGHT, MORNING, None, "101", is_new=True),
    ChartStay("", NIGHT, MORNING, None, "101", is_new=True, group="Wedding"),
]


def draw(
    chart: TapeChart, stay: ChartStay, width: int, side: Side = Side.AFTER, sizes: Density = SIZES
) -> Bar:
    box = Box(100, 50, width, sizes.bar_height, paint_of(stay, sizes.bar_height))
    return stay_bar(chart, stay, side, box, room=("101", "Double"), density=sizes)


@pytest.mark.parametrize("stay", KINDS, ids=repr)
def test_whatever_stands_in_a_bar_lies_within_it_and_nothing_overlaps(
    everything: TapeChart, stay: ChartStay
) -> None:
    for side in Side:
        for width in range(1, 140):
            bar = draw(everything, stay, width, side)
            spans = [
                (text.x, text.x + measure(text.string, text.style.size, bold=text.style.is_bold))
                for text in bar.texts
                if text.style.anchor == "start"
            ]
            spans += [(glyph.x, glyph.x + glyph.size) for glyph in bar.glyphs]
            spans += [(box.x, box.right) for box in bar.details if box.paint is GROUP_CHIP]
            spans.sort()
            assert all(first[1] <= second[0] for first, second in pairwise(spans))
            assert not spans or (bar.box.x <= spans[0][0] and spans[-1][1] <= bar.box.right)


def test_the_wider_the_bar_the_more_of_the_name_is_there(everything: TapeChart) -> None:
    labels = [[text.string for text in draw(everything, KINDS[0], width).texts] for width in (10, 45, 120)]
    assert labels[0] == []
    assert labels[1] == ["Ann…"]
    assert labels[2] == ["Anna Schmidt"]


def test_a_moved_stay_names_the_room_it_goes_to_before_and_the_one_it_comes_from_after(
    everything: TapeChart,
) -> None:
    before, after = (draw(everything, KINDS[2], 160, side) for side in Side)
    assert [text.string for text in before.texts] == ["Anna Schmidt", "2040"]
    assert [text.string for text in after.texts] == ["101", "Anna Schmidt"]
    assert before.texts[0].x < before.glyphs[0].x < before.texts[1].x
    assert after.texts[0].x < after.glyphs[0].x < after.texts[1].x


def test_of_a_narrow_moved_stay_the_arrow_remains(everything: TapeChart) -> None:
    bar = draw(everything, KINDS[2], 18)
    assert [glyph.name for glyph in bar.glyphs] == ["arrow"]
    assert bar.texts == ()


def test_locked_and_new_stays_carry_their_sign_and_new_ones_a_second_outline(everything: TapeChart) -> None:
    assert [glyph.name for glyph in draw(everything, KINDS[1], 18).glyphs] == ["padlock"]
    new = draw(everything, KINDS[6], 24)
    assert [glyph.name for glyph in new.glyphs] == ["plus"]
    assert [box.paint for box in new.details] == [NEW_INNER]


def test_a_group_has_its_letter_and_on_a_narrow_bar_a_stripe(everything: TapeChart) -> None:
    wide, narrow = draw(everything, KINDS[3], 60), draw(everything, KINDS[3], 8)
    assert wide.texts[0].string == "A"
    assert narrow.texts == ()
    assert [box.paint for box in narrow.details] == [GROUP_CHIP]
    assert narrow.details[0].width < wide.details[0].width


def test_a_low_bar_has_thin_strokes_and_no_letters(everything: TapeChart) -> None:
    low = Density(4, 8)
    for stay in KINDS:
        bar = draw(everything, stay, 100, sizes=low)
        assert bar.texts == ()
        assert bar.box.paint.stroke_width == 1


def test_a_name_that_just_fits_carries_its_width_and_one_with_room_to_spare_does_not(
    everything: TapeChart,
) -> None:
    width = measure("Anna Schmidt", SIZES.font_size)
    assert draw(everything, KINDS[0], width + 8).texts[0].width == width
    assert draw(everything, KINDS[0], 2 * width).texts[0].width is None
