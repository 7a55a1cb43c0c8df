"""Child processes that take and return messages, and a pool of them that are started in advance."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar

from job_ledger.child_process import ChildProcess
from job_ledger.messages import KindT, Message


class ProcessDied(Exception):
    """A child process has ended."""


class MessageProcess(Generic[KindT]):
    """A child process that starts at once, initializes in the background, and then sends a first message.

    Parameters
    ----------
    module
        The program; its first argument is the file descriptor of its end of the connection.
    *arguments
        Its other arguments.
    replies
        Kinds of the messages that come from it.
    """

    def __init__(self, module: str, *arguments: str, replies: type[KindT]) -> None:
        self._process = ChildProcess(module, *arguments)
        self._replies = replies
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Whether its first message was received: it has imported everything."""
        return self._is_ready

    @property
    def is_alive(self) -> bool:
        """Whether it can take a message."""
        return self._process.is_alive

    def send(self, message: Message[Any]) -> None:
        """Send a message; the answer comes from `receive`.

        Raises
        ------
        ProcessDied
            If the process has ended.
        """
        try:
            message.send(self._process.connection)
        except OSError as error:
            raise ProcessDied from error

    def receive(self, timeout_seconds: float) -> Message[KindT] | None:
        """Return its next message; None if there is no message within the timeout.

        Raises
        ------
        ProcessDied
            If the process has ended.
        """
        try:
            if not self._process.connection.poll(timeout_seconds):
                return None
            message = Message.receive(self._process.connection, self._replies)
        except (EOFError, OSError) as error:
            raise ProcessDied from error
        self._is_ready = True
        return message

    def kill(self) -> None:
        """Kill the process and close the connection; for its borrower, or when it is idle."""
        self._process.kill()

    def abandon(self) -> None:
        """Kill the process while another thread uses it; that thread gets `ProcessDied` and calls `kill`."""
        self._process.abandon()


ProcessT = TypeVar("ProcessT", bound=MessageProcess[Any])


class ProcessPool(Generic[ProcessT]):
    """A pool of processes, each started before it is needed.

    Parameters
    ----------
    start
        Starts a process; may raise `OSError`.
    count
        Size of the pool; a caller that needs one while all are in use gets an extra one.
    """

    def __init__(self, start: Callable[[], ProcessT], count: int) -> None:
        self._start = start
        self._count = count
        self._lock = threading.Lock()
        self._is_closed = False
        self._idle = [start() for _ in range(count)]
        self._busy: set[ProcessT] = set()

    @contextmanager
    def borrow(self) -> Iterator[ProcessT]:
        """Yield a process for exclusive use; if it is killed, the pool replaces it.

        Raises
        ------
        ProcessDied
            If the pool is closed.
        """
        process = self._take()
        try:
            yield process
        except BaseException:
            process.kill()  # it may be in the middle of anything
            raise
        finally:
            self._give_back(process)

    def close(self) -> None:
        """Kill all of them."""
        with self._lock:
            self._is_closed = True
            # The borrower closes the connection: a descriptor closed in two threads may have been reused in
            # between.
            for process in self._busy:
                process.abandon()
            while self._idle:
                self._idle.pop().kill()

    def _take(self) -> ProcessT:
        with self._lock:
            if self._is_closed:
                raise ProcessDied("the pool is closed")
            while self._idle:
                process = self._idle.pop()
                if process.is_alive:
                    break
                process.kill()
            else:
                process = self._start()
            self._busy.add(process)
            return process

    def _give_back(self, process: ProcessT) -> None:
        with self._lock:
            self._busy.discard(process)
            if self._is_closed:
                process.kill()
                return
            is_needed = len(self._idle) + len(self._busy) < self._count
            if is_needed and process.is_alive:
                self._idle.append(process)
                return
            process.kill()
            if is_needed:
                with suppress(OSError):  # the next borrower tries again
                    self._idle.append(self._start())
