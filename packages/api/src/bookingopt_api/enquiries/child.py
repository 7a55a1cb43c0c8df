"""The desk's process: keeps a few hotels open and answers enquiries about them; ends when its pipe closes.

It is a program of its own: solving would make every other request wait, and what takes too long is killed.
Each message is a line of JSON, and bytes behind it; see `Desk.answer` for what can be asked.
"""

from __future__ import annotations

import json
import sys
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

from optimizer_core.errors import InvalidInput
from optimizer_core.run import Hotel, installed_backends, open_hotel, run_json
from optimizer_core.wire import load_enquiry

MOST_HOTELS = 4
MOST_BYTES = 8_000_000
"""Documents of the hotels that are kept open, but for the newest; in memory it is fifteen times that."""
IDLE_SECONDS = 600.0
"""A hotel that nobody has asked about for so long is closed, for the memory it takes."""

_LOOK_SECONDS = 60.0
# Answered before the first enquiry, so that every import has happened by then.
_WARM_UP = json.dumps(
    {
        "ProblemId": "warm-up",
        "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
        "Reservations": [
            {"Id": 1, "Arrival": "2026-05-01", "Length": 2, "AssignedRoom": "1"},
            {"Id": 2, "Arrival": "2026-05-04", "Length": 2, "AssignedRoom": "2"},
        ],
    }
).encode()
_WARM_UP_ENQUIRY = b'{"Requests": [{"Arrival": "2026-05-03", "Length": 1}]}'


class Desk:
    """Answers what is asked; hotels that were asked about long ago are closed for new ones."""

    def __init__(self) -> None:
        self._hotels: OrderedDict[str, _OpenHotel] = OrderedDict()

    @property
    def open_hotels(self) -> tuple[str, ...]:
        """Jobs whose hotels are open, the one asked about longest ago first."""
        return tuple(self._hotels)

    def warm_up(self) -> None:
        """Answer an enquiry, so that everything is imported."""
        self.answer({"ask": "open", "job_id": ""}, _WARM_UP, run_json(_WARM_UP))
        self.answer({"ask": "fit", "job_id": "", "limit_seconds": 10.0}, _WARM_UP_ENQUIRY, b"")
        self._hotels.clear()

    def close_idle(self, now: float) -> None:
        """Close the hotels that nobody has asked about for a while.

        Parameters
        ----------
        now
            Seconds of `time.monotonic`.
        """
        for job_id, opened in list(self._hotels.items()):
            if now - opened.asked > IDLE_SECONDS:
                del self._hotels[job_id]

    def answer(self, asked: dict[str, Any], content: bytes, more: bytes) -> tuple[str, bytes]:
        """Return a word and what belongs to it.

        Parameters
        ----------
        asked
            ``ask`` is one of: ``backends``; ``open`` with ``job_id``, whose two documents come behind;
            ``fit`` with ``job_id`` and ``limit_seconds``, whose enquiry comes behind; ``forget``, behind
            which come the ids of jobs.
        content, more
            What came behind.

        Returns
        -------
        tuple
            ``done`` and JSON, after ``open`` and ``forget`` the jobs whose hotels are open; ``closed`` if the
            hotel is not open; ``wrong`` and faults; ``failed`` and the class of the error.
        """
        try:
            match asked["ask"]:
                case "backends":
                    return "done", json.dumps(asdict(installed_backends())).encode()
                case "open":
                    self._open(asked["job_id"], content, more)
                    return self._told_open()
                case "forget":
                    for job_id in json.loads(content):
                        self._hotels.pop(job_id, None)
                    return self._told_open()
                case _:
                    return self._fit(asked["job_id"], asked["limit_seconds"], content)
        except InvalidInput as error:
            return "wrong", json.dumps([[fault.place, fault.message] for fault in error.faults]).encode()
        except Exception as error:  # noqa: BLE001 - its words may hold a guest's name
            return "failed", type(error).__name__.encode()

    def _told_open(self) -> tuple[str, bytes]:
        return "done", json.dumps(self.open_hotels).encode()

    def _open(self, job_id: str, document: bytes, result: bytes) -> None:
        size = len(document) + len(result)
        self._hotels[job_id] = _OpenHotel(open_hotel(document, result), size, time.monotonic())
        while len(self._hotels) > 1 and (
            len(self._hotels) > MOST_HOTELS or sum(one.size for one in self._hotels.values()) > MOST_BYTES
        ):
            self._hotels.popitem(last=False)

    def _fit(self, job_id: str, seconds: float, enquiry: bytes) -> tuple[str, bytes]:
        if job_id not in self._hotels:
            return "closed", b""
        self._hotels.move_to_end(job_id)
        opened = self._hotels[job_id]
        opened.asked = time.monotonic()
        answer = opened.hotel.answer_all(load_enquiry(enquiry).requests, time_limit_seconds=seconds)
        return "done", answer.model_dump_json(by_alias=True).encode()


@dataclass(slots=True)
class _OpenHotel:
    """A hotel, the size of its documents in bytes, and when it was last asked about."""

    hotel: Hotel
    size: int
    asked: float


def main(arguments: list[str]) -> None:
    """Serve the pipe whose number is the argument."""
    connection = Connection(int(arguments[0]))
    desk = Desk()
    with suppress(EOFError, OSError):  # nobody is at the other end
        desk.warm_up()
        connection.send_bytes(b"ready\n")
        while True:
            while not connection.poll(_LOOK_SECONDS):
                desk.close_idle(time.monotonic())
            head, _, content = connection.recv_bytes().partition(b"\n")
            asked = json.loads(head)
            more = connection.recv_bytes() if asked["ask"] == "open" else b""
            word, told = desk.answer(asked, content, more)
            connection.send_bytes(word.encode() + b"\n" + told)


if __name__ == "__main__":
    main(sys.argv[1:])
