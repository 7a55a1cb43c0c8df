"""Moves hang together where they need each other, and the savings of the chains sum up."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay, count_orphan_nights, find_gaps
from optimizer_core.objective import moved_stays, score
from optimizer_core.report.chains import MoveChain, find_chains, find_links
from optimizer_core.verification import verify

MakeStay = Callable[..., Stay]


def chains_of(problem: Problem, before: Plan, after: Plan) -> tuple[MoveChain, ...]:
    stays = moved_stays(problem, after)
    gaps = find_gaps(problem, before), find_gaps(problem, after)
    return find_chains(problem, stays, find_links(problem, stays, (before, after), gaps))


def test_stays_that_change_places_are_one_chain(crossed: Problem, uncrossed: Plan) -> None:
    before = Plan({"a": "1", "b": "2", "c": "1", "d": "2"})
    (chain,) = chains_of(crossed, before, uncrossed)
    assert chain.stay_ids == ("c", "d")
    assert [gap.nights for gap in chain.closed] == [1, 2]
    assert [gap.nights for gap in chain.opened] == [3]
    assert chain.gap_cost_saved == 8 + 4 - 1
    assert chain.orphan_nights_closed == 3


def test_moves_far_from_each_other_are_chains_of_their_own(stay: MakeStay) -> None:
    stays = (
        *(stay("a", 0, 2, "1"), stay("hole", 2, 1, "2"), stay("b", 3, 2, "1")),
        *(stay("c", 20, 2, "3"), stay("hole 2", 22, 1, "2"), stay("d", 23, 2, "3")),
    )
    problem = Problem("far", (Room("1"), Room("2"), Room("3")), stays, MinimumStay(3))
    before = Plan({s.stay_id: str(s.current_room) for s in stays})
    after = Plan({**before.room_by_stay, "hole": "1", "hole 2": "3"})
    assert [chain.stay_ids for chain in chains_of(problem, before, after)] == [("hole",), ("hole 2",)]


def test_a_stay_that_had_no_room_belongs_to_no_chain(stay: MakeStay) -> None:
    stays = (stay("a", 0, 3, "1"), stay("new", 0, 3))
    problem = Problem("new", (Room("1"), Room("2")), stays)
    (chain,) = chains_of(problem, Plan({"a": "1"}), Plan({"a": "2", "new": "1"}))
    assert chain.stay_ids == ("a",)


def random_plan(rooms: int, stays: list[Stay], order: random.Random) -> Plan:
    """Put each stay, by arrival, into any room that is free."""
    free_from = {str(number): date.min for number in range(rooms)}
    room_by_stay = {}
    for stay in sorted(stays, key=lambda stay: stay.arrival):
        number = order.choice([room for room, day in free_from.items() if day <= stay.arrival])
        free_from[number] = stay.departure
        room_by_stay[stay.stay_id] = number
    return Plan(room_by_stay)


@pytest.mark.property
@settings(max_examples=200)
@given(st.randoms(use_true_random=False), st.integers(1, 6), st.integers(0, 5))
def test_the_savings_of_the_chains_sum_up_to_the_saving_of_the_plan(
    order: random.Random, rooms: int, minimum: int
) -> None:
    stays = []
    for number in range(rooms):
        night = 0
        for position in range(order.randrange(8)):
            night += order.choice([0, 0, 1, 2, 4])
            arrival, nights = date(2026, 5, 1) + timedelta(night), order.randint(1, 4)
            stays.append(Stay(f"{number}.{position}", arrival, arrival + timedelta(nights)))
            night += nights
    before = random_plan(rooms, stays, order)
    stays = [
        Stay(stay.stay_id, stay.arrival, stay.departure, current_room=before.room_of(stay)) for stay in stays
    ]
    after = random_plan(rooms, stays, order)
    hotel = tuple(Room(str(number)) for number in range(rooms))
    problem = Problem("random", hotel, tuple(stays), MinimumStay(minimum))
    assert verify(problem, before) == verify(problem, after) == []

    chains = chains_of(problem, before, after)
    saved = score(problem, before).gap_cost - score(problem, after).gap_cost
    assert sum((chain.gap_cost_saved for chain in chains), Fraction(0)) == saved
    closed = count_orphan_nights(problem, before) - count_orphan_nights(problem, after)
    assert sum(chain.orphan_nights_closed for chain in chains) == closed
    members = [stay_id for chain in chains for stay_id in chain.stay_ids]
    assert sorted(members) == sorted(stay.stay_id for stay in moved_stays(problem, after))
