"""Only a stay that has a room of the hotel, and gets another, moves."""

from collections.abc import Callable

from optimizer_core.domain import Plan, Problem, Room, Stay
from optimizer_core.objective import moved_stays
from optimizer_core.objective.moves import move_term

MakeStay = Callable[..., Stay]


def test_who_moves(stay: MakeStay) -> None:
    stays = (
        stay("kept", 0, 1, "1"),
        stay("moved", 1, 1, "1"),
        stay("new", 2, 1),
        stay("from elsewhere", 3, 1, "404"),
        stay("unhoused", 4, 1, "1"),
    )
    problem = Problem("moves", (Room("1"), Room("2")), stays)
    plan = Plan({"kept": "1", "moved": "2", "new": "2", "from elsewhere": "2"})
    assert [one.stay_id for one in moved_stays(problem, plan)] == ["moved"]
    term = move_term(problem, plan)
    (match,) = term.matches
    assert (term.total, match.room_numbers, match.why) == (1, ("1", "2"), "from room 1 to room 2")
