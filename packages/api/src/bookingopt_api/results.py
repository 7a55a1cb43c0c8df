"""Cache of recently read results, because the pages and pictures of a job are often requested in a row."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import nullcontext
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from job_ledger import JobRecord
from optimizer_core.wire import ResultDocument, load_result

LARGE_BYTES = 5_000_000
"""Larger results are read one at a time: each takes ten times its size."""
MOST_KEPT = 16
"""Most results that one process keeps."""
MOST_KEPT_BYTES = 16_000_000
"""Limit for the bytes of their documents; in memory they take seven times that."""

_Key = tuple[str, datetime | None, int | None]


class ReadResult(NamedTuple):
    """A result, and the bytes of its document."""

    document: ResultDocument
    size: int


class ResultShelf:
    """Keeps the results that were requested last; they never change, because results do not.

    May be used from any thread. Ask the ledger first whether a job exists and who owns it.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, ReadResult] = OrderedDict()
        self._guard = Lock()
        self._large = Lock()

    @property
    def kept_jobs(self) -> frozenset[str]:
        """Jobs whose results are kept."""
        with self._guard:
            return frozenset(key[0] for key in self._kept)

    async def forget(self, job_ids: Collection[str]) -> None:
        """Drop the results of these jobs."""
        with self._guard:
            for key in [key for key in self._kept if key[0] in job_ids]:
                del self._kept[key]

    def find(self, job: JobRecord, point: int | None = None) -> ReadResult | None:
        """Return the result of a finished job, or of a point of its curve, if it is kept."""
        key = _key(job, point)
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
            The job, as it is in the ledger now.
        fetch
            Returns the result document; called if it is not kept.
        """
        if (known := self.find(job)) is not None:
            return known
        content = fetch()
        with self._large if len(content) > LARGE_BYTES else nullcontext():
            if (known := self.find(job)) is not None:  # read while this thread waited
                return known
            made = ReadResult(load_result(content), len(content))
            self._keep(_key(job), made)
        return made

    def read_point(
        self, job: JobRecord, point: int, whole: ReadResult, make: Callable[[], ResultDocument]
    ) -> ResultDocument:
        """Return the result of a point of the curve of a finished job, and keep it; blocks.

        Parameters
        ----------
        job
            The job, as it is in the ledger now.
        point
            Position of the point.
        whole
            The result with the curve; that of the point counts with the same size.
        make
            Returns the result of the point; called if it is not kept.
        """
        if (known := self.find(job, point)) is not None:
            return known.document
        with self._large if whole.size > LARGE_BYTES else nullcontext():
            made = ReadResult(make(), whole.size)
            self._keep(_key(job, point), made)
        return made.document

    def _keep(self, key: _Key, made: ReadResult) -> None:
        if made.size > MOST_KEPT_BYTES:
            return
        with self._guard:
            self._kept[key] = made
            while (
                len(self._kept) > MOST_KEPT or sum(one.size for one in self._kept.values()) > MOST_KEPT_BYTES
            ):
                self._kept.popitem(last=False)


def _key(job: JobRecord, point: int | None = None) -> _Key:
    return job.job_id, job.finished, point
