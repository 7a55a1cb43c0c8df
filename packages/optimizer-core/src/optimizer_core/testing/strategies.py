"""Random tiny hotels for Hypothesis: small enough for the oracle, with everything a problem can have.

A hotel is drawn as a plan: each room gets its stays, so the hotel has a plan. Then the current rooms are
removed or scrambled, some stays are locked in the room of the drawn plan, and sometimes a few more stays or a
careless lock are added, which may leave a stay without a room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from optimizer_core.domain import (
    RUN_OF_HOUSE,
    MinimumStay,
    MinimumStayPeriod,
    Policy,
    Problem,
    Room,
    Stay,
    room_block,
)
from optimizer_core.errors import InvalidProblem

FIRST_NIGHT = date(2027, 3, 1)
_TYPES = ("Single", "Double", "Suite")


@dataclass(frozen=True, slots=True)
class Features:
    """The features that drawn hotels may have.

    Parameters
    ----------
    most_rooms, most_nights
        Sizes, inclusive.
    most_stays_in_room
        Stays drawn for one room, inclusive.
    locks, further_types, run_of_house, groups, minimum_stay_by_day, movable_window
        Whether stays may be locked, may have further types, may accept any type, may form groups; whether the
        minimum stay may depend on the day; whether only some nights may be movable.
    extra_stays
        Most stays added without regard to room.
    move_budget, prices
        Whether the policy may have a budget for moves, and prices.
    blocks, calendar
        Whether rooms may be blocked for some nights; whether the schedule may be longer than the stays, and
        stays may be fixed because of the day of the plan.
    """

    most_rooms: int = 4
    most_nights: int = 14
    most_stays_in_room: int = 5
    locks: bool = True
    further_types: bool = True
    run_of_house: bool = True
    groups: bool = True
    minimum_stay_by_day: bool = True
    movable_window: bool = True
    extra_stays: int = 2
    move_budget: bool = False
    prices: bool = False
    blocks: bool = False
    calendar: bool = False


ALL_FEATURES = Features()
"""All features except budgets, prices, blocks and the day of the plan."""


@st.composite
def tiny_hotels(draw: st.DrawFn, features: Features = ALL_FEATURES) -> Problem:
    """Draw a hotel of a few rooms and nights; about one in ten has no plan."""
    rooms = _draw_rooms(draw, features)
    nights = draw(st.integers(7, features.most_nights))
    stays = [
        stay
        for room in rooms
        for stay in _draw_stays_of_room(draw, features, room, nights, {room.room_type for room in rooms})
    ]
    if features.extra_stays and draw(st.integers(0, 2)) == 0:
        stays += _draw_extra_stays(draw, features, rooms, nights)
    stays = [replace(stay, stay_id=f"s{index}") for index, stay in enumerate(stays)]
    stays = _with_current_rooms(draw, features, rooms, stays)
    if features.groups and len(stays) > 1 and draw(st.integers(0, 2)) == 0:
        stays = _with_groups(draw, stays)
    problem = Problem("tiny", rooms, tuple(stays), _draw_minimum_stay(draw, features, nights))
    problem = _with_movable_window(draw, features, problem)
    if features.calendar:
        problem = _with_calendar(draw, problem)
    if features.blocks:
        problem = _with_blocks(draw, problem)
    return problem.replace(policy=_draw_policy(draw, features))


def _draw_rooms(draw: st.DrawFn, features: Features) -> tuple[Room, ...]:
    count = min(features.most_rooms, draw(st.sampled_from((2, 3, 3, 4, 4, 1))))
    num_types = draw(st.integers(1, min(3, count)))
    numbers = [str(101 + index) for index in range(count)]
    return tuple(
        Room(
            number,
            _TYPES[draw(st.integers(0, num_types - 1))],
            frozenset(numbers[index + 1 : index + 2]) if draw(st.booleans()) else frozenset(),
        )
        for index, number in enumerate(numbers)
    )


def _draw_stays_of_room(
    draw: st.DrawFn, features: Features, room: Room, nights: int, types: Iterable[str]
) -> list[Stay]:
    """Return stays that fill a room one after the other, each in this room."""
    stays = []
    night = draw(st.sampled_from((0, 0, 1, 2)))
    for _ in range(draw(st.sampled_from(range(features.most_stays_in_room, -1, -1)))):
        length = draw(st.integers(1, 4))
        if night + length > nights:
            break
        stays.append(_draw_stay(draw, features, room, night, length, types))
        night += length + draw(st.sampled_from((0, 0, 0, 1, 1, 2, 3, 5)))
    return stays


def _draw_stay(
    draw: st.DrawFn, features: Features, room: Room, night: int, length: int, types: Iterable[str]
) -> Stay:
    """Return a stay that may use the room, mostly as its own type."""
    others = sorted(set(types) - {room.room_type})
    arrival = FIRST_NIGHT + timedelta(night)
    stay = Stay("", arrival, arrival + timedelta(length), room.room_type, current_room=room.number)
    kind = draw(st.integers(0, 7))
    if features.run_of_house and kind == 7:
        return replace(stay, room_type=RUN_OF_HOUSE)
    if features.further_types and others and kind >= 5:
        other = draw(st.sampled_from(others))
        if kind == 6:  # it has the room only as a further type
            return replace(stay, room_type=other, further_types=(room.room_type,))
        return replace(stay, further_types=(other,))
    return stay


def _draw_extra_stays(
    draw: st.DrawFn, features: Features, rooms: tuple[Room, ...], nights: int
) -> list[Stay]:
    stays = []
    types = {room.room_type for room in rooms}
    for _ in range(draw(st.integers(1, features.extra_stays))):
        night = draw(st.integers(0, nights - 1))
        length = draw(st.integers(1, min(4, nights - night)))
        stay = _draw_stay(draw, features, draw(st.sampled_from(rooms)), night, length, types)
        stays.append(replace(stay, current_room=None))
    return stays


def _with_current_rooms(
    draw: st.DrawFn, features: Features, rooms: tuple[Room, ...], stays: list[Stay]
) -> list[Stay]:
    """Lock some stays in the rooms drawn; give others no room or any other room."""
    changed = []
    for stay in stays:
        kind = draw(st.integers(0, 9))
        if stay.current_room is None or kind <= 3:
            changed.append(stay)
        elif features.locks and kind <= 5:
            changed.append(replace(stay, is_locked=True))
        elif kind <= 7:
            changed.append(replace(stay, current_room=draw(st.sampled_from(rooms)).number))
        else:
            changed.append(replace(stay, current_room=None))
    return changed


def _with_groups(draw: st.DrawFn, stays: list[Stay]) -> list[Stay]:
    size = draw(st.integers(2, min(4, len(stays))))
    chosen = draw(st.permutations(range(len(stays))))[:size]
    labels = ("family", "team") if size == 4 and draw(st.booleans()) else ("family", "family")
    grouped = list(stays)
    for position, index in enumerate(chosen):
        grouped[index] = replace(grouped[index], group=labels[position % 2])
    return grouped


def _draw_minimum_stay(draw: st.DrawFn, features: Features, nights: int) -> MinimumStay:
    default = draw(st.integers(0, 5))
    if not features.minimum_stay_by_day or draw(st.booleans()):
        return MinimumStay(default)
    by_weekday = draw(st.dictionaries(st.integers(0, 6), st.integers(0, 5), max_size=3))
    first = draw(st.integers(0, nights - 1))
    last = draw(st.integers(first, nights - 1))
    period = MinimumStayPeriod(
        FIRST_NIGHT + timedelta(first), FIRST_NIGHT + timedelta(last), draw(st.integers(0, 5))
    )
    return MinimumStay(default, by_weekday, (period,) if draw(st.booleans()) else ())


def _with_movable_window(draw: st.DrawFn, features: Features, problem: Problem) -> Problem:
    """Restrict the movable nights if every stay outside them has a valid room to keep."""
    if not features.movable_window or problem.num_nights < 2 or draw(st.integers(0, 3)) != 0:
        return problem
    first = draw(st.integers(0, problem.num_nights - 1))
    last = draw(st.integers(first, problem.num_nights - 1))
    try:
        return problem.replace(movable_first=problem.date(first), movable_last=problem.date(last))
    except ValueError:  # a stay outside has no valid room to keep
        return problem


def _with_calendar(draw: st.DrawFn, problem: Problem) -> Problem:
    """Draw a longer schedule, and a day of the plan unless it leaves two stays in one room."""
    before, after = (timedelta(draw(st.integers(0, 4))) for _ in range(2))
    longer = problem.replace(schedule_start=problem.start - before, schedule_end=problem.end + after)
    day = longer.start + timedelta(draw(st.integers(0, longer.num_nights)))
    try:
        return longer.replace(today=day, freeze_days=draw(st.sampled_from((0, 0, 1, 3))))
    except InvalidProblem:
        return longer


def _with_blocks(draw: st.DrawFn, problem: Problem) -> Problem:
    """Block up to two rooms for some nights, unless a stay must keep the room on one of them."""
    for number in range(draw(st.integers(0, 2))):
        first = problem.start + timedelta(draw(st.integers(0, max(0, problem.num_nights - 1))))
        room = draw(st.sampled_from(problem.rooms)).number
        end = first + timedelta(draw(st.integers(1, 3)))
        if problem.schedule_end is not None:
            end = min(end, problem.schedule_end)
        if end <= first:
            continue
        try:
            problem = problem.replace(stays=(*problem.stays, room_block(f"block {number}", room, first, end)))
        except InvalidProblem:
            continue
    return problem


def _draw_policy(draw: st.DrawFn, features: Features) -> Policy:
    prices = st.sampled_from((None, Fraction(1, 4), Fraction(1), Fraction(3), Fraction(20)))
    return Policy(
        max_moves=draw(st.one_of(st.none(), st.integers(0, 4))) if features.move_budget else None,
        move_price=draw(prices) if features.prices else None,
        upgrade_price=draw(prices) if features.prices else None,
    )
