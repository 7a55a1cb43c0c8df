from collections.abc import Callable
from datetime import date

from bookingopt_api.console.moves import moves_by_day
from optimizer_core.wire import ResultDocument

Small = Callable[..., ResultDocument]
LONG_AGO = date(2020, 1, 1)


def test_a_line_tells_the_front_desk_all_it_needs(small: Small) -> None:
    (day,) = moves_by_day(small(), LONG_AGO)
    (line,) = day.lines
    assert day.day == date(2027, 5, 4)
    assert (line.name, line.identity, line.nights, line.departure) == ("Bob", "12", 2, date(2027, 5, 6))
    assert (line.from_room, line.from_type, line.to_room, line.to_type) == ("2", "Lake", "1", "Lake")
    assert line.reason == "it makes way in room 2 for Cem"


def test_moves_are_ordered_by_day_and_then_by_the_rooms_of_the_document(ten_rooms: ResultDocument) -> None:
    days = moves_by_day(ten_rooms, LONG_AGO)
    order = [room.room_number for room in ten_rooms.rooms]
    assert [group.day for group in days] == sorted({move.arrival for move in ten_rooms.moves})
    for group in days:
        rooms = [order.index(line.from_room) for line in group.lines]
        assert rooms == sorted(rooms)
        assert {line.arrival for line in group.lines} == {group.day}
    assert sum(len(group.lines) for group in days) == ten_rooms.moved_stays


def test_today_and_weekends_are_told_apart(small: Small) -> None:
    (tuesday,) = moves_by_day(small(), today=date(2027, 5, 4))
    assert (tuesday.is_weekend, tuesday.is_today) == (False, True)
    saturday = [move.model_copy(update={"arrival": date(2027, 5, 8)}) for move in small().moves]
    (weekend,) = moves_by_day(small(moves=saturday), today=date(2027, 5, 4))
    assert (weekend.is_weekend, weekend.is_today) == (True, False)


def test_without_moves_there_is_no_day(small: Small) -> None:
    assert moves_by_day(small(moves=[]), LONG_AGO) == ()
