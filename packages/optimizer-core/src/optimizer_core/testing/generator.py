"""Random hotels of any size, equal for equal arguments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from optimizer_core.domain import MinimumStay, Problem, Room, Stay

FIRST_NIGHT = date(2027, 1, 1)
_LENGTHS = (1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 10)
_GAPS = (1, 1, 2, 3, 4, 6)


def random_hotel(
    num_rooms: int,
    num_nights: int,
    *,
    num_types: int = 1,
    locked: float = 0.1,
    gaps: float = 0.3,
    minimum_stay_nights: int = 3,
    seed: int = 1,
) -> Problem:
    """Return a hotel whose current plan is valid but poor.

    Parameters
    ----------
    num_rooms, num_nights
        Size.
    num_types
        Room types; the rooms get them in turn, and each room is adjacent to the next of its type.
    locked
        Share of the stays that are locked.
    gaps
        Share of the stays that are followed by a gap.
    minimum_stay_nights
        Minimum stay of the hotel.
    seed
        Seed of the random numbers.
    """
    chance = random.Random(seed)
    numbers = [str(100 + index) for index in range(num_rooms)]
    rooms = tuple(
        Room(number, f"T{index % num_types}", frozenset(numbers[index + num_types : index + num_types + 1]))
        for index, number in enumerate(numbers)
    )
    stays = [
        Stay(
            f"{room.number}/{first}",
            FIRST_NIGHT + timedelta(first),
            FIRST_NIGHT + timedelta(end),
            room.room_type,
            current_room=room.number,
            is_locked=chance.random() < locked,
        )
        for room in rooms
        for first, end in _nights_of_room(chance, num_nights, gaps)
    ]
    return Problem("random", rooms, tuple(stays), MinimumStay(minimum_stay_nights))


def _nights_of_room(chance: random.Random, num_nights: int, gaps: float) -> Iterator[tuple[int, int]]:
    """Yield stays as ``[first, end)``, one after the other."""
    night = chance.randrange(4)
    while night < num_nights:
        end = min(num_nights, night + chance.choice(_LENGTHS))
        yield night, end
        night = end + (chance.choice(_GAPS) if chance.random() < gaps else 0)
