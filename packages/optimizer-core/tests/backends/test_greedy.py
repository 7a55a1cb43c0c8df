from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from optimizer_core.backends.greedy import GreedyBackend, greedy_plan
from optimizer_core.domain import (
    Limit,
    Limits,
    MinimumStay,
    Plan,
    Policy,
    Problem,
    Reason,
    Room,
    Stay,
    current_plan,
)
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel
from optimizer_core.verification import verify

FIRST = date(2027, 3, 1)


def stay(stay_id: str, first: int, end: int, room: str | None = None, **rest: object) -> Stay:
    fields: dict[str, object] = {"room_type": "A", "current_room": room}
    return Stay(stay_id, FIRST + timedelta(first), FIRST + timedelta(end), **(fields | rest))  # type: ignore[arg-type]


def hotel(rooms: int, *stays: Stay, **rest: object) -> Problem:
    numbered = tuple(Room(str(number + 1), "A") for number in range(rooms))
    return Problem("hotel", numbered, stays, MinimumStay(3), **rest)  # type: ignore[arg-type]


def plan_of(problem: Problem) -> dict[str, str]:
    plan = greedy_plan(problem)
    assert plan is not None
    assert verify(problem, plan) == []
    return dict(plan.room_by_stay)


def test_room_just_vacated_comes_first() -> None:
    """An arrival gets the room that was vacated on the same day, not one that was never used."""
    problem = hotel(3, stay("a", 0, 2), stay("b", 0, 3), stay("c", 3, 5))
    assert plan_of(problem)["c"] == plan_of(problem)["b"]


def test_room_idle_long_enough_comes_before_a_short_gap() -> None:
    """A room that was idle for more than twice the minimum stay costs nothing; a short gap does."""
    problem = hotel(2, stay("a", 0, 1), stay("b", 0, 7), stay("c", 9, 11))
    assert plan_of(problem)["c"] == plan_of(problem)["a"]


def test_else_the_cheapest_gap() -> None:
    """Where every room costs something the cheapest gap is taken: 3 nights, not 1."""
    problem = hotel(2, stay("a", 0, 2), stay("b", 0, 4), stay("c", 5, 8))
    assert plan_of(problem)["c"] == plan_of(problem)["a"]


def test_gap_before_a_lock_counts() -> None:
    """Of two rooms just vacated the stay takes the one where it leaves no orphan before the next lock."""
    locks = (
        stay("x", 4, 6, "1", is_locked=True),
        stay("y", 3, 6, "2", is_locked=True),
    )
    assert plan_of(hotel(2, *locks, stay("a", 0, 3)))["a"] == "2"


def test_current_room_wins_ties() -> None:
    """A stay keeps its room where that costs no more."""
    problem = hotel(3, stay("a", 0, 2, "3"), stay("b", 0, 2, "2"))
    assert plan_of(problem) == {"a": "3", "b": "2"}


def test_further_type_only_in_need() -> None:
    """The own type is used as long as it has a room, after making place in it."""
    rooms = (Room("1", "A"), Room("2", "A"), Room("3", "B"))
    stays = (
        stay("lock", 3, 5, "2", is_locked=True),
        stay("a", 0, 2, "1", further_types=("B",)),
        stay("b", 0, 6, further_types=("B",)),
    )
    assert plan_of(Problem("types", rooms, stays, MinimumStay(3))) == {"lock": "2", "a": "2", "b": "1"}
    crowded = Problem("types", rooms, (*stays, stay("c", 1, 2, further_types=("B",))), MinimumStay(3))
    assert list(plan_of(crowded).values()).count("3") == 1


def test_upgrade_price_is_weighed() -> None:
    """With a price the further type is taken as soon as it saves more."""
    rooms = (Room("1", "A"), Room("2", "B"))
    stays = (stay("lock", 0, 2, "1", is_locked=True), stay("a", 3, 5, further_types=("B",)))
    for price, room in ((Fraction(7), "2"), (Fraction(9), "1")):
        problem = Problem("types", rooms, stays, MinimumStay(3), policy=Policy(upgrade_price=price))
        assert plan_of(problem)["a"] == room


def test_move_price_is_weighed() -> None:
    """A move that saves an orphan night of 8 points is made below that price only."""
    stays = (stay("lock", 0, 2, "1", is_locked=True), stay("a", 3, 5, "1"))
    for price, room in ((Fraction(7), "2"), (Fraction(9), "1")):
        assert plan_of(hotel(2, *stays, policy=Policy(move_price=price)))["a"] == room


def test_present_plan_is_kept_if_it_is_better() -> None:
    """Where arrival order would do worse than the present plan, the present plan is the answer."""
    # In arrival order d follows b without a gap, and e is left with an orphan gap of 2 nights behind a.
    stays = (stay("a", 0, 2, "1"), stay("b", 0, 4, "2"), stay("d", 4, 6, "1"), stay("e", 4, 8, "2"))
    problem = hotel(2, *stays)
    found = greedy_plan(problem)
    assert found is not None
    assert score(problem, found).rank <= score(problem, current_plan(problem)).rank


def test_move_budget_is_kept() -> None:
    """With no move allowed the answer is the present plan, and without one there is none."""
    crossed = (stay("a", 0, 2, "1"), stay("b", 0, 3, "2"), stay("c", 3, 7, "1"), stay("d", 5, 8, "2"))
    problem = hotel(2, *crossed)
    assert plan_of(problem)["c"] == "2"
    frozen = problem.replace(policy=Policy(max_moves=0))
    assert plan_of(frozen) == dict(current_plan(problem).room_by_stay)
    double = hotel(2, stay("a", 0, 2, "1"), stay("b", 0, 2, "1"), policy=Policy(max_moves=0))
    assert greedy_plan(double) is None


def test_members_get_rooms_next_to_each_other() -> None:
    """The first member takes a room with a free neighbor, the second the neighbor."""
    rooms = tuple(
        Room(number, "A", frozenset(near))
        for number, near in (("1", ()), ("2", ()), ("3", ("4",)), ("4", ()))
    )
    stays = (stay("a", 0, 2, group="g"), stay("b", 0, 2, group="g"))
    plan = plan_of(Problem("group", rooms, stays, MinimumStay(3)))
    assert set(plan.values()) == {"3", "4"}


def test_value_is_that_of_the_score_and_nothing_is_proved() -> None:
    """The claim is feasible by method, with the value of the score and no bound."""
    problem = random_hotel(20, 40, num_types=2)
    answer = GreedyBackend().solve(problem, Limits())
    assert (answer.claim, answer.limit, answer.bound) == (Reason.FEASIBLE, Limit.METHOD, None)
    assert answer.plan is not None
    assert answer.value == score(problem, answer.plan).value


def test_no_plan_is_no_proof() -> None:
    """A stay without a room is answered by "no plan found", even if there is none."""
    answer = GreedyBackend().solve(hotel(1, stay("a", 0, 2), stay("b", 1, 3)), Limits())
    assert (answer.claim, answer.limit) == (Reason.NO_PLAN_FOUND, Limit.METHOD)


@pytest.mark.parametrize(
    ("limits", "claim", "limit"),
    [
        (Limits(time_limit_seconds=0.0), Reason.NO_PLAN_FOUND, Limit.TIME),
        (Limits(is_cancelled=lambda: True), Reason.CANCELLED, Limit.CANCEL),
    ],
)
def test_limits_are_named(limits: Limits, claim: Reason, limit: Limit) -> None:
    """The answer says which limit ended the search."""
    answer = GreedyBackend().solve(random_hotel(5, 20), limits)
    assert (answer.claim, answer.limit, answer.plan) == (claim, limit, None)


def test_hotel_with_many_locks_is_housed_again() -> None:
    """A hotel of which one stay in five is locked and all others forgot their room is housed."""
    problem = random_hotel(30, 90, locked=0.2)
    homeless = problem.replace(
        stays=tuple(item if item.is_locked else replace(item, current_room=None) for item in problem.stays)
    )
    plan = greedy_plan(homeless)
    assert isinstance(plan, Plan)
    assert verify(homeless, plan) == []
