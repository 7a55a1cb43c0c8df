"""Results that were read: a few are kept, because the pages and pictures of a job are asked for in a row."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import nullcontext
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from bookingopt_worker.jobs import JobRecord
from optimizer_core.wire import ResultDocument, load_result

LARGE_BYTES = 5_000_000
"""Results above this are read one by one: each takes ten times its size."""
MOST_KEPT = 16
"""Results that one process keeps."""
MOST_KEPT_BYTES = 16_000_000
"""Bytes of their documents together; in memory it is seven times that."""

_Key = tuple[str, datetime | None]


class ReadResult(NamedTuple):
    """A result, and the bytes of its document."""

    document: ResultDocument
    size: int


class ResultShelf:
    """Keeps the results that were asked for last; what is kept never changes, as results do not.

    May be asked from any thread. Whether a job is there, and whose it is, the ledger tells: ask it first.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, ReadResult] = OrderedDict()
        self._guard = Lock()
        self._large = Lock()

    @property
    def kept_jobs(self) -> frozenset[str]:
        """Jobs whose results are kept."""
        with self._guard:
            return frozenset(job_id for job_id, _ in self._kept)

    async def forget(self, job_ids: Collection[str]) -> None:
        """Keep the results of these jobs no longer."""
        with self._guard:
            for key in [key for key in self._kept if key[0] in job_ids]:
                del self._kept[key]

    def find(self, job: JobRecord) -> ReadResult | None:
        """Return the result of a finished job if it is kept."""
        key = _key(job)
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def read(self, job: JobRecord, fetch: Callable[[], bytes]) -> ReadResult:
        """Return the result of a finished job, and keep it; blocks.

        Parameters
        ----------
        job
            The job, as the ledger has it now.
        fetch
            Returns the result document; called where it is not kept.
        """
        if (known := self.find(job)) is not None:
            return known
        content = fetch()
        with self._large if len(content) > LARGE_BYTES else nullcontext():
            if (known := self.find(job)) is not None:  # read while this one waited
                return known
            made = ReadResult(load_result(content), len(content))
            self._keep(_key(job), made)
        return made

    def _keep(self, key: _Key, made: ReadResult) -> None:
        if made.size > MOST_KEPT_BYTES:
            return
        with self._guard:
            self._kept[key] = made
            while (
                len(self._kept) > MOST_KEPT or sum(one.size for one in self._kept.values()) > MOST_KEPT_BYTES
            ):
                self._kept.popitem(last=False)


def _key(job: JobRecord) -> _Key:
    return job.job_id, job.finished
