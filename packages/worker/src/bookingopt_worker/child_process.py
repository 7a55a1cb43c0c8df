"""A process of our own that solves: apart, so that it can be killed, and with a line to talk over."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from multiprocessing.connection import Connection

_REAP_SECONDS = 10.0
_STUCK_SECONDS = 30
WITHHELD = frozenset(
    name + suffix
    for name in ("REDIS_URL", "QUEUE_SECRET", "SESSION_SECRET", "RATE_LIMIT_URL")
    for suffix in ("", "_FILE")
)
"""Settings that a solver, which may be somebody else's code, has no use for.

Those of the API are among them, which may share an environment with the worker and which this package does
not know: a test holds the list equal to what the settings of both keep secret.
"""


class ChildProcess:
    """A Python program that is started at once, and gets ready by itself.

    Parameters
    ----------
    module
        The program; its first argument is the number of the descriptor of its end of the line.
    *arguments
        What else it is told.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        ours, theirs = socket.socketpair()
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            # A process that is stuck in the middle of a message is as good as dead.
            ours.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", _STUCK_SECONDS, 0))
        with theirs:
            # A session of its own: Ctrl-C in a terminal is for its parent, which then decides.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", module, str(theirs.fileno()), *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name.upper() not in WITHHELD},
                start_new_session=True,
            )
        self.connection = Connection(ours.detach())

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can be talked to."""
        return self._process.poll() is None and not self.connection.closed

    def abandon(self) -> None:
        """End it now; whoever waits for its answer gets none. May be called from any thread."""
        self._process.kill()

    def kill(self) -> None:
        """End it now, whatever it does, and hang up."""
        self._process.kill()
        self.connection.close()
        self._process.wait(_REAP_SECONDS)
