from collections.abc import Callable
from datetime import date

from bookingopt_api.console.acceptance import AcceptanceView, acceptance_view
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.acceptance import AcceptanceEntry

Small = Callable[..., ResultDocument]
START = date(2027, 5, 1)


def matrix(room_type: str | None = None) -> AcceptanceEntry:
    return AcceptanceEntry(
        room_type=room_type,
        start=START,
        longest_length=3,
        states=["GBC", "BB-"],
        costs=[[0.0, 4.5, None], [None, 128.25, None]],
    )


def shown(result: ResultDocument, room_type: str = "") -> AcceptanceView:
    view = acceptance_view(result, START, room_type)
    assert view is not None
    return view


def test_a_cell_says_its_cost_where_it_is_known_and_else_its_letter(small: Small) -> None:
    rows = shown(small(acceptance_matrices=[matrix()])).rows
    assert [[cell.text for cell in row.cells] for row in rows] == [["0", "4.5", "C"], ["B", "128", ""]]
    assert [[cell.nights for cell in row.cells] for row in rows] == [[1, 2, 3]] * 2


def test_a_letter_for_an_unknown_number_says_what_it_means(small: Small) -> None:
    """A bad stay may cost more than the threshold, or just not be proved to cost less."""
    entry = matrix().model_copy(update={"threshold": 2.5})
    rows = shown(small(acceptance_matrices=[entry])).rows
    told = [[cell.title for cell in row.cells] for row in rows]
    unknown = "It is not proved to cost at most 2.5 points; how much it costs was not worked out."
    assert told == [["", "", ""], [unknown, "", ""]]


def test_rows_are_arrivals(small: Small) -> None:
    first, second = shown(small(acceptance_matrices=[matrix()])).rows
    assert (first.arrival, first.is_weekend, first.is_today) == (START, True, True)
    assert (second.arrival, second.is_today) == (date(2027, 5, 2), False)


def test_a_type_can_be_chosen_and_an_unknown_one_gives_the_house(small: Small) -> None:
    result = small(acceptance_matrices=[matrix(), matrix("Lake")])
    assert shown(result, "Lake").entry.room_type == "Lake"
    assert shown(result, "Cellar").entry.room_type is None
    assert shown(result).types == (("House", ""), ("Lake", "Lake"))


def test_without_a_matrix_there_is_nothing_to_show(small: Small) -> None:
    assert acceptance_view(small(), START) is None
