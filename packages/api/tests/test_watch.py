from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, aclosing
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import pytest

from bookingopt_api import watch as watching
from bookingopt_api.problems import ApiProblem
from bookingopt_api.watch import MOST_STREAMS_OF_ONE, JobWatch
from job_ledger import JobProgress, JobRecord, JobState, JobStore, StoreUnavailable

JOB = JobRecord("job", "ann", "p", JobState.QUEUED, datetime(2027, 5, 1, tzinfo=UTC))
RUNNING = replace(JOB, state=JobState.RUNNING, progress=JobProgress("solve", 10))
DONE = replace(JOB, state=JobState.COMPLETED)


class Looks:
    """A ledger that answers what a test has prepared, and counts how often it is asked."""

    def __init__(self, *answers: JobRecord | Exception | None) -> None:
        self.answers = list(answers)
        self.count = 0

    def get(self, _job_id: str) -> JobRecord | None:
        self.count += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def watch_of(looks: Looks, draining: Event | None = None) -> JobWatch:
    store: JobStore = looks  # type: ignore[assignment] # one call of it is all that is made
    return JobWatch(store, draining or Event(), look_seconds=0.001)


async def always() -> bool:
    return True


async def heard(found: AsyncIterator[JobRecord | None]) -> list[JobRecord | None]:
    return [job async for job in found]


def test_a_change_is_told_once_and_the_end_is_the_last() -> None:
    watch = watch_of(Looks(JOB, RUNNING, RUNNING, DONE))
    assert asyncio.run(heard(watch.follow(JOB, always))) == [JOB, RUNNING, DONE]
    assert watch.jobs_watched == 0


def test_a_beat_of_its_worker_is_no_news() -> None:
    """The lease is renewed every second, wherever the job stands."""
    beats = [
        replace(RUNNING, lease_until=datetime(2027, 5, 1, 0, 0, second, tzinfo=UTC)) for second in (1, 2)
    ]
    watch = watch_of(Looks(RUNNING, *beats, DONE))
    assert asyncio.run(heard(watch.follow(JOB, always))) == [JOB, RUNNING, DONE]


def test_a_job_that_has_ended_needs_no_look() -> None:
    looks = Looks(DONE)
    assert asyncio.run(heard(watch_of(looks).follow(DONE, always))) == [DONE]
    assert looks.count == 0


def test_however_many_listen_there_is_one_look() -> None:
    """Fifty listeners of a job that ends at the fourth look: four looks, not two hundred."""
    looks = Looks(JOB, RUNNING, RUNNING, DONE)
    watch = watch_of(looks)

    async def listen() -> list[list[JobRecord | None]]:
        return await asyncio.gather(*(heard(watch.follow(JOB, always)) for _ in range(50)))

    assert asyncio.run(listen()) == [[JOB, RUNNING, DONE]] * 50
    assert looks.count == 4


def test_an_erased_job_is_told_as_none() -> None:
    assert asyncio.run(heard(watch_of(Looks(None)).follow(JOB, always))) == [JOB, None]


def test_a_store_that_is_away_for_a_moment_ends_nothing() -> None:
    looks = Looks(StoreUnavailable("away"), StoreUnavailable("away"), DONE)
    assert asyncio.run(heard(watch_of(looks).follow(JOB, always))) == [JOB, DONE]


def test_a_process_that_stops_sends_its_listeners_away() -> None:
    draining = Event()
    watch = watch_of(Looks(JOB), draining)

    async def listen() -> list[JobRecord | None]:
        found = []
        async for job in watch.follow(JOB, always):
            found.append(job)
            draining.set()
        return found

    assert asyncio.run(asyncio.wait_for(listen(), 10)) == [JOB]
    assert watch.jobs_watched == 0


def test_who_leaves_stops_the_looking() -> None:
    watch = watch_of(Looks(RUNNING))

    async def leave() -> int:
        async with aclosing(watch.follow(JOB, always)) as found:  # type: ignore[type-var] # a generator
            async for job in found:
                if job == RUNNING:
                    break
        return watch.jobs_watched

    assert asyncio.run(leave()) == 0


def test_a_caller_has_some_places_and_gives_them_back() -> None:
    watch = watch_of(Looks(JOB))
    with ExitStack() as taken:
        for _ in range(MOST_STREAMS_OF_ONE):
            taken.enter_context(watch.place("ann"))
        taken.enter_context(watch.place("bob"))
        _expect(lambda: taken.enter_context(watch.place("ann")), "too-many-requests")
    with watch.place("ann"):
        pass


def test_all_callers_together_have_some_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST_STREAMS", 2)
    watch = watch_of(Looks(JOB))
    with watch.place("ann"), watch.place("bob"):
        _expect(lambda: watch.place("cy").__enter__(), "busy")


def _expect(act: Callable[[], object], kind: str) -> None:
    with pytest.raises(ApiProblem) as caught:
        act()
    assert caught.value.kind == kind


def test_a_listener_who_may_not_listen_any_more_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "ENTRY_SECONDS", 0.001)
    answers = [True, True, False]

    async def for_a_while() -> bool:
        return answers.pop(0)

    watch = watch_of(Looks(JOB))
    assert asyncio.run(heard(watch.follow(JOB, for_a_while))) == [JOB]
    assert answers == []
    assert watch.jobs_watched == 0
