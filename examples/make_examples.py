"""Make the example documents of this folder: invented hotels, invented guests, the same every time.

Run it after a change: ``python examples/make_examples.py``. A test compares its output with the files.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

FIRST_NAMES = (
    "Ada Ben Cem Dee Eli Fay Gus Hal Ida Jon Kim Lea Max Nia Ole Pia Rex Sue Tom Una Vic Wim Yara Zoe"
)
LAST_NAMES = (
    "Abbey Birch Cole Dale Elm Ford Grove Heath Ivers Jarvis Kline Lund Marsh North Oakes Page Quist Reed"
)


@dataclass
class Desk:
    """A front desk that gives each arrival any room that is free, as busy desks do.

    Parameters
    ----------
    rooms
        Room numbers by type.
    order
        Source of chance.
    first_id
        Id of the first reservation.
    """

    rooms: dict[str, list[str]]
    order: random.Random
    first_id: int
    reservations: list[Entry] = field(default_factory=list)
    free_from: dict[str, date] = field(default_factory=dict)

    def free_rooms(self, room_type: str, day: date) -> list[str]:
        """Return the rooms of a type that are free from this day on."""
        return [number for number in self.rooms[room_type] if self.free_from.get(number, date.min) <= day]

    def check_in(self, room_type: str, day: date, nights: int, **rest: Any) -> Entry:
        """Give a stay any free room of its type."""
        number = self.order.choice(self.free_rooms(room_type, day))
        self.free_from[number] = day + timedelta(nights)
        name = f"{self.order.choice(FIRST_NAMES.split())} {self.order.choice(LAST_NAMES.split())}"
        entry = {
            "Name": name,
            "Id": self.first_id + len(self.reservations),
            "Arrival": day.isoformat(),
            "Length": nights,
            "RoomType": room_type,
            "AssignedRoom": number,
            **rest,
        }
        self.reservations.append(entry)
        return entry


def room_entries(rooms: dict[str, list[str]]) -> Iterator[Entry]:
    """Yield the rooms; those whose numbers follow each other on a floor are next to each other."""
    known = {number for numbers in rooms.values() for number in numbers}
    for room_type, numbers in rooms.items():
        for number in numbers:
            near = [str(int(number) + step) for step in (-1, 1)]
            yield {
                "RoomNumber": number,
                "RoomType": room_type,
                "AdjacentRooms": [other for other in near if other in known],
            }


def city_hotel() -> Entry:
    """Return 60 rooms in 4 types, six weeks, about 90 % full."""
    rooms = {
        "Single": [str(100 + number) for number in range(1, 11)],
        "Double": [str(200 + number) for number in range(1, 15)]
        + [str(300 + number) for number in range(1, 15)],
        "Superior": [str(400 + number) for number in range(1, 15)],
        "Suite": [str(500 + number) for number in range(1, 9)],
    }
    upgrade = {"Single": "Double", "Double": "Superior"}
    order = random.Random(7)  # noqa: S311 - the same hotel every time, no secret
    desk = Desk(rooms, order, first_id=7001)
    monday = date(2027, 3, 1)
    parties = 0
    for night in range(42):
        day = monday + timedelta(night)
        target = 0.8 if day.weekday() == 6 else 0.93
        for room_type, numbers in rooms.items():
            wanted = round(target * len(numbers)) - (len(numbers) - len(desk.free_rooms(room_type, day)))
            while wanted > 0:
                rest: Entry = {}
                size, nights = 1, order.choices(range(1, 8), (22, 24, 20, 12, 9, 6, 7))[0]
                if night == 0:
                    rest["IsLocked"] = True  # in house when the plan is made
                elif order.random() < 0.06:
                    rest["IsLocked"] = True  # promised this room
                elif wanted >= 2 and room_type != "Suite" and order.random() < 0.03:
                    size, parties = min(wanted, order.choice((2, 2, 3))), parties + 1
                    rest["AdjacencyGroup"] = f"party {parties}"
                elif room_type in upgrade and order.random() < 0.1:
                    rest["AllowableRoomTypes"] = [upgrade[room_type]]
                for _ in range(size):
                    desk.check_in(room_type, day, nights, **rest)
                wanted -= size
    return {
        "ProblemId": "city hotel, March 2027",
        "MinimumStay": 3,
        "MinimumStayByDay": {"Fri": 2, "Sat": 2},
        "MinimumStayByDate": [{"Start": "2027-03-22", "End": "2027-03-26", "MinimumStay": 4}],
        "Rooms": list(room_entries(rooms)),
        "Reservations": desk.reservations,
    }


def ten_rooms() -> Entry:
    """Return a guest house in which every gap can be seen at a glance."""
    rooms = {
        "Garden": [str(number) for number in range(1, 7)],
        "Lake": [str(number) for number in range(7, 11)],
    }
    order = random.Random(11)  # noqa: S311 - the same hotel every time, no secret
    desk = Desk(rooms, order, first_id=1)
    first = date(2027, 6, 1)
    for night in range(16):
        for room_type in rooms:
            for _ in range(len(desk.free_rooms(room_type, first + timedelta(night)))):
                if order.random() < 0.55:
                    nights = order.choice((2, 2, 3, 3, 4, 5))
                    locked = {"IsLocked": True} if order.random() < 0.1 else {}
                    desk.check_in(room_type, first + timedelta(night), nights, **locked)
    return {
        "ProblemId": "ten rooms",
        "MinimumStay": 2,
        "Rooms": list(room_entries(rooms)),
        "Reservations": desk.reservations,
    }


def stay(name: str, arrival: str, nights: int, room: str | None, **rest: Any) -> Entry:
    """Return one reservation."""
    return {"Name": name, "Arrival": arrival, "Length": nights, "AssignedRoom": room, **rest}


def group() -> Entry:
    """Return a family in two rooms far apart, and a neighbor who would have to move."""
    return {
        "ProblemId": "a family next door",
        "MinimumStay": 3,
        "Rooms": list(room_entries({"Double": ["1", "2", "3", "4"]})),
        "Reservations": [
            stay("Ida Lund", "2027-05-03", 4, "1", AdjacencyGroup="Lund"),
            stay("Ole Lund", "2027-05-03", 4, "4", AdjacencyGroup="Lund"),
            stay("Max Reed", "2027-05-01", 5, "2", IsLocked=True),
            stay("Una Page", "2027-05-04", 3, "3"),
            stay("Gus Cole", "2027-05-07", 3, "1"),
            stay("Pia Ford", "2027-05-08", 2, "4"),
        ],
    }


def infeasible() -> Entry:
    """Return three rooms and a night for which four were sold."""
    return {
        "ProblemId": "one room too few",
        "MinimumStay": 2,
        "Rooms": list(room_entries({"Double": ["1", "2"], "Suite": ["3"]})),
        "Reservations": [
            stay("Ada Abbey", "2027-05-01", 3, "1", RoomType="Double", IsLocked=True),
            stay("Ben Birch", "2027-05-02", 3, "2", RoomType="Double"),
            stay("Cem Cole", "2027-05-03", 2, None, RoomType="Double", AllowableRoomTypes=["Suite"]),
            stay("Dee Dale", "2027-05-03", 1, "3", RoomType="Suite"),
        ],
    }


EXAMPLES = {
    "city-hotel.json": city_hotel,
    "ten-rooms.json": ten_rooms,
    "group.json": group,
    "infeasible.json": infeasible,
}


def as_json(document: Entry) -> str:
    """Return the document with one room or reservation a line."""
    lines = []
    for name, value in document.items():
        if name in {"Rooms", "Reservations"}:
            rows = ",\n".join(f"    {json.dumps(row)}" for row in value)
            lines.append(f"  {json.dumps(name)}: [\n{rows}\n  ]")
        else:
            lines.append(f"  {json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write every example beside this file."""
    for name, make in EXAMPLES.items():
        (Path(__file__).parent / name).write_text(as_json(make()), encoding="utf-8")


if __name__ == "__main__":
    main()
