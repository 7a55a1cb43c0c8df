"""Forgetting: what a process keeps of a job goes soon after the job, whichever process has erased it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import anyio
from anyio import to_thread

from bookingopt_worker.jobs import JobStore

LOOK_SECONDS = 5.0
"""Time between two looks at the ledger, while anything is kept."""


class Keeper(Protocol):
    """Something that keeps a part of finished jobs in memory, because it is often asked for."""

    @property
    def kept_jobs(self) -> frozenset[str]:
        """Jobs of which something is kept."""
        ...

    async def forget(self, job_ids: Collection[str]) -> None:
        """Keep nothing more of these jobs."""
        ...


async def forget_erased(store: JobStore, keepers: Sequence[Keeper]) -> None:
    """Let the keepers forget jobs that were erased or have expired; never ends by itself.

    Parameters
    ----------
    store
        The ledger.
    keepers
        Who keeps something; those that are quick to forget first.
    """
    while True:
        await anyio.sleep(LOOK_SECONDS)
        kept = frozenset[str]().union(*(keeper.kept_jobs for keeper in keepers))
        if not kept:
            continue
        # A store that gives no answer does not hold up the end of the process.
        gone = await to_thread.run_sync(_gone, store, kept, abandon_on_cancel=True)
        if gone:
            for keeper in keepers:
                await keeper.forget(gone)


def _gone(store: JobStore, job_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(job_id for job_id in job_ids if not _is_there(store, job_id))


def _is_there(store: JobStore, job_id: str) -> bool:
    try:
        return store.get(job_id) is not None
    except Exception:  # noqa: BLE001 - what cannot be looked up may have been erased
        return False
