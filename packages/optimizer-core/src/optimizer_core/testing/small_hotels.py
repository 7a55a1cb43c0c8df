"""Small hotels from a seed that mix everything a problem can have, for a comparison with the judge.

`tiny_hotels` draws hotels for brute force; these are larger, have minimum stays of up to 21 nights, and
budgets and prices of every kind. A hotel is drawn as a plan, so most of them have one; then rooms are removed
or swapped, stays locked, and sometimes one stay too many is added.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from optimizer_core.domain import MinimumStay, MinimumStayPeriod, Policy, Problem, Room, Stay, room_block
from optimizer_core.errors import InvalidProblem

FIRST_NIGHT = date(2027, 3, 1)
MINIMUM_STAYS = (1, 2, 2, 3, 3, 3, 4, 5, 5, 7, 10, 14, 16, 18, 21)
PRICES = (Fraction(0), Fraction(1, 4), Fraction(1), Fraction(2), Fraction(10), Fraction(13, 8), Fraction(500))


def small_hotel(seed: int) -> Problem:
    """Return a hotel of 2 to 7 rooms in 1 to 4 types and 4 to 20 stays; equal for equal seeds.

    It may have flexible stays, locks, adjacency groups, stays without a room, minimum stays of 1 to 21 nights
    by day, a window of movable nights, a budget of 0 to 10 moves, and prices. About one in ten has no plan.
    """
    chance = random.Random(seed)
    rooms = _rooms(chance)
    minimum = chance.choice(MINIMUM_STAYS)
    stays = _housed(chance, rooms, minimum, chance.randint(4, 20))
    stays = [_with_types(chance, stay, rooms) for stay in stays]
    if chance.random() < 0.2:
        stays += _extra(chance, rooms, stays)
    stays = _with_present_rooms(chance, rooms, stays)
    if chance.random() < 0.3:
        stays = _with_groups(chance, stays)
    nights = max((stay.departure - FIRST_NIGHT).days for stay in stays)
    problem = Problem(f"small-{seed}", rooms, tuple(stays), _minimum_stay(chance, minimum, nights))
    if chance.random() < 0.2:
        problem = _with_window(chance, problem)
    return problem.replace(policy=_policy(chance))


def dated_hotel(seed: int) -> Problem:
    """Return a small hotel with blocks, a schedule of its own, and a day from which it is planned.

    Each of them is there or not; a block lies on nights of any room that no fixed stay has.
    """
    problem = small_hotel(seed)
    chance = random.Random(f"dated {seed}")
    if chance.random() < 0.6:
        day = problem.date(chance.randrange(problem.num_nights + 1))
        problem = _changed(problem, today=day, freeze_days=chance.choice((0, 0, 1, 3)))
    if chance.random() < 0.4:
        before, after = timedelta(chance.randint(0, 5)), timedelta(chance.randint(0, 5))
        problem = _changed(problem, schedule_start=problem.start - before, schedule_end=problem.end + after)
    for index in range(chance.randint(0, 3)):
        first = problem.date(chance.randrange(problem.num_nights))
        end = min(first + timedelta(chance.randint(1, 4)), problem.end)
        block = room_block(f"block {index}", chance.choice(problem.rooms).number, first, end)
        problem = _changed(problem, stays=(*problem.stays, block))
    return problem


def _changed(problem: Problem, **changes: Any) -> Problem:
    """Return the hotel with some changes, or as it is if they contradict its locks."""
    try:
        return problem.replace(**changes)
    except InvalidProblem:
        return problem


def _rooms(chance: random.Random) -> tuple[Room, ...]:
    count = chance.randint(2, 7)
    types = [f"T{index}" for index in range(chance.randint(1, min(4, count)))]
    numbers = [str(101 + index) for index in range(count)]
    return tuple(
        Room(
            number,
            types[index] if index < len(types) else chance.choice(types),
            frozenset(numbers[index + 1 : index + 2]) if chance.random() < 0.7 else frozenset(),
        )
        for index, number in enumerate(numbers)
    )


def _housed(chance: random.Random, rooms: Sequence[Room], minimum: int, count: int) -> list[Stay]:
    """Return stays with a room each, and gaps around the lengths at which the gap cost changes."""
    free_from = {room.number: chance.choice((0, 0, 0, 1, 2)) for room in rooms}
    edges = (0, 0, 1, 2, minimum - 1, minimum, minimum + 1, 2 * minimum, 2 * minimum + 1)
    longest, disorder = chance.choice((3, 5, 9)), chance.choice((1, 4, 12))
    stays = []
    for index in range(count):
        room = min(rooms, key=lambda room: free_from[room.number] + disorder * chance.random())
        gap = chance.choice(edges) if chance.random() < 0.3 else chance.choice((0, 0, 0, 1, 2, 3))
        first = free_from[room.number] + (gap if index >= len(rooms) else 0)
        nights = chance.randint(1, longest)
        free_from[room.number] = first + nights
        arrival = FIRST_NIGHT + timedelta(first)
        stays.append(
            Stay(f"s{index}", arrival, arrival + timedelta(nights), room.room_type, current_room=room.number)
        )
    return stays


def _with_types(chance: random.Random, stay: Stay, rooms: Sequence[Room]) -> Stay:
    """Return the stay, sometimes with further types, another own type, or any type."""
    others = sorted({room.room_type for room in rooms} - {stay.room_type})
    kind = chance.random()
    if kind < 0.7 or not others:
        return stay
    chosen = tuple(chance.sample(others, chance.randint(1, len(others))))
    if kind < 0.85:
        return replace(stay, further_types=chosen)
    if kind < 0.93:  # its current room is an upgrade
        return replace(stay, room_type=chosen[0], further_types=(str(stay.room_type), *chosen[1:]))
    return replace(stay, room_type=None)


def _extra(chance: random.Random, rooms: Sequence[Room], stays: Sequence[Stay]) -> list[Stay]:
    """Return one or two more stays without a room, which may not fit."""
    extra = []
    for index in range(chance.randint(1, 2)):
        like = chance.choice(stays)
        arrival = like.arrival + timedelta(chance.randint(-2, 2))
        arrival = max(arrival, FIRST_NIGHT)
        stay = Stay(f"x{index}", arrival, arrival + timedelta(chance.randint(1, 3)), like.room_type)
        extra.append(_with_types(chance, replace(stay, room_type=chance.choice(rooms).room_type), rooms))
    return extra


def _with_present_rooms(chance: random.Random, rooms: Sequence[Room], stays: list[Stay]) -> list[Stay]:
    """Lock some stays in their rooms; give others no room or another one."""
    locked, homeless, elsewhere = (
        chance.choice((0.0, 0.1, 0.3)),
        chance.choice((0.0, 0.05, 0.3, 1.0)) if chance.random() < 0.6 else 0.0,
        chance.choice((0.0, 0.0, 0.2)),
    )
    changed = []
    for stay in stays:
        kind = chance.random()
        if stay.current_room is None:
            changed.append(stay)
        elif kind < locked:
            changed.append(replace(stay, is_locked=True))
        elif kind < locked + homeless:
            changed.append(replace(stay, current_room=None))
        elif kind < locked + homeless + elsewhere:
            changed.append(replace(stay, current_room=chance.choice(rooms).number))
        else:
            changed.append(stay)
    return changed


def _with_groups(chance: random.Random, stays: list[Stay]) -> list[Stay]:
    """Return the stays with one or two groups of two to four members whose arrivals lie close."""
    grouped = list(stays)
    for label in ("family", "team")[: chance.randint(1, 2)]:
        free = [index for index, stay in enumerate(grouped) if stay.group is None]
        if len(free) < 2:
            break
        first = grouped[chance.choice(free)].arrival
        free.sort(key=lambda index: (abs((grouped[index].arrival - first).days), index))
        for index in free[: chance.randint(2, 4)]:
            grouped[index] = replace(grouped[index], group=label)
    return grouped


def _minimum_stay(chance: random.Random, default: int, nights: int) -> MinimumStay:
    if chance.random() < 0.6:
        return MinimumStay(default)
    by_weekday = {day: chance.randint(1, default) for day in chance.sample(range(7), 2)}
    first = chance.randrange(nights)
    period = MinimumStayPeriod(
        FIRST_NIGHT + timedelta(first),
        FIRST_NIGHT + timedelta(chance.randrange(first, nights)),
        chance.choice(MINIMUM_STAYS),
    )
    return MinimumStay(default, by_weekday, (period,) if chance.random() < 0.5 else ())


def _with_window(chance: random.Random, problem: Problem) -> Problem:
    """Restrict the movable nights, unless a stay outside them has no valid room to keep."""
    first = chance.randrange(problem.num_nights)
    last = chance.randrange(first, problem.num_nights)
    start = problem.date(first) if chance.random() < 0.7 else None
    end = problem.date(last) if chance.random() < 0.7 else None
    return _changed(problem, movable_first=start, movable_last=end)


def _policy(chance: random.Random) -> Policy:
    return Policy(
        max_moves=chance.randint(0, 10) if chance.random() < 0.4 else None,
        move_price=chance.choice(PRICES) if chance.random() < 0.3 else None,
        upgrade_price=chance.choice(PRICES) if chance.random() < 0.3 else None,
    )
