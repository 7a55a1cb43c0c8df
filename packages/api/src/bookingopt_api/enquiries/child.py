"""The enquiry process: keeps a few hotels open and answers enquiries about them; ends when its pipe closes.

It is a separate program, because solving would delay every other request, and because an enquiry that takes
too long is killed. `messages` has what is asked and answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection

from bookingopt_api.enquiries.messages import Reply, Request
from job_ledger.memory import limit_memory
from job_ledger.messages import Message
from optimizer_core.errors import InvalidInput
from optimizer_core.run import Hotel, installed_backends, open_hotel, run_json
from optimizer_core.warm_up import WARM_UP
from optimizer_core.wire import load_enquiry

MOST_HOTELS = 4
MOST_BYTES = 8_000_000
"""Size limit of the documents of all open hotels; in memory they take fifteen times that.

The newest hotel is never closed to keep the limit.
"""
IDLE_SECONDS = 600.0
"""A hotel without enquiries for this time is closed to free its memory."""

_LOOK_SECONDS = 60.0
# Answered before the first enquiry, so that all imports are done by then.
_WARM_UP_ENQUIRY = b'{"Requests": [{"Arrival": "2026-05-03", "Length": 1}]}'


class Desk:
    """Answers enquiries; closes the least recently used hotels when new ones are opened."""

    def __init__(self) -> None:
        self._hotels: OrderedDict[str, _OpenHotel] = OrderedDict()

    @property
    def open_hotels(self) -> tuple[str, ...]:
        """Jobs whose hotels are open, the least recently used first."""
        return tuple(self._hotels)

    def warm_up(self) -> None:
        """Answer an enquiry, so that everything is imported."""
        self.answer(Message(Request.OPEN, {"job_id": ""}, (WARM_UP, run_json(WARM_UP))))
        self.answer(Message(Request.FIT, {"job_id": "", "limit_seconds": 10.0}, (_WARM_UP_ENQUIRY,)))
        self._hotels.clear()

    def close_idle(self, now: float) -> None:
        """Close the hotels without recent enquiries.

        Parameters
        ----------
        now
            Current time of `time.monotonic`, in seconds.
        """
        for job_id, opened in list(self._hotels.items()):
            if now - opened.asked > IDLE_SECONDS:
                del self._hotels[job_id]

    def answer(self, asked: Message[Request]) -> Message[Reply]:
        """Return the answer to a message; `Request` and `Reply` describe both."""
        try:
            match asked.kind:
                case Request.BACKENDS:
                    return _done(json.dumps(asdict(installed_backends())))
                case Request.OPEN:
                    self._open(asked.fields["job_id"], *asked.documents)
                    return _done(json.dumps(self.open_hotels))
                case Request.FORGET:
                    for job_id in asked.fields["job_ids"]:
                        self._hotels.pop(job_id, None)
                    return _done(json.dumps(self.open_hotels))
                case Request.FIT:
                    return self._fit(asked.fields["job_id"], asked.fields["limit_seconds"], asked.document)
        except InvalidInput as error:
            return Message(Reply.WRONG, {"faults": [[fault.place, fault.message] for fault in error.faults]})
        except Exception as error:  # noqa: BLE001 - its message may contain a guest's name
            return Message(Reply.FAILED, {"error": type(error).__name__})

    def _open(self, job_id: str, document: bytes, result: bytes) -> None:
        size = len(document) + len(result)
        self._hotels[job_id] = _OpenHotel(open_hotel(document, result), size, time.monotonic())
        while len(self._hotels) > 1 and (
            len(self._hotels) > MOST_HOTELS or sum(one.size for one in self._hotels.values()) > MOST_BYTES
        ):
            self._hotels.popitem(last=False)

    def _fit(self, job_id: str, seconds: float, enquiry: bytes) -> Message[Reply]:
        if job_id not in self._hotels:
            return Message(Reply.CLOSED)
        self._hotels.move_to_end(job_id)
        opened = self._hotels[job_id]
        opened.asked = time.monotonic()
        answer = opened.hotel.answer_all(load_enquiry(enquiry).requests, time_limit_seconds=seconds)
        return _done(answer.model_dump_json(by_alias=True))


def _done(text: str) -> Message[Reply]:
    return Message(Reply.DONE, documents=(text.encode(),))


@dataclass(slots=True)
class _OpenHotel:
    """A hotel, the size of its documents in bytes, and when it was last asked about."""

    hotel: Hotel
    size: int
    asked: float


def main(arguments: list[str]) -> None:
    """Serve the pipe whose file descriptor is the argument."""
    limit_memory(None)
    connection = Connection(int(arguments[0]))
    desk = Desk()
    with suppress(EOFError, OSError):  # the other end is closed
        desk.warm_up()
        Message(Reply.READY).send(connection)
        while True:
            while not connection.poll(_LOOK_SECONDS):
                desk.close_idle(time.monotonic())
            desk.answer(Message.receive(connection, Request)).send(connection)


if __name__ == "__main__":
    main(sys.argv[1:])
