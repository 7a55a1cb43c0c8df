"""A child process that can be killed, and a connection to it."""

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
    for name in ("REDIS_URL", "REDIS_PASSWORD", "QUEUE_SECRET", "SESSION_SECRET", "RATE_LIMIT_URL")
    for suffix in ("", "_FILE")
)
"""Settings withheld from the child process: a solver may be third-party code, and needs none of them.

The settings of the API are included, because it may share an environment with the worker. This package
does not know them: a test keeps the list equal to the secret settings of both.
"""


class ChildProcess:
    """A Python program that starts at once and initializes in the background.

    Parameters
    ----------
    module
        The program; its first argument is the file descriptor of its end of the connection.
    *arguments
        Its other arguments.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        ours, theirs = socket.socketpair()
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            # A process that is stuck in the middle of a message counts as dead.
            ours.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", _STUCK_SECONDS, 0))
        with theirs:
            # A session of its own: Ctrl-C in a terminal reaches only the parent, which then decides.
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
        """Process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs and its connection is open."""
        return self._process.poll() is None and not self.connection.closed

    def abandon(self) -> None:
        """Kill the process but keep the connection open; a reader gets an error.

        Safe to call from any thread.
        """
        self._process.kill()

    def kill(self) -> None:
        """Kill the process and close the connection."""
        self._process.kill()
        self.connection.close()
        self._process.wait(_REAP_SECONDS)
