"""A solving process, from the worker's side, and the pool of processes that are started in advance."""

from __future__ import annotations

from dataclasses import asdict

from bookingopt_worker.messages import Reply, Request
from job_ledger import JobOptions
from job_ledger.messages import Message
from job_ledger.process_pool import MessageProcess, ProcessPool


class SolvingProcess(MessageProcess[Reply]):
    """One solving process, which starts at once and initializes in the background.

    Parameters
    ----------
    function
        The function that solves a document, as ``module:name``.
    most_bytes
        Limit of its address space in bytes; None for no limit.
    """

    def __init__(self, function: str, most_bytes: int | None = None) -> None:
        limit = () if most_bytes is None else (str(most_bytes),)
        super().__init__("bookingopt_worker.child", function, *limit, replies=Reply)

    def solve(
        self,
        document: bytes,
        options: JobOptions,
        time_limit_seconds: float,
        *,
        is_last_resort: bool = False,
    ) -> None:
        """Send a document; the answer comes from `receive`.

        Parameters
        ----------
        document
            The problem document.
        options
            Options of the job.
        time_limit_seconds
            The solver's share of the time limit of the job.
        is_last_resort
            Whether any plan will do, sent at once.

        Raises
        ------
        ProcessDied
            If the process has ended.
        """
        fields = asdict(options)
        fields |= {"time_limit_seconds": time_limit_seconds, "is_last_resort": is_last_resort}
        self.send(Message(Request.SOLVE, fields, (document,)))

    def cancel(self) -> None:
        """Ask the process to stop solving; the answer comes from `receive`.

        Raises
        ------
        ProcessDied
            If the process has ended.
        """
        self.send(Message(Request.CANCEL))


class WarmProcesses(ProcessPool[SolvingProcess]):
    """A pool with one solving process for each worker thread, each started before it is needed.

    Parameters
    ----------
    function
        The function that solves a document, as ``module:name``.
    count
        Size of the pool; a caller that needs one while all are in use gets an extra one.
    most_bytes
        Limit of the address space of each in bytes; None for no limit.
    """

    def __init__(self, function: str, count: int, most_bytes: int | None = None) -> None:
        super().__init__(lambda: SolvingProcess(function, most_bytes), count)
