"""The desk's process as the API sees it: asked one thing at a time, and killed when it takes too long."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

START_SECONDS = 30.0
_REAP_SECONDS = 10.0
_STUCK_SECONDS = 30
# What a solver, which may be somebody else's code, has no use for.
_SECRETS = {
    name + suffix
    for name in ("REDIS_URL", "QUEUE_SECRET", "SESSION_SECRET", "RATE_LIMIT_URL")
    for suffix in ("", "_FILE")
}


class DeskDied(Exception):
    """The process of the desk is gone."""


class TakesLonger(Exception):
    """The process of the desk has not answered in time, and was killed."""


class DeskProcess:
    """One process, started at once; it gets ready by itself.

    Every call blocks, and only one is made at a time.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            # A process that is stuck in the middle of a message is as good as dead.
            ours.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", _STUCK_SECONDS, 0))
        with theirs:
            # A session of its own: Ctrl-C in a terminal is for the API, which then ends it.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "bookingopt_api.enquiries.child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name not in _SECRETS},
                start_new_session=True,
            )
        self._connection = Connection(ours.detach())
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None and not self._connection.closed

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
            self._connection.send_bytes(json.dumps(asked).encode() + b"\n" + first)
            for document in others:
                self._connection.send_bytes(document)
            return self._receive(max(deadline - time.monotonic(), 0.0))
        except (EOFError, OSError) as error:
            self.kill()
            raise DeskDied from error

    def abandon(self) -> None:
        """End it now; whoever waits for its answer gets none. May be called beside `ask`."""
        self._process.kill()

    def kill(self) -> None:
        """End it now, whatever it does."""
        self._process.kill()
        self._connection.close()
        self._process.wait(_REAP_SECONDS)

    def _receive(self, seconds: float) -> tuple[str, bytes]:
        if not self._connection.poll(seconds):
            self.kill()
            raise TakesLonger
        word, _, told = self._connection.recv_bytes().partition(b"\n")
        return word.decode(), told
