"""Hotels of any size, invented but of a real one's shape."""

from __future__ import annotations

import random
from datetime import date, timedelta

from optimizer_core import MinimumStay, Problem, Room, Stay

START = date(2026, 1, 5)
STAY_NIGHTS = (1, 2, 3, 4, 5, 6, 7, 10, 14)
STAY_WEIGHTS = (16, 24, 22, 13, 8, 5, 7, 3, 2)
GAP_NIGHTS = (0, 1, 2, 3, 4, 6, 9)
GAP_WEIGHTS = (70, 10, 7, 5, 4, 3, 1)


def make_hotel(
    num_rooms: int,
    num_nights: int,
    *,
    num_types: int = 1,
    locked: float = 0.1,
    assigned: bool = True,
    seed: int = 1,
) -> Problem:
    """Return a hotel that is about 90 % full, each room a random row of stays and gaps.

    Parameters
    ----------
    num_rooms, num_nights, num_types
        Size; rooms are spread evenly over the types.
    locked
        Share of stays that are locked to their room.
    assigned
        Whether the others have a current room too, so that the fewest moves are looked for.
    seed
        Same arguments, same hotel.
    """
    chance = random.Random(seed)
    rooms: list[Room] = []
    stays: list[Stay] = []
    for position in range(num_rooms):
        room_type = chr(ord("A") + position % num_types)
        number = f"{room_type}{position // num_types + 1:03d}"
        rooms.append(Room(number, room_type))
        night = chance.randint(0, 3)
        while True:
            nights = chance.choices(STAY_NIGHTS, STAY_WEIGHTS)[0]
            if night + nights > num_nights:
                break
            arrival = START + timedelta(night)
            is_locked = chance.random() < locked
            stays.append(
                Stay(
                    str(len(stays) + 1),
                    arrival,
                    arrival + timedelta(nights),
                    room_type,
                    current_room=number if assigned or is_locked else None,
                    is_locked=is_locked,
                )
            )
            night += nights + chance.choices(GAP_NIGHTS, GAP_WEIGHTS)[0]
    return Problem(f"{num_rooms} rooms x {num_nights} nights", tuple(rooms), tuple(stays), MinimumStay(5))
