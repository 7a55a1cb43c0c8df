"""An upgrade is a room of a further type."""

from collections.abc import Callable

from optimizer_core.domain import Plan, Problem, Room, Stay
from optimizer_core.objective.upgrades import upgrade_term

MakeStay = Callable[..., Stay]


def test_which_stays_are_outside_their_own_type(stay: MakeStay) -> None:
    stays = (
        stay("own", 0, 1, room_type="A", further_types=("B",)),
        stay("further", 1, 1, room_type="A", further_types=("B",)),
        stay("any", 2, 1),
        stay("unhoused", 3, 1, room_type="A", further_types=("B",)),
    )
    problem = Problem("types", (Room("1", "A"), Room("2", "B")), stays)
    term = upgrade_term(problem, Plan({"own": "1", "further": "2", "any": "2"}))
    (match,) = term.matches
    assert (term.total, match.stay_ids, match.why) == (1, ("further",), "booked 'A', given 'B'")
