"""The desk: hands enquiries to its process one by one, and lets nobody wait long."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress

import anyio
from anyio import to_thread

from bookingopt_api.enquiries.process import DeskDied, DeskProcess, TakesLonger
from bookingopt_api.problems import ApiProblem
from optimizer_core.errors import Fault, InvalidInput

MOST_WAITING = 4
"""Enquiries that wait while one is answered."""
OPEN_SECONDS = 10.0
"""In which a hotel must be open, once, before enquiries about it are answered at once."""
MOST_HOTEL_BYTES = 8_000_000
"""Documents of a hotel that is opened here; about larger ones a job is asked."""
GRACE_SECONDS = 1.0
"""After its time limit the process may take so long to tell what it has found."""
WARM_SECONDS = 2.0
"""How long the process is put off after the API has started: those who ask whether it is ready come first."""
FORGET_SECONDS = 30.0
"""How long a hotel that is to be forgotten may wait for its turn; then the process ends."""
_LIST_SECONDS = 10.0

Documents = Callable[[], tuple[bytes, bytes]]
"""Returns the problem and the result document of a hotel; blocks."""


class EnquiryDesk:
    """Answers enquiries about hotels that are planned. Belongs to one event loop.

    Parameters
    ----------
    seconds
        Time limit for the answers of one enquiry.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = anyio.Lock()
        self._in_hand = 0
        self._guard = threading.Lock()
        self._process: DeskProcess | None = None
        self._is_closed = False
        self._is_kept_warm = False
        self._open: frozenset[str] = frozenset()

    @property
    def process(self) -> DeskProcess | None:
        """The process that answers; None before it is first needed."""
        return self._process

    @property
    def kept_jobs(self) -> frozenset[str]:
        """Jobs whose hotels may be open in the process."""
        return self._open

    async def forget(self, job_ids: Collection[str]) -> None:
        """Close the hotels of jobs that were erased; what waits too long for its turn ends with the process.

        Parameters
        ----------
        job_ids
            The jobs.
        """
        is_done = False
        with anyio.move_on_after(FORGET_SECONDS):
            async with self._turn:
                is_done = await to_thread.run_sync(self._forget, job_ids)
        if not is_done and (process := self._process) is not None:
            process.abandon()

    async def keep_warm(self) -> None:
        """Start the process before anybody needs it, and a new one as soon as one was killed."""
        self._is_kept_warm = True
        await anyio.sleep(WARM_SECONDS)
        await to_thread.run_sync(self._start)

    async def answer(self, job_id: str, enquiry: bytes, documents: Documents) -> bytes | None:
        """Return the answers as JSON; None where they take longer than there is time, or cannot be had here.

        Parameters
        ----------
        job_id
            Whose hotel.
        enquiry
            An enquiry document, which has been read before.
        documents
            Where the hotel is, if it must be opened first.

        Raises
        ------
        InvalidInput
            If a request cannot be asked for; lists every fault.
        ApiProblem
            ``busy`` if others wait already.
        """
        async with self._place():
            try:
                word, told = await to_thread.run_sync(self._fit, job_id, enquiry, documents)
            except (TakesLonger, DeskDied):
                if self._is_kept_warm:
                    await to_thread.run_sync(self._start)
                return None
        if word == "wrong":
            raise InvalidInput(Fault(tuple(place), message) for place, message in json.loads(told))
        return told if word == "done" else None

    async def backends(self) -> bytes:
        """Return what there is to solve with, as JSON.

        Raises
        ------
        ApiProblem
            ``busy`` if others wait already, or the process cannot answer now.
        """
        async with self._place():
            try:
                word, told = await to_thread.run_sync(lambda: self._ask("backends", seconds=_LIST_SECONDS))
            except (TakesLonger, DeskDied):
                word, told = "failed", b""
        if word != "done":
            raise ApiProblem("busy", headers={"Retry-After": "5"})
        return told

    def close(self) -> None:
        """End the process; nothing is answered any more."""
        with self._guard:
            self._is_closed = True
            if self._process is not None:
                self._process.kill()

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Wait for one's turn, but not in a long line."""
        if self._in_hand > MOST_WAITING:
            raise ApiProblem(
                "busy",
                "Other enquiries wait already.",
                headers={"Retry-After": str(math.ceil(self._seconds))},
            )
        self._in_hand += 1
        try:
            async with self._turn:
                yield
        finally:
            self._in_hand -= 1

    def _fit(self, job_id: str, enquiry: bytes, documents: Documents) -> tuple[str, bytes]:
        limit = self._seconds + GRACE_SECONDS

        def ask() -> tuple[str, bytes]:
            return self._ask("fit", enquiry, seconds=limit, job_id=job_id, limit_seconds=self._seconds)

        word, told = ask()
        if word == "closed":
            found = documents()
            if sum(map(len, found)) > MOST_HOTEL_BYTES:
                return "failed", b""
            word, told = self._ask("open", *found, seconds=OPEN_SECONDS, job_id=job_id)
            if word == "done":
                self._open = frozenset(json.loads(told))
                word, told = ask()
            elif word == "wrong":  # a stored job that cannot be opened is no fault of whoever asks
                word = "failed"
        return word, told

    def _forget(self, job_ids: Collection[str]) -> bool:
        """Return whether the process keeps none of these any more."""
        process = self._process
        if process is not None and process.is_alive:
            try:
                ids = json.dumps(list(job_ids)).encode()
                word, told = process.ask("forget", ids, seconds=_LIST_SECONDS)
            except (TakesLonger, DeskDied):
                word, told = "done", b"[]"
            if word != "done":
                return False
            self._open = frozenset(json.loads(told))
        else:
            self._open = frozenset()
        return True

    def _ask(self, ask: str, *documents: bytes, seconds: float, **fields: str | float) -> tuple[str, bytes]:
        return self._running().ask(ask, *documents, seconds=seconds, **fields)

    def _start(self) -> None:
        """Start a process if there is none alive; whether it gets ready is seen when it is asked."""
        with suppress(DeskDied):
            self._running()

    def _running(self) -> DeskProcess:
        """Return the process, a new one where there is none alive."""
        with self._guard:
            if self._is_closed:
                raise DeskDied
            if self._process is None or not self._process.is_alive:
                self._open = frozenset()
                try:
                    self._process = DeskProcess()
                except OSError as error:
                    raise DeskDied from error
            return self._process
