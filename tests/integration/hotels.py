"""Hotels that are made for a test."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any


def slow_hotel_document() -> bytes:
    """Return a hotel that no solver is done with before its time is over: groups that want adjacent rooms."""
    draw = random.Random(1)
    rooms: list[dict[str, Any]] = [{"RoomNumber": f"{number:02}"} for number in range(60)]
    for one, next_door in pairwise(rooms):
        one["AdjacentRooms"] = [next_door["RoomNumber"]]
    stays: list[dict[str, Any]] = []
    for room in rooms:
        day = draw.randrange(3)
        while day < 60:
            nights = draw.choice([1, 1, 2, 2, 3, 3, 4, 5, 7])
            arrival = str(date(2026, 5, 1) + timedelta(day))
            stays.append({"Arrival": arrival, "Length": nights, "AssignedRoom": room["RoomNumber"]})
            day += nights + draw.choice([0, 0, 0, 1, 2, 3])
    for number, stay in enumerate(sorted(stays, key=lambda stay: str(stay["Arrival"]))):
        stay["Id"], stay["AdjacencyGroup"] = number, f"{stay['Arrival']} {number // 3}"
    return json.dumps({"ProblemId": "slow", "Rooms": rooms, "Reservations": stays}).encode()
