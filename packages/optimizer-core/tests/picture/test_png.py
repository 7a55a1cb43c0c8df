import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PIL import Image, ImageColor

from optimizer_core.domain import Room
from optimizer_core.errors import InvalidInput
from optimizer_core.picture import ChartStay, TapeChart, lay_out
from optimizer_core.picture.palette import ORPHAN, WEEKEND
from optimizer_core.picture.png import write_png
from optimizer_core.picture.shapes import Layout

MakeChart = Callable[..., TapeChart]


def opened(layout: Layout, scale: int | None = None) -> Image.Image:
    return Image.open(io.BytesIO(write_png(layout, scale=scale))).convert("RGB")


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_it_has_the_size_of_the_layout_times_the_scale(everything: TapeChart, scale: int) -> None:
    layout = lay_out(everything)
    assert opened(layout, scale).size == (layout.width * scale, layout.height * scale)


def test_a_small_picture_is_drawn_at_twice_its_size_and_a_large_one_as_it_is(everything: TapeChart) -> None:
    layout = lay_out(everything)
    assert opened(layout).width == 2 * layout.width
    assert opened(Layout(width=5000, height=2000)).width == 5000


@pytest.mark.parametrize("scale", [1, 2])
def test_bars_are_filled_and_outlined_in_the_color_of_their_kind(everything: TapeChart, scale: int) -> None:
    layout = lay_out(everything)
    image = opened(layout, scale)
    for bar in layout.bars:
        box = bar.box
        area = (box.x * scale, box.y * scale, box.right * scale, box.bottom * scale)
        colors = image.crop(area).getcolors(9999)
        seen = {color for _, color in colors or []}
        assert ImageColor.getrgb(str(box.paint.fill)) in seen
        assert ImageColor.getrgb(str(box.paint.stroke)) in seen


def test_orphan_gaps_are_hatched(everything: TapeChart) -> None:
    layout = lay_out(everything)
    image = opened(layout, 1)
    mark = next(mark for mark in layout.gaps if mark.gap.is_orphan)
    inside = image.crop((mark.box.x + 1, mark.box.y + 1, mark.box.right - 1, mark.box.bottom - 1))
    seen = {color for _, color in inside.getcolors(9999) or []}
    assert {ImageColor.getrgb(str(ORPHAN.fill)), ImageColor.getrgb(str(ORPHAN.stroke))} <= seen


def test_weekends_and_sheet_have_their_colors(everything: TapeChart) -> None:
    layout = lay_out(everything)
    image = opened(layout, 1)
    assert image.getpixel((0, 0)) == (255, 255, 255)
    weekends = [box for box in layout.areas if box.paint is WEEKEND]
    corners = {image.getpixel((box.right - 1, box.y + 1)) for box in weekends}
    assert ImageColor.getrgb(str(WEEKEND.fill)) in corners


def test_names_are_written_into_the_bars() -> None:
    """The bar of a stay with a name differs from that of one without, and only there."""
    start = date(2026, 10, 1)

    def chart(name: str) -> TapeChart:
        stays = (ChartStay(name, start, start + timedelta(9), None, "1"),)
        return TapeChart("", (Room("1"),), stays, start, start + timedelta(9))

    layout = lay_out(chart("Anna Schmidt"))
    with_name, without = opened(layout, 1), opened(lay_out(chart("")), 1)
    box = layout.bars[0].box
    area = (box.x, box.y, box.right, box.bottom)
    assert with_name.crop(area).tobytes() != without.crop(area).tobytes()
    for image in (with_name, without):
        image.paste((0, 0, 0), area)
    assert with_name.tobytes() == without.tobytes()


def test_the_same_layout_gives_the_same_bytes(make_chart: MakeChart) -> None:
    assert write_png(lay_out(make_chart(5, 14))) == write_png(lay_out(make_chart(5, 14)))


def test_more_than_120_megapixels_are_refused_with_a_way_out() -> None:
    with pytest.raises(InvalidInput, match="fewer nights, one side only"):
        write_png(Layout(width=12_000, height=10_001))
    with pytest.raises(InvalidInput, match="120 megapixels"):
        write_png(Layout(width=4_000, height=4_000), scale=3)


@pytest.mark.parametrize("scale", [0, -1])
def test_a_scale_below_one_is_refused(scale: int) -> None:
    with pytest.raises(InvalidInput, match="at least 1"):
        write_png(Layout(width=10, height=10), scale=scale)
