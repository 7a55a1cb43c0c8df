from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from optimizer_core.domain import MinimumStay, Room
from optimizer_core.errors import InvalidInput
from optimizer_core.picture import ChartStay, Side, TapeChart, lay_out
from optimizer_core.picture.layout import MARGIN
from optimizer_core.picture.lettering import measure
from optimizer_core.picture.placement import place
from optimizer_core.picture.shapes import Bar, Box, GapMark, Layout, Text

MakeChart = Callable[..., TapeChart]
START = date(2026, 10, 1)
SIZES = [(1, 3), (4, 14), (10, 30), (60, 42), (30, 200), (10, 400), (120, 90), (8, 1500)]


def all_texts(layout: Layout) -> list[Text]:
    texts = [*layout.texts, *(mark.text for mark in layout.gaps if mark.text)]
    return texts + [text for bar in layout.bars for text in bar.texts]


def span(text: Text) -> tuple[int, int]:
    """Return the pixels that a text takes from left to right."""
    width = measure(text.string, text.style.size, bold=text.style.is_bold)
    left = {"start": text.x, "middle": text.x - width // 2, "end": text.x - width}[text.style.anchor]
    return left, left + width


def in_rows(layout: Layout) -> dict[tuple[Side, int], list[Box]]:
    """Return bars and gaps by panel and height, from left to right."""
    rows: dict[tuple[Side, int], list[Box]] = {}
    shapes: list[Bar | GapMark] = [*layout.bars, *layout.gaps]
    for shape in shapes:
        rows.setdefault((shape.side, shape.box.y), []).append(shape.box)
    return {key: sorted(boxes, key=lambda box: box.x) for key, boxes in rows.items()}


@pytest.mark.parametrize(("rooms", "nights"), SIZES)
def test_bars_and_gaps_of_a_row_do_not_overlap(make_chart: MakeChart, rooms: int, nights: int) -> None:
    rows = in_rows(lay_out(make_chart(rooms, nights)))
    assert len(rows) == 2 * rooms
    for boxes in rows.values():
        assert all(left.right < right.x or left.right == right.x for left, right in pairwise(boxes))


@pytest.mark.parametrize(("rooms", "nights"), SIZES)
def test_nothing_reaches_beyond_the_margins(make_chart: MakeChart, rooms: int, nights: int) -> None:
    layout = lay_out(make_chart(rooms, nights), today=START)
    boxes = [*layout.areas[1:], *(bar.box for bar in layout.bars), *(mark.box for mark in layout.gaps)]
    assert all(box.width >= 1 and box.height >= 1 for box in boxes)
    assert all(box.x >= MARGIN and box.right <= layout.width - MARGIN for box in boxes)
    assert all(box.y >= MARGIN and box.bottom <= layout.height - MARGIN for box in boxes)
    for text in all_texts(layout):
        left, right = span(text)
        assert left >= MARGIN, text
        assert right <= layout.width - MARGIN, text
        assert text.y - text.style.size + 4 >= MARGIN, text
        assert text.y <= layout.height - MARGIN, text


@pytest.mark.parametrize(("rooms", "nights"), SIZES)
def test_no_two_texts_of_a_line_overlap(make_chart: MakeChart, rooms: int, nights: int) -> None:
    lines: dict[int, list[tuple[int, int]]] = {}
    for text in all_texts(lay_out(make_chart(rooms, nights))):
        lines.setdefault(text.y, []).append(span(text))
    for spans in lines.values():
        spans.sort()
        assert all(left[1] <= right[0] + 1 for left, right in pairwise(spans))


@pytest.mark.parametrize(("rooms", "nights"), SIZES)
def test_every_stay_is_drawn_once_in_each_panel(make_chart: MakeChart, rooms: int, nights: int) -> None:
    chart = make_chart(rooms, nights)
    bars = lay_out(chart).bars
    for side in Side:
        drawn = Counter(id(bar.stay) for bar in bars if bar.side is side)
        assert drawn == Counter(id(stay) for stay in chart.stays)


def test_a_bar_stands_in_the_row_of_its_room(make_chart: MakeChart) -> None:
    chart = make_chart(10, 30)
    layout = lay_out(chart, show="after")
    base_by_room = {text.string: text.y for text in layout.texts if text.style.anchor == "start"}
    assert len(layout.bars) > 50
    for bar in layout.bars:
        assert bar.room_number == bar.stay.room_after
        assert bar.box.y < base_by_room[str(bar.room_number)] < bar.box.bottom


def test_labels_are_never_wider_than_their_bar(make_chart: MakeChart) -> None:
    layout = lay_out(make_chart(60, 90))
    labeled = [bar for bar in layout.bars if bar.texts]
    assert len(labeled) > 500
    for bar in labeled:
        assert all(bar.box.x <= span(text)[0] and span(text)[1] <= bar.box.right for text in bar.texts)


@pytest.mark.parametrize("seed", range(3))
def test_the_orphan_gaps_drawn_are_those_of_the_plan(make_chart: MakeChart, seed: int) -> None:
    chart = make_chart(12, 45, seed=seed)
    layout = lay_out(chart)
    for side in Side:
        marks = [mark for mark in layout.gaps if mark.side is side]
        assert (
            sum(mark.gap.nights for mark in marks if mark.gap.is_orphan)
            == place(chart, side).orphan_nights
            > 0
        )
        assert all(mark.text is not None and mark.text.string == str(mark.gap.nights) for mark in marks)


def test_a_gap_lies_exactly_between_the_bars_of_its_neighbors(everything: TapeChart) -> None:
    layout = lay_out(everything, show="after")
    bars = {bar.stay.name: bar.box for bar in layout.bars}
    mark = next(mark for mark in layout.gaps if mark.room_number == "101")
    assert bars["Plain"].right < mark.box.x < mark.box.right < bars["Locked"].x
    assert mark.box.x - bars["Plain"].right == bars["Locked"].x - mark.box.right == 2


def test_rooms_stand_at_the_same_height_in_two_panels_side_by_side(make_chart: MakeChart) -> None:
    chart = make_chart(60, 42)
    double = ChartStay(
        "Twice booked", START, START + timedelta(30), chart.rooms[3].number, chart.rooms[3].number
    )
    chart = TapeChart("", chart.rooms, (*chart.stays, double), chart.start, chart.end)
    layout = lay_out(chart)
    tops: dict[tuple[Side, str | None], int] = {}
    for bar in layout.bars:
        key = bar.side, bar.room_number
        tops[key] = min(bar.box.y, tops.get(key, bar.box.y))
    assert max(bar.box.x for bar in layout.bars if bar.side is Side.BEFORE) < min(
        bar.box.x for bar in layout.bars if bar.side is Side.AFTER
    )
    assert all(tops[Side.BEFORE, room.number] == tops[Side.AFTER, room.number] for room in chart.rooms)


def test_panels_of_a_small_hotel_stand_one_above_the_other(make_chart: MakeChart) -> None:
    bars = lay_out(make_chart(10, 30)).bars
    lowest_before = max(bar.box.bottom for bar in bars if bar.side is Side.BEFORE)
    assert lowest_before < min(bar.box.y for bar in bars if bar.side is Side.AFTER)


def test_a_window_draws_only_stays_with_a_night_in_it_and_cuts_the_others_at_its_edges(
    make_chart: MakeChart,
) -> None:
    chart = make_chart(10, 30)
    start, end = START + timedelta(10), START + timedelta(17)
    layout = lay_out(chart.between(start, end), show="after")
    expected = [stay for stay in chart.stays if stay.arrival < end and stay.departure > start]
    assert Counter(bar.stay for bar in layout.bars) == Counter(expected)
    assert all(boxes[0].x > MARGIN + 40 for boxes in in_rows(layout).values())


def test_figures_are_of_the_whole_schedule_whatever_the_window(make_chart: MakeChart) -> None:
    chart = make_chart(10, 30)
    orphans = str(place(chart, Side.AFTER).orphan_nights)
    layout = lay_out(chart.between(None, START + timedelta(2)), show="after")
    assert orphans in [text.string for text in layout.texts]


def test_the_same_chart_gives_the_same_layout(make_chart: MakeChart) -> None:
    assert lay_out(make_chart(10, 30)) == lay_out(make_chart(10, 30))


def test_both_leaves_out_a_side_on_which_no_stay_has_a_room() -> None:
    stay = ChartStay("", START, START + timedelta(2), None, "1")
    chart = TapeChart("", (Room("1"),), (stay,), START, START + timedelta(2))
    assert {bar.side for bar in lay_out(chart).bars} == {Side.AFTER}


def test_a_side_that_is_not_there_is_refused_by_name() -> None:
    stay = ChartStay("", START, START + timedelta(2), None, "1")
    chart = TapeChart("", (Room("1"),), (stay,), START, START + timedelta(2))
    with pytest.raises(InvalidInput, match="no stay has a room before the plan"):
        lay_out(chart, show="before")


def test_an_unknown_side_is_refused() -> None:
    chart = TapeChart("", (Room("1"),), (), START, START + timedelta(2))
    with pytest.raises(InvalidInput, match="'all' is not one of"):
        lay_out(chart, show="all")  # type: ignore[arg-type]


def test_an_empty_hotel_can_be_drawn() -> None:
    layout = lay_out(TapeChart("Empty", (Room("1"),), (), START, START + timedelta(7)))
    assert layout.bars == []
    assert layout.height > 100


def test_long_names_of_rooms_and_types_are_cut() -> None:
    rooms = (Room("x" * 500, "y" * 500),)
    chart = TapeChart("z" * 500, rooms, (), START, START + timedelta(7), MinimumStay(3), "v" * 500)
    layout = lay_out(chart)
    assert all(span(text)[1] <= layout.width - MARGIN for text in layout.texts)


def test_stays_without_a_room_are_drawn_below_the_rooms() -> None:
    stays = (
        ChartStay("Housed", START, START + timedelta(3), "1", "1"),
        ChartStay("Not housed", START, START + timedelta(3), None, "1"),
    )
    layout = lay_out(TapeChart("", (Room("1"),), stays, START, START + timedelta(3)), show="before")
    bars: dict[str, Bar] = {bar.stay.name: bar for bar in layout.bars}
    assert bars["Not housed"].room_number is None
    assert bars["Not housed"].box.y > bars["Housed"].box.bottom
    assert "Without a room" in [text.string for text in layout.texts]
