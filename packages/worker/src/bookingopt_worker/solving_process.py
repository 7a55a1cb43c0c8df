"""A solving process as its worker sees it, and the few that are kept warm."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict

from bookingopt_worker.child_process import ChildProcess
from bookingopt_worker.jobs import JobOptions
from bookingopt_worker.messages import Kind, Message


class ProcessDied(Exception):
    """A solving process is gone."""


class SolvingProcess:
    """One solving process, which is started at once and gets ready by itself.

    Parameters
    ----------
    function
        What it does with a document, as ``module:name``.
    """

    def __init__(self, function: str) -> None:
        self._process = ChildProcess("bookingopt_worker.child", function)
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Whether it has imported everything."""
        return self._is_ready

    @property
    def is_alive(self) -> bool:
        """Whether it can take a document."""
        return self._process.is_alive

    def solve(
        self,
        document: bytes,
        options: JobOptions,
        time_limit_seconds: float,
        *,
        is_last_resort: bool = False,
    ) -> None:
        """Hand over a document; the answer comes by `receive`.

        Parameters
        ----------
        document
            The problem document.
        options
            How it is to be done.
        time_limit_seconds
            The solver's share of the time that the options or the worker give.
        is_last_resort
            Whether any plan will do, told at once.

        Raises
        ------
        ProcessDied
            If there is nobody to take it.
        """
        fields = asdict(options)
        fields |= {"time_limit_seconds": time_limit_seconds, "is_last_resort": is_last_resort}
        self._send(Message(Kind.SOLVE, fields, document))

    def cancel(self) -> None:
        """Ask it to stop solving; the answer comes by `receive`.

        Raises
        ------
        ProcessDied
            If there is nobody to ask.
        """
        self._send(Message(Kind.CANCEL))

    def receive(self, timeout_seconds: float) -> Message | None:
        """Return what it says next; None if it says nothing for so long.

        Raises
        ------
        ProcessDied
            If it is gone.
        """
        try:
            if not self._process.connection.poll(timeout_seconds):
                return None
            message = Message.receive(self._process.connection)
        except (EOFError, OSError) as error:
            raise ProcessDied from error
        self._is_ready = True
        return message

    def kill(self) -> None:
        """End it now, whatever it does; for whoever has it, or when nobody has."""
        self._process.kill()

    def abandon(self) -> None:
        """End it now, while somebody else has it, who is told by `ProcessDied` and then kills it."""
        self._process.abandon()

    def _send(self, message: Message) -> None:
        try:
            message.send(self._process.connection)
        except OSError as error:
            raise ProcessDied from error


class WarmProcesses:
    """As many solving processes as there are worker threads, each started before it is needed.

    Parameters
    ----------
    function
        What they do with a document, as ``module:name``.
    count
        How many are kept; whoever needs one while all are in use gets one more.
    """

    def __init__(self, function: str, count: int) -> None:
        self._function = function
        self._count = count
        self._lock = threading.Lock()
        self._is_closed = False
        self._idle = [SolvingProcess(function) for _ in range(count)]
        self._busy: set[SolvingProcess] = set()

    @contextmanager
    def borrow(self) -> Iterator[SolvingProcess]:
        """Yield a process of one's own; one that is killed meanwhile is replaced.

        Raises
        ------
        ProcessDied
            If this worker is stopping.
        """
        process = self._take()
        try:
            yield process
        except BaseException:
            process.kill()  # nobody knows what it is still doing
            raise
        finally:
            self._give_back(process)

    def close(self) -> None:
        """Kill all of them."""
        with self._lock:
            self._is_closed = True
            # Whoever has one hangs up: a descriptor that two threads close may be somebody else's by then.
            for process in self._busy:
                process.abandon()
            while self._idle:
                self._idle.pop().kill()

    def _take(self) -> SolvingProcess:
        with self._lock:
            if self._is_closed:
                raise ProcessDied("the worker is stopping")
            while self._idle:
                process = self._idle.pop()
                if process.is_alive:
                    break
                process.kill()
            else:
                process = SolvingProcess(self._function)
            self._busy.add(process)
            return process

    def _give_back(self, process: SolvingProcess) -> None:
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
                with suppress(OSError):  # then whoever needs one next tries again
                    self._idle.append(SolvingProcess(self._function))
