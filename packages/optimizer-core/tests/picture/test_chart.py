from datetime import date, timedelta

import pytest

from optimizer_core.domain import Room
from optimizer_core.errors import InvalidInput
from optimizer_core.picture import ChartStay, Side, TapeChart

START = date(2026, 10, 1)
END = date(2026, 10, 8)
ROOM = Room("101")


def stay(
    name: str = "", before: str | None = None, after: str | None = None, group: str | None = None
) -> ChartStay:
    return ChartStay(name, START, END, before, after, group=group)


def test_a_stay_is_moved_only_from_one_room_to_another() -> None:
    assert stay(before="1", after="2").is_moved
    assert not stay(before="1", after="1").is_moved
    assert not stay(before="1").is_moved
    assert not stay(after="1").is_moved


def test_rooms_stand_in_the_order_of_their_numbers_and_stays_do_not_depend_on_the_order_given() -> None:
    rooms = (Room("10", "B"), Room("9", "B"), Room("1", "A"))
    stays = (stay("b"), stay("a"))
    chart = TapeChart("", rooms, stays, START, END)
    assert [room.number for room in chart.rooms] == ["1", "9", "10"]
    assert chart == TapeChart("", rooms[::-1], stays[::-1], START, END)


def test_a_chart_without_rooms_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no rooms to draw"):
        TapeChart("", (), (), START, END)


@pytest.mark.parametrize("end", [START, START - timedelta(1)])
def test_a_chart_without_nights_is_refused(end: date) -> None:
    with pytest.raises(InvalidInput, match="draw at least one night"):
        TapeChart("", (ROOM,), (), START, end)


def test_a_chart_of_more_nights_than_the_longest_horizon_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at most 1,830"):
        TapeChart("", (ROOM,), (), START, START + timedelta(1831))


def test_a_chart_between_two_days_keeps_its_other_end() -> None:
    chart = TapeChart("", (ROOM,), (), START, END)
    assert chart.between(date(2026, 10, 3), None).num_nights == 5
    assert chart.between(None, date(2026, 10, 3)).num_nights == 2
    assert chart.between(None, None) == chart


def test_only_sides_on_which_a_stay_has_a_room_are_there() -> None:
    assert TapeChart("", (ROOM,), (stay(after="101"),), START, END).sides == (Side.AFTER,)
    assert TapeChart("", (ROOM,), (stay(before="101"),), START, END).sides == (Side.BEFORE,)
    assert TapeChart("", (ROOM,), (stay(),), START, END).sides == ()


def test_groups_are_lettered_like_the_columns_of_a_spreadsheet() -> None:
    chart = TapeChart("", (ROOM,), tuple(stay(group=f"g{number:03}") for number in range(703)), START, END)
    letters = list(chart.group_letters.values())
    assert letters[:2] == ["A", "B"]
    assert letters[25:28] == ["Z", "AA", "AB"]
    assert letters[701:] == ["ZZ", "AAA"]
