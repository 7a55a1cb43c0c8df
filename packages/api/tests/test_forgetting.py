from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

import anyio
import pytest

from bookingopt_api import forgetting
from bookingopt_api.forgetting import forget_erased
from bookingopt_api.resources import Resources
from job_ledger import JobRecord, JobStore, StoreUnavailable


class Shelf:
    """Keeps some jobs, and knows when it has forgotten one."""

    def __init__(self, *job_ids: str) -> None:
        self.kept_jobs = frozenset(job_ids)
        self.has_forgotten = anyio.Event()

    async def forget(self, job_ids: Collection[str]) -> None:
        self.kept_jobs -= set(job_ids)
        self.has_forgotten.set()


async def _until_forgotten(store: JobStore, *job_ids: str) -> frozenset[str]:
    empty, shelf = Shelf(), Shelf(*job_ids)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(forget_erased, store, [empty, shelf])
        with anyio.fail_after(30):
            await shelf.has_forgotten.wait()
        tasks.cancel_scope.cancel()
    return shelf.kept_jobs


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the ledger again and again."""
    monkeypatch.setattr(forgetting, "LOOK_SECONDS", 0.0)


def test_what_is_kept_of_an_erased_job_goes_and_the_rest_stays(
    resources: Resources, submitted: Callable[..., str], finish: Callable[..., JobRecord]
) -> None:
    """Whoever has erased it: all that is looked at is the ledger."""
    first, second = (finish(submitted(), b"{}").job_id for _ in range(2))
    resources.store.erase(first)
    assert asyncio.run(_until_forgotten(resources.store, first, second)) == {second}


def test_without_a_ledger_nothing_is_kept(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be looked up may have been erased."""

    def away(_job_id: str) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(resources.store, "get", away)
    assert asyncio.run(_until_forgotten(resources.store, "a", "b")) == frozenset()
