"""The desk's process as the API sees it: asked one thing at a time, and killed when it takes too long."""

from __future__ import annotations

import json
import time
from typing import Any

from bookingopt_worker.child_process import ChildProcess

START_SECONDS = 30.0


class DeskDied(Exception):
    """The process of the desk is gone."""


class TakesLonger(Exception):
    """The process of the desk has not answered in time, and was killed."""


class DeskProcess:
    """One process, started at once; it gets ready by itself.

    Every call blocks, and only one is made at a time.
    """

    def __init__(self) -> None:
        self._process = ChildProcess("bookingopt_api.enquiries.child")
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive

    def ask(self, ask: str, *documents: bytes, seconds: float, **fields: str | float) -> tuple[str, bytes]:
        """Return a word and what belongs to it, as `child.Desk.answer` says them.

        Parameters
        ----------
        ask
            What is asked.
        *documents
            What comes behind.
        seconds
            After which it is killed; the time it takes to get ready, once, does not count.
        **fields
            Particulars.

        Raises
        ------
        TakesLonger
            If there is no answer in time.
        DeskDied
            If there is nobody to answer.
        """
        try:
            if not self._is_ready:
                self._receive(START_SECONDS)
                self._is_ready = True
            asked: dict[str, Any] = {"ask": ask, **fields}
            first, *others = documents or (b"",)
            deadline = time.monotonic() + seconds
            self._process.connection.send_bytes(json.dumps(asked).encode() + b"\n" + first)
            for document in others:
                self._process.connection.send_bytes(document)
            return self._receive(max(deadline - time.monotonic(), 0.0))
        except (EOFError, OSError) as error:
            self.kill()
            raise DeskDied from error

    def abandon(self) -> None:
        """End it now; whoever waits for its answer gets none. May be called beside `ask`."""
        self._process.abandon()

    def kill(self) -> None:
        """End it now, whatever it does."""
        self._process.kill()

    def _receive(self, seconds: float) -> tuple[str, bytes]:
        if not self._process.connection.poll(seconds):
            self.kill()
            raise TakesLonger
        word, _, told = self._process.connection.recv_bytes().partition(b"\n")
        return word.decode(), told
