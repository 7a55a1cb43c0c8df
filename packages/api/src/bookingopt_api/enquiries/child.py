"""The desk's process: keeps a few hotels open and answers enquiries about them; ends when its pipe closes.

It is a program of its own: solving would make every other request wait, and what takes too long is killed.
Each message is a line of JSON, and bytes behind it; see `Desk.answer` for what can be asked.
"""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

from optimizer_core.errors import InvalidInput
from optimizer_core.run import Hotel, Limits, installed_backends, open_hotel
from optimizer_core.wire import load_enquiry

MOST_HOTELS = 4
MOST_BYTES = 32_000_000
"""Documents of all the hotels that are kept open, the newest one apart."""


class Desk:
    """Answers what is asked; hotels that were asked about long ago are closed for new ones."""

    def __init__(self) -> None:
        self._hotels: OrderedDict[str, tuple[Hotel, int]] = OrderedDict()

    def answer(self, asked: dict[str, Any], content: bytes, more: bytes) -> tuple[str, bytes]:
        """Return a word and what belongs to it.

        Parameters
        ----------
        asked
            ``ask`` is one of: ``backends``; ``open`` with ``job_id``, whose two documents come behind;
            ``fit`` with ``job_id`` and ``limit_seconds``, whose enquiry comes behind.
        content, more
            What came behind.

        Returns
        -------
        tuple
            ``done`` and JSON; ``closed`` if the hotel is not open; ``wrong`` and faults; ``failed`` and the
            class of the error.
        """
        try:
            match asked["ask"]:
                case "backends":
                    return "done", json.dumps(asdict(installed_backends())).encode()
                case "open":
                    self._open(asked["job_id"], content, more)
                    return "done", b""
                case _:
                    return self._fit(asked["job_id"], asked["limit_seconds"], content)
        except InvalidInput as error:
            return "wrong", json.dumps([[fault.place, fault.message] for fault in error.faults]).encode()
        except Exception as error:  # noqa: BLE001 - its words may hold a guest's name
            return "failed", type(error).__name__.encode()

    def _open(self, job_id: str, document: bytes, result: bytes) -> None:
        self._hotels[job_id] = open_hotel(document, result), len(document) + len(result)
        while len(self._hotels) > 1 and (
            len(self._hotels) > MOST_HOTELS or sum(size for _, size in self._hotels.values()) > MOST_BYTES
        ):
            self._hotels.popitem(last=False)

    def _fit(self, job_id: str, seconds: float, enquiry: bytes) -> tuple[str, bytes]:
        if job_id not in self._hotels:
            return "closed", b""
        self._hotels.move_to_end(job_id)
        hotel, _ = self._hotels[job_id]
        answer = hotel.answer_all(load_enquiry(enquiry).requests, limits=Limits(seconds))
        return "done", answer.model_dump_json(by_alias=True).encode()


def main(arguments: list[str]) -> None:
    """Serve the pipe whose number is the argument."""
    connection = Connection(int(arguments[0]))
    desk = Desk()
    with suppress(EOFError, OSError):  # nobody is at the other end
        connection.send_bytes(b"ready\n")
        while True:
            head, _, content = connection.recv_bytes().partition(b"\n")
            asked = json.loads(head)
            more = connection.recv_bytes() if asked["ask"] == "open" else b""
            word, told = desk.answer(asked, content, more)
            connection.send_bytes(word.encode() + b"\n" + told)


if __name__ == "__main__":
    main(sys.argv[1:])
