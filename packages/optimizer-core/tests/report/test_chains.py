"""Moves that make place for each other are a chain, and a chain saves what leaving it out costs."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay, count_orphan_nights
from optimizer_core.objective import moved_stays, score
from optimizer_core.report.chains import Packing, find_chains, find_takers
from optimizer_core.verification import verify

MakeStay = Callable[..., Stay]


def chains_of(problem: Problem, before: Plan, after: Plan) -> list[tuple[str, ...]]:
    chains = find_chains(moved_stays(problem, after), find_takers(problem, before, after))
    return [tuple(stay.stay_id for stay in chain) for chain in chains]


def test_stays_that_change_places_are_one_chain(stay: MakeStay) -> None:
    stays = (stay("a", 0, 3, "1"), stay("b", 0, 3, "2"), stay("c", 9, 3, "1"))
    problem = Problem("swap", (Room("1"), Room("2")), stays)
    before, after = Plan({"a": "1", "b": "2", "c": "1"}), Plan({"a": "2", "b": "1", "c": "2"})
    assert chains_of(problem, before, after) == [("a", "b"), ("c",)]


def test_a_longer_exchange_is_one_chain(stay: MakeStay) -> None:
    """A takes the room of b, and b that of c, on other nights."""
    stays = (stay("a", 0, 3, "1"), stay("b", 2, 3, "2"), stay("c", 4, 3, "3"))
    problem = Problem("exchange", tuple(map(Room, "1234")), stays)
    before, after = Plan({"a": "1", "b": "2", "c": "3"}), Plan({"a": "2", "b": "3", "c": "4"})
    assert chains_of(problem, before, after) == [("a", "b", "c")]


def test_a_stay_that_had_no_room_takes_one_but_belongs_to_no_chain(stay: MakeStay) -> None:
    problem = Problem("new", (Room("1"), Room("2")), (stay("a", 0, 3, "1"), stay("new", 0, 3)))
    before, after = Plan({"a": "1"}), Plan({"a": "2", "new": "1"})
    assert {k: [s.stay_id for s in v] for k, v in find_takers(problem, before, after).items()} == {
        "a": ["new"]
    }
    assert chains_of(problem, before, after) == [("a",)]


def test_a_chain_saves_the_gaps_that_would_be_there_without_it(crossed: Problem, uncrossed: Plan) -> None:
    before = Plan({"a": "1", "b": "2", "c": "1", "d": "2"})
    stays = moved_stays(crossed, uncrossed)
    assert Packing(crossed, uncrossed).saved_by(stays, before) == (Fraction(8 + 4 - 1), 3)


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
def test_without_a_chain_the_plan_stays_a_plan_and_costs_what_the_chain_saves(
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

    moved = moved_stays(problem, after)
    chains = find_chains(moved, find_takers(problem, before, after))
    assert sorted(stay.stay_id for chain in chains for stay in chain) == sorted(
        stay.stay_id for stay in moved
    )
    for chain in chains:
        back = {stay.stay_id: before.room_by_stay[stay.stay_id] for stay in chain}
        without = Plan({**after.room_by_stay, **back})
        assert verify(problem, without) == []
        more = score(problem, without).gap_cost - score(problem, after).gap_cost
        nights = count_orphan_nights(problem, without) - count_orphan_nights(problem, after)
        assert Packing(problem, after).saved_by(chain, before) == (more, nights)
