"""Passes enquiries to the enquiry process one by one, with a time limit for each."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Collection
from contextlib import suppress

import anyio
from anyio import to_thread

from bookingopt_api.enquiries.messages import Reply, Request
from bookingopt_api.enquiries.process import DeskProcess, TakesLonger
from bookingopt_api.enquiries.turns import Turns
from job_ledger.messages import Message
from job_ledger.process_pool import ProcessDied
from optimizer_core.errors import Fault, InvalidInput

OPEN_SECONDS = 10.0
"""Time limit for opening a hotel, once, before its first enquiry is answered."""
MOST_HOTEL_BYTES = 8_000_000
"""Size limit of the documents of a hotel that is opened here; enquiries about larger ones become jobs."""
GRACE_SECONDS = 1.0
"""How long the process may take to answer after its time limit."""
WARM_SECONDS = 2.0
"""How long the start of the process is delayed after that of the API, so that readiness checks come first."""
FORGET_SECONDS = 30.0
"""How long closing erased hotels may wait for its turn; then the process is killed."""
_LIST_SECONDS = 10.0
_NO_USER = ""
"""User name of the turn in which hotels are closed; no real user has it."""

Documents = Callable[[], tuple[bytes, bytes]]
"""Returns the problem and the result document of a hotel; blocks."""


class EnquiryDesk:
    """Answers enquiries about planned hotels. Belongs to one event loop.

    Parameters
    ----------
    seconds
        Time limit for the answers of one enquiry.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turns = Turns(math.ceil(seconds))
        self._guard = threading.Lock()
        self._process: DeskProcess | None = None
        self._is_closed = False
        self._is_kept_warm = False
        self._open: frozenset[str] = frozenset()

    @property
    def process(self) -> DeskProcess | None:
        """The enquiry process; None before it is first needed."""
        return self._process

    @property
    def kept_jobs(self) -> frozenset[str]:
        """Jobs whose hotels may be open in the process."""
        return self._open

    async def forget(self, job_ids: Collection[str]) -> None:
        """Close the hotels of erased jobs; if the turn takes too long, kill the process instead.

        Parameters
        ----------
        job_ids
            The jobs.
        """
        is_done = False
        with anyio.move_on_after(FORGET_SECONDS):
            async with self._turns.turn(_NO_USER):
                is_done = await to_thread.run_sync(self._forget, job_ids)
        if not is_done and (process := self._process) is not None:
            process.abandon()

    async def keep_warm(self) -> None:
        """Start the process before the first enquiry, and restart it whenever it was killed."""
        self._is_kept_warm = True
        await anyio.sleep(WARM_SECONDS)
        await to_thread.run_sync(self._start)

    async def answer(self, user: str, job_id: str, enquiry: bytes, documents: Documents) -> bytes | None:
        """Return the answers as JSON; None if they exceed the time limit or are not available here.

        Parameters
        ----------
        user
            User who asks: users take turns.
        job_id
            Job whose hotel the enquiry is about.
        enquiry
            An enquiry document that has been validated before.
        documents
            Returns the documents of the hotel, if it must be opened first.

        Raises
        ------
        InvalidInput
            If a request is not valid; lists every fault.
        ApiProblem
            ``too-many-requests`` if the user has too many enquiries waiting.
        """
        async with self._turns.turn(user):
            try:
                reply = await to_thread.run_sync(self._fit, job_id, enquiry, documents)
            except (TakesLonger, ProcessDied):
                if self._is_kept_warm:
                    await to_thread.run_sync(self._start)
                return None
        if reply.kind is Reply.WRONG:
            raise InvalidInput(Fault(tuple(place), message) for place, message in reply.fields["faults"])
        return reply.document if reply.kind is Reply.DONE else None

    def close(self) -> None:
        """End the process; no more enquiries are answered."""
        with self._guard:
            self._is_closed = True
            if self._process is not None:
                self._process.kill()

    def _fit(self, job_id: str, enquiry: bytes, documents: Documents) -> Message[Reply]:
        limit = self._seconds + GRACE_SECONDS

        def ask() -> Message[Reply]:
            process = self._running()
            return process.ask(
                Request.FIT, enquiry, seconds=limit, job_id=job_id, limit_seconds=self._seconds
            )

        reply = ask()
        if reply.kind is not Reply.CLOSED:
            return reply
        found = documents()
        if sum(map(len, found)) > MOST_HOTEL_BYTES:
            return Message(Reply.FAILED)
        opened = self._running().ask(Request.OPEN, *found, seconds=OPEN_SECONDS, job_id=job_id)
        if opened.kind is not Reply.DONE:
            return Message(Reply.FAILED)  # a stored job that cannot be opened is not an error of the caller
        self._open = frozenset(json.loads(opened.document))
        return ask()

    def _forget(self, job_ids: Collection[str]) -> bool:
        """Return whether the process has closed all of these hotels."""
        process = self._process
        if process is not None and process.is_alive:
            try:
                reply = process.ask(Request.FORGET, seconds=_LIST_SECONDS, job_ids=list(job_ids))
            except (TakesLonger, ProcessDied):
                reply = Message(Reply.DONE, documents=(b"[]",))
            if reply.kind is not Reply.DONE:
                return False
            self._open = frozenset(json.loads(reply.document))
        else:
            self._open = frozenset()
        return True

    def _start(self) -> None:
        """Start a process if none is running; whether it becomes ready shows at the first enquiry."""
        with suppress(ProcessDied):
            self._running()

    def _running(self) -> DeskProcess:
        """Return the process, after starting a new one if none is running."""
        with self._guard:
            if self._is_closed:
                raise ProcessDied
            if self._process is None or not self._process.is_alive:
                self._open = frozenset()
                try:
                    self._process = DeskProcess()
                except OSError as error:
                    raise ProcessDied from error
            return self._process
