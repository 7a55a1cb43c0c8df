"""Watches jobs: the store is read once per job and second, whatever the number of listeners."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event

from anyio import to_thread

from bookingopt_api.problems import ApiProblem
from job_ledger import JobRecord, JobStore, StoreError

MOST_STREAMS = 200
"""Most listeners of one process."""
MOST_STREAMS_OF_ONE = 10
"""Most listeners of one caller in one process."""
LOOK_SECONDS = 1.0
ENTRY_SECONDS = 3.0
"""Time between two checks whether a listener is still authorized."""

MayListen = Callable[[], Awaitable[bool]]
"""Returns whether a listener is still authorized."""


class JobWatch:
    """Watches jobs for listeners. Belongs to one event loop.

    Parameters
    ----------
    store
        The ledger.
    draining
        Set when the process is to stop: then every stream ends.
    look_seconds
        Time between two reads of a job; 1 by default.
    """

    def __init__(self, store: JobStore, draining: Event, look_seconds: float = LOOK_SECONDS) -> None:
        self._store = store
        self._draining = draining
        self._look_seconds = look_seconds
        self._streams: Counter[str] = Counter()
        self._looks: dict[str, _Look] = {}

    @property
    def jobs_watched(self) -> int:
        """Number of jobs with listeners."""
        return len(self._looks)

    @contextmanager
    def place(self, user: str) -> Iterator[None]:
        """Take one of the limited streams, which are counted per caller and in total.

        Raises
        ------
        ApiProblem
            ``too-many-requests`` if the caller has as many streams as allowed; ``busy`` if all are taken.
        """
        if self._streams[user] >= MOST_STREAMS_OF_ONE:
            detail = f"A caller has at most {MOST_STREAMS_OF_ONE} streams of events; close one."
            raise ApiProblem("too-many-requests", detail, headers={"Retry-After": "5"})
        if self._streams.total() >= MOST_STREAMS:
            raise ApiProblem(
                "busy", "There is no place for another stream of events; ask for the job instead."
            )
        self._streams[user] += 1
        try:
            yield
        finally:
            self._streams[user] -= 1
            if not self._streams[user]:
                del self._streams[user]

    async def follow(self, job: JobRecord, may_listen: MayListen) -> AsyncIterator[JobRecord | None]:
        """Yield a job as it is, and again whenever it has changed, until it has ended.

        A last value of None means that the job was erased. If the stream ends before that, the process is
        stopping, or the listener is no longer authorized.

        Parameters
        ----------
        job
            The job as the listener has read it.
        may_listen
            Called repeatedly.
        """
        yield job
        if job.state.is_final:
            return
        look = self._look_at(job)
        look.listeners += 1
        seen: JobRecord | None = job
        try:
            while not self._draining.is_set():
                changed = look.changed
                if _is_news(look.latest, seen):
                    seen = look.latest
                    yield seen
                    if seen is None or seen.state.is_final:
                        return
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(ENTRY_SECONDS):
                        await changed.wait()
                if not await may_listen():
                    return
        finally:
            look.listeners -= 1
            if not look.listeners:
                look.task.cancel()
                self._looks.pop(job.job_id, None)

    def _look_at(self, job: JobRecord) -> _Look:
        look = self._looks.get(job.job_id)
        if look is None or look.task.done():
            look = _Look(job)
            look.task = asyncio.create_task(self._keep_looking(job.job_id, look))
            self._looks[job.job_id] = look
        elif _is_news(job, look.latest):
            look.tell(job)  # the new listener has read a newer state
        return look

    async def _keep_looking(self, job_id: str, look: _Look) -> None:
        while look.latest is not None and not look.latest.state.is_final:
            await asyncio.sleep(self._look_seconds)
            if self._draining.is_set():
                break
            try:
                found = await to_thread.run_sync(self._store.get, job_id)
            except StoreError:
                continue  # the listeners keep waiting until the store is back
            if _is_news(found, look.latest):
                look.tell(found)
        look.tell(look.latest)


def _is_news(job: JobRecord | None, known: JobRecord | None) -> bool:
    """Return whether the state or the progress of a job has changed; a heartbeat alone is no change."""
    if job is None or known is None:
        return job is not known
    return (job.state, job.progress) != (known.state, known.progress)


class _Look:
    """The latest state of one job, and an event that wakes its listeners."""

    task: asyncio.Task[None]

    def __init__(self, job: JobRecord) -> None:
        self.latest: JobRecord | None = job
        self.changed = asyncio.Event()
        self.listeners = 0

    def tell(self, job: JobRecord | None) -> None:
        """Store the new state and wake all listeners."""
        self.latest = job
        self.changed.set()
        self.changed = asyncio.Event()
