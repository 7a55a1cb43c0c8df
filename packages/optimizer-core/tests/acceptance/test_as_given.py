"""What one more stay costs in the rooms as they are, against trying every room."""

import random
from datetime import timedelta

import pytest

from optimizer_core.acceptance import UNSELLABLE
from optimizer_core.acceptance.as_given import matrix_as_given
from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay, current_plan
from optimizer_core.objective.gaps import gap_term
from optimizer_core.testing.generator import random_hotel
from optimizer_core.verification import verify


def cost_by_trial(problem: Problem, plan: Plan, arrival: int, los: int, room_type: str | None) -> int | None:
    """Put the stay into every room of the type and score what is valid."""
    before = gap_term(problem, plan).total
    found = []
    first = problem.date(arrival)
    for room in problem.rooms:
        if room_type not in {None, room.room_type}:
            continue
        more = Stay("more", first, first + timedelta(los), room.room_type)
        bigger = problem.replace(stays=(*problem.stays, more))
        trial = Plan({**plan.room_by_stay, "more": room.number})
        if not verify(bigger, trial):
            found.append(int(gap_term(bigger, trial).total - before))
    return min(found, default=None)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("room_type", [None, "T1"])
def test_every_cell_is_the_cheapest_room(seed: int, room_type: str | None) -> None:
    minimum = random.Random(seed).choice([1, 2, 3])
    problem = random_hotel(4, 14, num_types=2, gaps=0.8, minimum_stay_nights=minimum, locked=0, seed=seed)
    plan = current_plan(problem)
    matrix = matrix_as_given(problem, plan, room_type=room_type, longest_los=6)
    for arrival in range(matrix.num_arrivals):
        for los in range(1, min(6, matrix.num_arrivals - arrival) + 1):
            tried = cost_by_trial(problem, plan, arrival, los, room_type)
            assert matrix.upper[arrival, los - 1] == (UNSELLABLE if tried is None else tried)
    assert matrix.is_exact.all()


def test_an_empty_room_takes_any_stay_for_nothing() -> None:
    first = random_hotel(1, 5).start
    stay = Stay("a", first, first + timedelta(5), current_room="1")
    problem = Problem("p", (Room("1"), Room("2")), (stay,), MinimumStay(3))
    matrix = matrix_as_given(problem, current_plan(problem))
    assert matrix.longest_los == 5
    assert (matrix.upper[matrix.inside] == 0).all()
    assert (matrix.upper[~matrix.inside] == UNSELLABLE).all()
