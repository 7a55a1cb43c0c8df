from collections.abc import Callable
from datetime import date

import pytest

from bookingopt_api.console.charts import (
    ROWS_OF_A_PIECE,
    Cell,
    ChartView,
    RoomRow,
    SideView,
    TypeSection,
    chart_view,
    rooms_by_type,
)
from optimizer_core.picture import chart_of
from optimizer_core.wire import PlanEntry, ResultDocument

Small = Callable[..., ResultDocument]
LONG_AGO = date(2020, 1, 1)


def view_of(result: ResultDocument) -> ChartView:
    return chart_view(chart_of(result), LONG_AGO)


def row_of(side: SideView, number: str) -> RoomRow:
    (row,) = (row for section in side.sections for row in section.rows if row.number == number)
    return row


def shape(row: RoomRow) -> list[tuple[int, str, str]]:
    return [(cell.nights, cell.classes, cell.label) for cell in row.cells]


def test_the_plan_comes_first_and_the_rooms_as_given_second(small: Small) -> None:
    assert [side.side for side in view_of(small()).sides] == ["after", "before"]


def test_a_stay_is_one_cell_over_its_nights_and_an_orphan_gap_is_marked(small: Small) -> None:
    after, before = view_of(small()).sides
    assert shape(row_of(after, "1")) == [(2, "s", "Ann"), (1, "o", "1"), (2, "s m", "Bob")]
    assert shape(row_of(before, "2")) == [(3, "s l", "Cem"), (2, "s m", "Bob")]
    assert (after.orphan_nights, before.orphan_nights) == (1, 0)


def test_marks_are_letters_and_the_other_room(small: Small) -> None:
    after, before = view_of(small()).sides
    assert row_of(after, "1").cells[-1].mark == "2→"
    assert row_of(before, "2").cells[-1].mark == "→1"
    assert row_of(after, "2").cells[0].mark == "L"
    assert [cell.mark for cell in row_of(after, "3").cells if cell.label == "Dee"] == ["U"]


def test_a_title_tells_all_that_is_known_of_a_stay(small: Small) -> None:
    after, _ = view_of(small()).sides
    assert row_of(after, "1").cells[-1].title == "Bob: 4 to 6 May, 2 nights, room 1, moved from 2"


def test_free_nights_end_where_the_color_of_the_columns_changes(small: Small) -> None:
    """A table cell has the color of its first column, so one over Sunday and Monday would be wrong."""
    after, _ = view_of(small()).sides
    assert shape(row_of(after, "2")) == [(3, "s l", "Cem"), (2, "", "")]
    assert shape(row_of(after, "3")) == [(1, "", ""), (2, "s u", "Dee"), (2, "", "")]


def test_every_row_is_as_long_as_the_schedule(ten_rooms: ResultDocument) -> None:
    view = view_of(ten_rooms)
    lengths = {
        sum(cell.nights for cell in row.cells)
        for side in view.sides
        for section in side.sections
        for row in section.rows
    }
    assert lengths == {len(view.nights)}


def test_every_stay_of_the_plan_is_on_the_chart_once(ten_rooms: ResultDocument) -> None:
    after = view_of(ten_rooms).sides[0]
    drawn = [cell.position for section in after.sections for row in section.rows for cell in row.cells]
    known = sorted(position for position in drawn if position is not None)
    assert known == list(range(len(ten_rooms.optimized_plan)))


def test_a_room_is_changed_if_a_stay_leaves_or_enters_it(small: Small) -> None:
    for side in view_of(small()).sides:
        changed = {row.number for section in side.sections for row in section.rows if row.is_changed}
        assert changed == {"1", "2"}


def test_free_rooms_are_counted_by_type_and_night(small: Small) -> None:
    garden, lake = view_of(small()).sides[0].sections
    assert (garden.heading, garden.rooms, garden.free) == ("Garden", 1, (1, 0, 0, 1, 1))
    assert (lake.heading, lake.rooms, lake.free) == ("Lake", 2, (0, 0, 1, 1, 1))


def test_a_room_that_is_booked_twice_has_two_rows(small: Small) -> None:
    day = date(2027, 5, 1)
    twice = [PlanEntry(name=name, arrival=day, length=2, assigned_room="1") for name in ("A", "B")]
    (side,) = view_of(small(optimized_plan=[], initial_plan=twice)).sides
    rows = [row for section in side.sections for row in section.rows if row.number == "1"]
    assert [[cell.label for cell in row.cells] for row in rows] == [["A"], ["B"]]


def test_stays_without_a_room_come_last_and_count_no_free_rooms(small: Small) -> None:
    lost = [PlanEntry(name="Lost", arrival=date(2027, 5, 1), length=1, assigned_room="9")]
    last = view_of(small(optimized_plan=[], initial_plan=lost)).sides[0].sections[-1]
    assert (last.heading, last.rooms, last.free) == ("Without a room", 0, ())
    assert [row.number for row in last.rows] == [""]


def test_what_goes_on_outside_the_nights_shown_is_cut_and_says_so(small: Small) -> None:
    chart = chart_of(small()).between(date(2027, 5, 2), date(2027, 5, 3))
    after = chart_view(chart, LONG_AGO).sides[0]
    assert shape(row_of(after, "1")) == [(1, "s i", "Ann")]
    assert shape(row_of(after, "3")) == [(1, "s u c", "Dee")]


@pytest.mark.parametrize(("rows", "pieces"), [(1, [1]), (8, [8]), (9, [8, 1]), (20, [8, 8, 4])])
def test_rows_are_laid_out_in_pieces(rows: int, pieces: list[int]) -> None:
    listed = tuple(RoomRow(str(number), (Cell(1),), is_changed=False) for number in range(rows))
    section = TypeSection("Lake", rows, (), listed)
    assert [len(piece) for piece in section.pieces] == pieces
    assert ROWS_OF_A_PIECE == 8  # the style sheet knows the heights of 1 to 8 rows


def test_rooms_are_counted_by_type_in_the_order_of_the_chart(small: Small) -> None:
    assert rooms_by_type(chart_of(small())) == {"Garden": 1, "Lake": 2}
