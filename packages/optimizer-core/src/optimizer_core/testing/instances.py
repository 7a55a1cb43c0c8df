"""The catalog: small hotels with a known best plan, each with the mistake that it detects.

Nights are counted from a Monday. A bug found in any backend becomes an instance here, so that all backends
are tested for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from optimizer_core.domain import MinimumStay, MinimumStayPeriod, Policy, Problem, Room, Stay
from optimizer_core.testing.oracle import Rank

MONDAY = date(2027, 3, 1)


@dataclass(frozen=True, slots=True)
class Instance:
    """A small hotel whose best plan is known.

    Parameters
    ----------
    name
        Its name.
    teaches
        The mistake of a backend that fails on it, in one line.
    problem
        The hotel.
    best
        Rank of the best plan: upgrades, value in points, moves; None if no plan exists.
    """

    name: str
    teaches: str
    problem: Problem
    best: Rank | None


def _stay(stay_id: str, first: int, end: int, room: str | None = None, **rest: Any) -> Stay:
    """Return a stay of type A for the nights ``[first, end)``."""
    arrival, departure = MONDAY + timedelta(first), MONDAY + timedelta(end)
    return Stay(stay_id, arrival, departure, **({"room_type": "A", "current_room": room} | rest))


def _lock(stay_id: str, first: int, end: int, room: str, **rest: Any) -> Stay:
    return _stay(stay_id, first, end, room, is_locked=True, **rest)


def _hotel(rooms: Mapping[str, str], *stays: Stay, adjacent: tuple[str, ...] = (), **rest: Any) -> Problem:
    """Return a hotel of rooms by number, with pairs of adjacent rooms such as ``"1-2"``."""
    near: dict[str, set[str]] = {number: set() for number in rooms}
    for pair in adjacent:
        one, two = pair.split("-")
        near[one].add(two)
    return Problem(
        "catalog",
        tuple(Room(number, room_type, frozenset(near[number])) for number, room_type in rooms.items()),
        stays,
        **({"minimum_stay": MinimumStay(3)} | rest),
    )


def _best(upgrades: int, value: Fraction | int, moves: int) -> Rank:
    return upgrades, Fraction(value), moves


_ONE_ROOM = {"1": "A"}
_TWO_ROOMS = {"1": "A", "2": "A"}
_TWO_TYPES = {"1": "A", "2": "B"}
_THREE_ROOMS = {"1": "A", "2": "A", "3": "A"}
# Rooms 1 and 2 are left with orphan gaps of 1 and 2 nights (8 + 4 points); exchanging the later stays
# leaves one gap of 3 nights (1 point).
_CROSSED = (
    _stay("a", 0, 2, "1"),
    _stay("b", 0, 3, "2"),
    _stay("c", 3, 7, "1"),
    _stay("d", 5, 8, "2"),
)
# A gap of one night between two locks, and a stay in another room that fits it.
_ONE_NIGHT_BETWEEN_LOCKS = (_lock("a", 0, 2, "1"), _lock("b", 3, 5, "1"))

CATALOG: tuple[Instance, ...] = (
    Instance("empty", "a hotel without stays has a plan: nothing", _hotel(_ONE_ROOM), _best(0, 0, 0)),
    Instance(
        "new-stay",
        "a stay that has no room yet moves nowhere when it gets one",
        _hotel(_TWO_ROOMS, _stay("a", 0, 2)),
        _best(0, 0, 0),
    ),
    Instance(
        "unknown-current-room",
        "a current room that the hotel does not have is no room",
        _hotel(_ONE_ROOM, _stay("a", 0, 2, "99")),
        _best(0, 0, 0),
    ),
    Instance(
        "back-to-back",
        "one stay may arrive on the day on which the one before it leaves",
        _hotel(_ONE_ROOM, _stay("a", 0, 2, "1"), _stay("b", 2, 4, "1")),
        _best(0, 0, 0),
    ),
    Instance(
        "barely-sellable-gap",
        "a gap of 4 nights at a minimum stay of 3 costs half a point",
        _hotel(_ONE_ROOM, _stay("a", 0, 2, "1"), _stay("b", 6, 8, "1")),
        _best(0, Fraction(1, 2), 0),
    ),
    Instance(
        "long-gap",
        "a gap of more than twice the minimum stay costs nothing",
        _hotel(_ONE_ROOM, _stay("a", 0, 2, "1"), _stay("b", 9, 11, "1")),
        _best(0, 0, 0),
    ),
    Instance(
        "edges",
        "free nights before the first and after the last stay of a room cost nothing",
        _hotel(_TWO_ROOMS, _stay("a", 0, 5, "1"), _stay("b", 1, 4, "2")),
        _best(0, 0, 0),
    ),
    Instance(
        "crossed",
        "two stays exchange rooms to close an orphan gap",
        _hotel(_TWO_ROOMS, *_CROSSED),
        _best(0, 1, 2),
    ),
    Instance(
        "ring",
        "three stays change rooms in a ring, because no exchange of two is as good",
        _hotel(
            _THREE_ROOMS,
            *(_lock("a", 0, 2, "1"), _lock("b", 0, 3, "2"), _lock("c", 0, 4, "3")),
            *(_stay("d", 4, 8, "1"), _stay("e", 5, 8, "2"), _stay("f", 6, 8, "3")),
            minimum_stay=MinimumStay(2),
        ),
        _best(0, 1, 3),
    ),
    Instance(
        "no-needless-move",
        "of two plans without a gap the one without moves is better",
        _hotel(_TWO_ROOMS, _stay("a", 0, 3, "2"), _stay("b", 0, 3, "1"), _stay("c", 3, 5, "1")),
        _best(0, 0, 0),
    ),
    Instance(
        "gap-between-locks",
        "a stay moves into the night between two locks",
        _hotel(_TWO_ROOMS, *_ONE_NIGHT_BETWEEN_LOCKS, _stay("c", 2, 3, "2")),
        _best(0, 0, 1),
    ),
    Instance(
        "lock-forbids",
        "a locked stay does not move, whatever gap it would close",
        _hotel(_TWO_ROOMS, *_ONE_NIGHT_BETWEEN_LOCKS, _lock("c", 2, 3, "2")),
        _best(0, 8, 0),
    ),
    Instance(
        "locks-touch",
        "between two locks that touch there is nothing, not even a night of length 0",
        _hotel(_TWO_ROOMS, _lock("a", 0, 2, "1"), _lock("b", 2, 4, "1"), _stay("c", 1, 3, "1")),
        _best(0, 0, 1),
    ),
    Instance(
        "lock-at-the-end",
        "a room must be free when its last lock arrives",
        _hotel(_TWO_ROOMS, _lock("a", 4, 6, "1"), _stay("b", 0, 5), _stay("c", 0, 4)),
        _best(0, 0, 0),
    ),
    Instance(
        "sold-out",
        "three stays on one night do not fit into two rooms",
        _hotel(_TWO_ROOMS, _stay("a", 0, 2), _stay("b", 1, 3), _stay("c", 1, 2)),
        None,
    ),
    Instance(
        "wrong-type-free",
        "a free room of a type that the stay may not use does not help",
        _hotel(_TWO_TYPES, _stay("a", 0, 2), _stay("b", 1, 3)),
        None,
    ),
    Instance(
        "locks-in-the-way",
        "there is a free room on each night, but no room is free on all nights of the stay",
        _hotel(_TWO_ROOMS, _lock("a", 0, 1, "1"), _lock("b", 2, 3, "2"), _stay("c", 0, 3)),
        None,
    ),
    Instance(
        "further-type",
        "a stay gets a further type when its own is sold out",
        _hotel(_TWO_TYPES, _stay("a", 0, 2), _stay("b", 0, 2, further_types=("B",))),
        _best(1, 0, 0),
    ),
    Instance(
        "no-needless-upgrade",
        "no gap is worth a further type while the own type has a room",
        _hotel(_TWO_TYPES, _lock("a", 0, 2, "1"), _stay("b", 3, 5, further_types=("B",))),
        _best(0, 8, 0),
    ),
    Instance(
        "upgrade-price",
        "with a price for further types they are weighed against gaps",
        _hotel(
            _TWO_TYPES,
            *(_lock("a", 0, 2, "1"), _stay("b", 3, 5, further_types=("B",))),
            policy=Policy(upgrade_price=Fraction(2)),
        ),
        _best(0, 2, 0),
    ),
    Instance(
        "upgrade-chain",
        "two stays get further types so that a third finds a room",
        _hotel(
            {"1": "A", "2": "B", "3": "C"},
            _stay("a", 0, 2),
            _stay("b", 0, 2, further_types=("B",)),
            _stay("c", 0, 2, room_type="B", further_types=("C",)),
        ),
        _best(2, 0, 0),
    ),
    Instance(
        "run-of-house",
        "a stay for which any type will do goes where it closes a gap, and that is no upgrade",
        _hotel(_TWO_TYPES, *_ONE_NIGHT_BETWEEN_LOCKS, _stay("c", 2, 3, "2", room_type=None)),
        _best(0, 0, 1),
    ),
    Instance(
        "neighbors",
        "one of two group members moves to be next door to the other",
        _hotel(
            _THREE_ROOMS,
            *(_stay("a", 0, 2, "1", group="g"), _stay("b", 0, 2, "3", group="g")),
            adjacent=("1-2", "2-3"),
        ),
        _best(0, 0, 1),
    ),
    Instance(
        "neighbors-impossible",
        "each member without a neighbor costs 100 * 2^m, and the hotel can be housed all the same",
        _hotel(_TWO_ROOMS, _stay("a", 0, 2, "1", group="g"), _stay("b", 0, 2, "2", group="g")),
        _best(0, 1600, 0),
    ),
    Instance(
        "neighbors-before-gaps",
        "adjacency outweighs a gap",
        _hotel(
            _THREE_ROOMS,
            *(_lock("a", 0, 2, "1"), _lock("b", 0, 3, "3")),
            *(_lock("c", 3, 5, "2", group="g"), _stay("d", 3, 5, "3", group="g")),
            adjacent=("1-2",),
        ),
        _best(0, 8, 1),
    ),
    Instance(
        "neighbors-on-other-nights",
        "members are neighbors by their rooms, whatever their nights; one room is not next to itself",
        _hotel(
            _TWO_ROOMS,
            *(_stay("a", 0, 1, "1", group="g"), _stay("b", 5, 6, "1", group="g")),
            adjacent=("1-2",),
        ),
        _best(0, 0, 1),
    ),
    Instance(
        "minimum-stay-by-weekday",
        "a gap is priced by the minimum stay of its first night",
        _hotel(
            _ONE_ROOM,
            *(_stay("a", 0, 4, "1"), _stay("b", 5, 7, "1")),
            minimum_stay=MinimumStay(3, {4: 1, 5: 5}),
        ),
        _best(0, 1, 0),
    ),
    Instance(
        "minimum-stay-by-date",
        "the minimum stay of a period wins over that of the weekday",
        _hotel(
            _ONE_ROOM,
            *(_stay("a", 0, 4, "1"), _stay("b", 5, 7, "1")),
            minimum_stay=MinimumStay(
                3, {4: 1}, (MinimumStayPeriod(MONDAY + timedelta(4), MONDAY + timedelta(4), 2),)
            ),
        ),
        _best(0, 4, 0),
    ),
    Instance(
        "no-minimum-stay",
        "at a minimum stay of 0 no gap costs anything",
        _hotel(_ONE_ROOM, _stay("a", 0, 1, "1"), _stay("b", 2, 3, "1"), minimum_stay=MinimumStay(0)),
        _best(0, 0, 0),
    ),
    Instance(
        "movable-nights",
        "a stay that is not wholly within the movable nights keeps its room",
        _hotel(
            _TWO_ROOMS, *_CROSSED, movable_first=MONDAY + timedelta(3), movable_last=MONDAY + timedelta(6)
        ),
        _best(0, 12, 0),
    ),
    Instance(
        "move-price-paid",
        "two moves at 5 points each are worth the 11 points that they save",
        _hotel(_TWO_ROOMS, *_CROSSED, policy=Policy(move_price=Fraction(5))),
        _best(0, 11, 2),
    ),
    Instance(
        "move-price-too-high",
        "two moves at 6 points each are not worth 11 points",
        _hotel(_TWO_ROOMS, *_CROSSED, policy=Policy(move_price=Fraction(6))),
        _best(0, 12, 0),
    ),
    Instance(
        "move-budget",
        "with one move allowed nothing can be exchanged",
        _hotel(_TWO_ROOMS, *_CROSSED, policy=Policy(max_moves=1)),
        _best(0, 12, 0),
    ),
    Instance(
        "move-budget-before-own-type",
        "of two stays that have a further type now only one may move to its own, and that is a plan",
        _hotel(
            _TWO_TYPES,
            _stay("a", 0, 1, "2", further_types=("B",)),
            _stay("b", 1, 2, "2", further_types=("B",)),
            policy=Policy(max_moves=1),
        ),
        _best(1, 0, 1),
    ),
    Instance(
        "move-budget-too-small",
        "two stays in one room cannot both stay, so a budget of no move leaves no plan",
        _hotel(_TWO_ROOMS, _stay("a", 0, 2, "1"), _stay("b", 1, 3, "1"), policy=Policy(max_moves=0)),
        None,
    ),
)
