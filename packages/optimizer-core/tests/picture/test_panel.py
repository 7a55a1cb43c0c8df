from collections.abc import Callable

from optimizer_core.domain import Room
from optimizer_core.picture import NightBand, Side, TapeChart, lay_out
from optimizer_core.picture.density import Density
from optimizer_core.picture.palette import SECTION
from optimizer_core.picture.panel import ROWS_PER_HEADING, PanelSize, draw_panel, label_width
from optimizer_core.picture.placement import place
from optimizer_core.picture.shapes import Layout

MakeChart = Callable[..., TapeChart]


def draw(chart: TapeChart, density: Density, side: Side = Side.AFTER) -> tuple[Layout, PanelSize]:
    placement = place(chart, side)
    size = PanelSize(
        density, chart.start, chart.num_nights + 1, label_width(chart.rooms, density), {}, {side: 0}
    )
    layout = Layout()
    draw_panel(layout, chart, placement, size, corner=(7, 11), today=None)
    return layout, size


def test_a_panel_is_as_large_as_its_size_says(everything: TapeChart) -> None:
    layout, size = draw(everything, Density(20, 24))
    height = size.height(place(everything, Side.AFTER))
    assert max(box.right for box in layout.areas) == 7 + size.width
    assert max(line.y for line in layout.lines if line.is_across) == 11 + height - 1
    assert min(text.x for text in layout.texts) == 7


def test_every_type_has_a_heading_with_its_number_of_rooms(everything: TapeChart) -> None:
    layout, _ = draw(everything, Density(20, 24))
    strings = [text.string for text in layout.texts]
    assert strings[strings.index("Double") + 1] == "2 rooms"
    assert strings[strings.index("Suite") + 1] == "1 room"


def test_the_heading_with_the_dates_is_repeated_in_a_long_type(make_chart: MakeChart) -> None:
    chart = make_chart(2 * ROWS_PER_HEADING + 5, 20)
    chart = TapeChart(
        "", tuple(Room(room.number, "Double") for room in chart.rooms), chart.stays, chart.start, chart.end
    )
    layout, _ = draw(chart, Density(20, 16))
    assert len([box for box in layout.areas if box.paint is SECTION]) == 3
    assert [text.string for text in layout.texts].count("continued") == 2
    assert [text.string for text in layout.texts].count("20") == 1 + 3


def test_room_numbers_are_repeated_at_the_right_of_a_wide_panel(make_chart: MakeChart) -> None:
    chart = make_chart(2, 90)
    narrow, _ = draw(chart, Density(12, 24))
    wide, _ = draw(chart, Density(20, 24))
    assert [text.string for text in narrow.texts].count("101") == 1
    assert [text.string for text in wide.texts].count("101") == 2


def test_the_column_of_room_numbers_is_as_wide_as_the_longest_up_to_a_limit() -> None:
    sizes = Density(20, 24)
    assert label_width((Room("1"),), sizes) < label_width((Room("Garden house"),), sizes)
    assert label_width((Room("x" * 100),), sizes) == 110


def test_bands_of_restrictions_stand_under_the_dates_of_their_panel(everything: TapeChart) -> None:
    band = NightBand("Min", {everything.start: "7"}, Side.AFTER)
    plain = lay_out(everything)
    chart = TapeChart(
        "",
        everything.rooms,
        everything.stays,
        everything.start,
        everything.end,
        everything.minimum_stay,
        "",
        (band,),
    )
    layout = lay_out(chart)
    assert [text.string for text in layout.texts].count("Min") == 1
    assert layout.height == plain.height + 14  # only in the panel that has the band
