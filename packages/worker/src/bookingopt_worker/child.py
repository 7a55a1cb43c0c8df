"""The solving process: reads documents from a pipe, returns results, and ends when the pipe closes.

It is a separate program, so that a solve can be killed without harm to anything else. The worker starts
it before there is work, because importing the solvers takes seconds.
"""

from __future__ import annotations

import faulthandler
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
from bookingopt_worker.messages import Reply, Request
from job_ledger.memory import limit_memory
from job_ledger.messages import Message
from job_ledger.stack_locations import places_of
from optimizer_core.domain import Limits, Policy, Progress
from optimizer_core.errors import (
    BackendError,
    BackendUnavailable,
    InvalidAnswer,
    InvalidInput,
    NoCapableBackend,
)
from optimizer_core.warm_up import WARM_UP

_PROGRESS_SECONDS = 0.25

_DETAILS = {
    "invalid-answer": "The solver claimed a plan that breaks a rule; it was not stored.",
    "solver-failed": "The solver gave up without an answer.",
    "out-of-memory": "There was not enough memory for this document.",
    "internal-error": "An internal error occurred; the log of the worker says where.",
}


class Solve(Protocol):
    """Problem document in, result document out: `optimizer_core.run.run_json`, or a test double."""

    def __call__(
        self,
        content: bytes,
        /,
        *,
        backend: str,
        policy: Policy,
        limits: Limits,
        curve_points: int | None,
        incumbent: Callable[[Draft], None],
    ) -> bytes:
        """Return the result document; call `incumbent` for each intermediate plan."""
        ...


class Child:
    """Serves one pipe.

    Parameters
    ----------
    connection
        The pipe to the worker.
    solve
        The function that solves a document.
    """

    def __init__(self, connection: Connection, solve: Solve) -> None:
        self._connection = connection
        self._solve = solve
        self._jobs: SimpleQueue[Message[Request]] = SimpleQueue()
        self._is_cancelled = threading.Event()
        self._last_report = ("", 0.0)
        self._sending = threading.Lock()  # a solver may report from its own threads

    def serve(self) -> None:
        """Solve until the pipe closes."""
        threading.Thread(target=self._listen, daemon=True).start()
        self._warm_up()
        self._send(Message(Reply.READY))
        while True:
            self._send(self._answer(self._jobs.get()))

    def _send(self, message: Message[Reply]) -> None:
        with self._sending:
            message.send(self._connection)

    def _listen(self) -> None:
        """Receive messages, also during a solve; end the process when the other end of the pipe closes."""
        with suppress(EOFError, OSError):
            while True:
                message = Message.receive(self._connection, Request)
                if message.kind is Request.CANCEL:
                    self._is_cancelled.set()
                else:
                    self._is_cancelled.clear()
                    self._jobs.put(message)
        os._exit(0)  # the only way to end a solver that is deep in native code

    def _warm_up(self) -> None:
        """Solve a small hotel, so that all imports are done before the first job."""
        try:
            self._solve(
                WARM_UP,
                backend="auto",
                policy=Policy(),
                limits=Limits(10.0),
                curve_points=None,
                incumbent=Teller(lambda _document: None, 0).offer,
            )
        except Exception as error:  # noqa: BLE001 - the first job will report it
            _tell(error)

    def _answer(self, job: Message[Request]) -> Message[Reply]:
        asked = job.fields
        teller = Teller(self._tell_incumbent, 0 if asked["is_last_resort"] else len(job.document))

        def is_cancelled() -> bool:
            if not self._is_cancelled.is_set():
                teller.tell_if_due()
            return self._is_cancelled.is_set()

        limits = Limits(asked["time_limit_seconds"], is_cancelled, self._report)
        policy = Policy(asked["max_moves"], _price(asked["move_price"]))
        try:
            result = self._solve(
                job.document,
                backend=asked["backend"],
                policy=policy,
                limits=limits,
                curve_points=asked["curve_points"],
                incumbent=teller.offer,
            )
        except BaseException as error:  # noqa: BLE001 - whatever a solver raises, this process goes on
            return Message(Reply.FAILED, describe(error))
        finally:
            teller.close()
        return Message(Reply.SOLVED, documents=(result,))

    def _tell_incumbent(self, document: bytes) -> None:
        self._send(Message(Reply.INCUMBENT, documents=(document,)))

    def _report(self, progress: Progress) -> None:
        """Send the progress of the solve: at each new stage, else at most four times a second."""
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
        self._send(Message(Reply.PROGRESS, fields))


def _price(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))  # 0.1 means exactly one tenth


def describe(error: BaseException) -> dict[str, object]:
    """Return the error for the user, as kind and sentence, and for the log, as class and code locations.

    Only errors whose text is known to contain no guest's name are quoted. The user can correct those, so
    the log needs no locations for them.
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
    """Print the class and the code locations of an uncaught error, without its message."""
    if error is not None:
        faults = ", ".join(places_of(error))
        print(f"bookingopt-worker: {type(error).__name__}: {faults}", file=sys.stderr)  # noqa: T201


def main(arguments: list[str]) -> None:
    """Serve a pipe.

    Parameters
    ----------
    arguments
        File descriptor of the pipe; the function, as ``module:name``; optionally the limit of the address
        space in bytes.
    """
    faulthandler.enable()  # a solver that crashes prints where
    sys.excepthook = lambda _class, error, _trace: _tell(error)
    threading.excepthook = lambda fault: _tell(fault.exc_value)
    descriptor, path, *most_bytes = arguments
    limit_memory(int(most_bytes[0]) if most_bytes else None)
    Child(Connection(int(descriptor)), find_function(path)).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
