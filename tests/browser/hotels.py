"""Hotels for the browser: one that takes a while to plan, and lists as hotel systems export them."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TEN_ROOMS = Path(__file__).parents[2] / "examples" / "ten-rooms.json"
FIRST_NIGHT = date(2027, 5, 1)
HOSTILE_NAME = "<script>document.title='taken over'</script>"
"""A guest whose name must be shown as it is written."""

GOOD_LISTS = {
    "rooms.csv": b"\xef\xbb\xbfRoom;Category\r\n101;Lake\r\n102;Lake\r\n103;Garden\r\n",
    "reservations.csv": (
        b"Confirmation number;Guest;Check-in;Check-out;Unit;Category\r\n"
        b"1;Ada;14.05.2027;16.05.2027;101;Lake\r\n2;Ben;17.05.2027;19.05.2027;101;Lake\r\n"
        b"3;Cem;14.05.2027;17.05.2027;102;Lake\r\n4;Dee;15.05.2027;18.05.2027;103;Garden\r\n"
    ),
}
BAD_RESERVATIONS = (
    b"Guest;Check-in;Check-out;Unit\r\nAda;14.05.2027;13.05.2027;101\r\nBen;soon;19.05.2027;101\r\n"
)


def large_hotel(rooms: int = 250, nights: int = 90, stays: int = 5500, *, locked_share: float = 0.0) -> bytes:
    """Return a problem document whose rooms are filled one by one, so that the rooms as given are a plan.

    Parameters
    ----------
    rooms, nights, stays
        How large it is to be.
    locked_share
        Share of the stays that keep their room: the more, the sooner it is planned.
    """
    rng = random.Random(7)
    given: list[dict[str, Any]] = []
    for room in range(rooms):
        count = stays * (room + 1) // rooms - stays * room // rooms
        free = nights - count
        night = 0
        for left in range(count, 0, -1):
            # What is left of the room is shared among the stays to come, gaps included.
            length = min(1 + rng.choice((0, 1, 1, 2, 2, 3, 5)), 1 + free)
            free -= length - 1
            pause = min(rng.choice((0, 0, 0, 0, 1, 1, 2)), max(free - left, 0))
            free -= pause
            given.append(
                {
                    "Id": len(given) + 1,
                    "Name": f"Guest {len(given) + 1}" if given else HOSTILE_NAME,
                    "Arrival": str(FIRST_NIGHT + timedelta(night)),
                    "Length": length,
                    "RoomType": _type_of(room, rooms),
                    "AssignedRoom": str(100 + room),
                    "IsLocked": rng.random() < locked_share,
                }
            )
            night += length + pause
    document = {
        "ProblemId": f"{rooms} rooms",
        "MinimumStay": 3,
        "Rooms": [
            {"RoomNumber": str(100 + room), "RoomType": _type_of(room, rooms)} for room in range(rooms)
        ],
        "Reservations": given,
    }
    return json.dumps(document).encode()


def ten_rooms_around(day: date) -> bytes:
    """Return the example of ten rooms with its dates shifted, so that guests who move arrive on a day."""
    hotel = json.loads(TEN_ROOMS.read_bytes())
    shift = day - date(2027, 6, 8)
    for stay in hotel["Reservations"]:
        stay["Arrival"] = str(date.fromisoformat(stay["Arrival"]) + shift)
    return json.dumps(hotel).encode()


def as_file(name: str, content: bytes) -> Any:
    """Return a file as a form of the page is given it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _type_of(room: int, rooms: int) -> str:
    return ("Single", "Double", "Queen", "Suite")[4 * room // rooms]
