from __future__ import annotations

from datetime import date

from bookingopt_api.console.hotel_forms import CheckedHotel
from bookingopt_api.console.summaries import HotelSummary, hotel_summary
from optimizer_core.wire import load_problem


def test_a_summary_counts_what_is_in_a_document(document: bytes) -> None:
    checked = CheckedHotel(document, load_problem(document), ("a note",))
    assert hotel_summary(checked) == HotelSummary(
        "three nights", 2, 1, 2, 2, 0, date(2027, 5, 1), date(2027, 5, 4), ("a note",)
    )


def test_a_hotel_without_stays_has_no_first_night() -> None:
    empty = b'{"ProblemId": "empty", "Rooms": [{"RoomNumber": "1"}], "Reservations": []}'
    assert hotel_summary(CheckedHotel(empty, load_problem(empty))).first is None
