"""The solving process: takes documents from a pipe, gives results back, and ends when the pipe closes.

It is a program of its own, so that a solve can be killed without harm to anything else. The worker starts
it before there is work: importing the solvers takes seconds.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from importlib import import_module
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Protocol

from bookingopt_worker.incumbents import Draft, Teller
from bookingopt_worker.messages import Kind, Message
from bookingopt_worker.places import places_of
from optimizer_core.domain import Limits, Policy, Progress
from optimizer_core.errors import (
    BackendError,
    BackendUnavailable,
    InvalidAnswer,
    InvalidInput,
    NoCapableBackend,
)

_PROGRESS_SECONDS = 0.25

# Solved before the first job, so that every import has happened by then.
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

_DETAILS = {
    "invalid-answer": "The solver claimed a plan that breaks a rule; it was not stored.",
    "solver-failed": "The solver gave up without an answer.",
    "out-of-memory": "There was not enough memory for this document.",
    "internal-error": "Something went wrong that should not; the log of the worker says where.",
}


class Solve(Protocol):
    """Problem document in, result document out: `optimizer_core.run.run_json`, or a stand-in of a test."""

    def __call__(
        self,
        content: bytes,
        /,
        *,
        backend: str,
        policy: Policy,
        limits: Limits,
        incumbent: Callable[[Draft], None],
    ) -> bytes:
        """Return the result document; call `incumbent` for each plan on the way."""
        ...


class Child:
    """Serves one pipe.

    Parameters
    ----------
    connection
        The pipe to the worker.
    solve
        What to do with a document.
    """

    def __init__(self, connection: Connection, solve: Solve) -> None:
        self._connection = connection
        self._solve = solve
        self._jobs: SimpleQueue[Message] = SimpleQueue()
        self._is_cancelled = threading.Event()
        self._last_report = ("", 0.0)
        self._sending = threading.Lock()  # a solver may report from threads of its own

    def serve(self) -> None:
        """Solve until the pipe closes."""
        threading.Thread(target=self._listen, daemon=True).start()
        self._warm_up()
        self._send(Message(Kind.READY))
        while True:
            self._send(self._answer(self._jobs.get()))

    def _send(self, message: Message) -> None:
        with self._sending:
            message.send(self._connection)

    def _listen(self) -> None:
        """Take messages, also while a solve is on; end the process as soon as nobody is at the other end."""
        with suppress(EOFError, OSError):
            while True:
                message = Message.receive(self._connection)
                if message.kind is Kind.CANCEL:
                    self._is_cancelled.set()
                else:
                    self._is_cancelled.clear()
                    self._jobs.put(message)
        os._exit(0)  # a solver that is deep in its own code could not be ended in any other way

    def _warm_up(self) -> None:
        try:
            self._solve(
                _WARM_UP,
                backend="auto",
                policy=Policy(),
                limits=Limits(10.0),
                incumbent=Teller(lambda _document: None, 0).offer,
            )
        except Exception as error:  # noqa: BLE001 - the first job will tell its user
            _tell(error)

    def _answer(self, job: Message) -> Message:
        asked = job.fields
        teller = Teller(self._tell_incumbent, 0 if asked["is_last_resort"] else len(job.payload))

        def is_cancelled() -> bool:
            if not self._is_cancelled.is_set():
                teller.tell_if_due()
            return self._is_cancelled.is_set()

        limits = Limits(asked["time_limit_seconds"], is_cancelled, self._report)
        policy = Policy(asked["max_moves"], _price(asked["move_price"]))
        try:
            result = self._solve(
                job.payload, backend=asked["backend"], policy=policy, limits=limits, incumbent=teller.offer
            )
        except BaseException as error:  # noqa: BLE001 - whatever a solver raises, this process goes on
            return Message(Kind.FAILED, describe(error))
        finally:
            teller.close()
        return Message(Kind.SOLVED, payload=result)

    def _tell_incumbent(self, document: bytes) -> None:
        self._send(Message(Kind.INCUMBENT, payload=document))

    def _report(self, progress: Progress) -> None:
        """Tell where the solve stands: each stage, and within a stage a few times a second."""
        now, (stage, before) = time.monotonic(), self._last_report
        if progress.stage == stage and now - before < _PROGRESS_SECONDS:
            return
        self._last_report = progress.stage, now
        fields = {
            "stage": progress.stage,
            "percent": min(max(progress.percent, 0), 100),
            "value": None if progress.value is None else float(progress.value),
            "bound": None if progress.bound is None else float(progress.bound),
        }
        self._send(Message(Kind.PROGRESS, fields))


def _price(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))  # 0.1 means one tenth


def describe(error: BaseException) -> dict[str, object]:
    """Return why there is no result: a kind of problem and a sentence for the user, places for the log.

    Only errors whose text is known to hold no guest's name are quoted; those are the user's to correct,
    and the log need not tell places.
    """
    if isinstance(error, InvalidInput):
        kind, detail = "invalid-document", str(error)
    elif isinstance(error, (BackendUnavailable, NoCapableBackend)):
        kind, detail = "backend-unavailable", str(error)
    else:
        kinds: dict[str, type[BaseException]] = {
            "invalid-answer": InvalidAnswer,
            "solver-failed": BackendError,
            "out-of-memory": MemoryError,
            "internal-error": BaseException,
        }
        kind = next(name for name, class_ in kinds.items() if isinstance(error, class_))
        faults = {"class": type(error).__name__, "places": places_of(error)}
        return {"error": kind, "detail": _DETAILS[kind], **faults}
    return {"error": kind, "detail": detail, "class": type(error).__name__, "places": []}


def find_function(path: str) -> Solve:
    """Return the function that ``module:name`` names.

    Raises
    ------
    ValueError
        If there is no such function.
    """
    module, _, name = path.partition(":")
    try:
        found: Solve = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"{path!r} names no function as module:name ({error})") from error
    return found


def _tell(error: BaseException | None) -> None:
    """Write where an error came from that nobody caught, without its words."""
    if error is not None:
        faults = ", ".join(places_of(error))
        print(f"bookingopt-worker: {type(error).__name__}: {faults}", file=sys.stderr)  # noqa: T201


def main(arguments: list[str]) -> None:
    """Serve the pipe whose number is the first argument with the function that the second one names."""
    faulthandler.enable()  # a solver that crashes tells where
    sys.excepthook = lambda _class, error, _trace: _tell(error)
    threading.excepthook = lambda fault: _tell(fault.exc_value)
    descriptor, path = arguments
    Child(Connection(int(descriptor)), find_function(path)).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
