"""A member is content with one other member next door."""

from collections.abc import Callable

import pytest

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay
from optimizer_core.objective import adjacency_penalty, members_apart
from optimizer_core.objective.adjacency import adjacency_term

MakeStay = Callable[..., Stay]


@pytest.fixture
def corridor(stay: MakeStay) -> Problem:
    """Return rooms 1-2-3-4-5 in a row, a group of three and a group of one."""
    rooms = tuple(Room(str(number), adjacent=frozenset({str(number + 1)})) for number in range(1, 6))
    stays = (*(stay(name, 0, 2, group="g") for name in "abc"), stay("alone", 0, 2, group="h"))
    return Problem("corridor", rooms, stays, MinimumStay(2, {4: 3}))


@pytest.mark.parametrize(
    ("rooms", "apart"),
    [("123", []), ("134", ["a"]), ("135", ["a", "b", "c"]), ("214", ["c"]), ("125", ["c"])],
)
def test_who_has_no_other_member_next_door(corridor: Problem, rooms: str, apart: list[str]) -> None:
    plan = Plan(dict(zip("abc", rooms, strict=True)))
    found = {
        label: [one.stay_id for one in members] for label, members in members_apart(corridor, plan).items()
    }
    assert found == ({"g": apart} if apart else {})


def test_a_member_without_a_room_is_apart(corridor: Problem) -> None:
    assert [one.stay_id for one in members_apart(corridor, Plan({"a": "1", "b": "2"}))["g"]] == ["c"]


def test_members_need_not_be_there_on_the_same_nights(stay: MakeStay) -> None:
    rooms = (Room("1", adjacent=frozenset({"2"})), Room("2"))
    problem = Problem("later", rooms, (stay("a", 0, 2, group="g"), stay("b", 9, 2, group="g")))
    assert members_apart(problem, Plan({"a": "1", "b": "2"})) == {}


def test_the_penalty_is_100_times_two_to_the_default_minimum_stay(corridor: Problem) -> None:
    """The weekday rule makes the scale 2^3, the default is 2."""
    assert adjacency_penalty(corridor) == 100 * 2**2 * 2**3
    term = adjacency_term(corridor, Plan({"a": "1", "b": "3", "c": "4", "alone": "5"}))
    (match,) = term.matches
    assert (term.total, match.stay_ids, match.room_numbers, match.nights) == (3200, ("a",), ("1",), 2)
    assert match.why == "no other member of group 'g' is next door"
