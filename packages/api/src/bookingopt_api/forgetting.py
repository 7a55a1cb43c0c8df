"""Frees what a process keeps of a job in memory soon after the job was erased, by whichever process."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

import anyio
from anyio import to_thread

from job_ledger import JobStore

LOOK_SECONDS = 5.0
"""Time between two checks of the ledger, while anything is kept."""


class Keeper(Protocol):
    """Keeps a part of finished jobs in memory, because it is often requested."""

    @property
    def kept_jobs(self) -> frozenset[str]:
        """Jobs of which something is kept."""
        ...

    async def forget(self, job_ids: Collection[str]) -> None:
        """Drop everything kept of these jobs."""
        ...


async def forget_erased(store: JobStore, keepers: Sequence[Keeper]) -> None:
    """Make the keepers forget jobs that were erased or have expired; runs until it is cancelled.

    Parameters
    ----------
    store
        The ledger.
    keepers
        The keepers; those that forget quickly first.
    """
    while True:
        await anyio.sleep(LOOK_SECONDS)
        kept = frozenset[str]().union(*(keeper.kept_jobs for keeper in keepers))
        if not kept:
            continue
        # A store that does not answer must not delay the end of the process.
        gone = await to_thread.run_sync(_gone, store, kept, abandon_on_cancel=True)
        if gone:
            for keeper in keepers:
                await keeper.forget(gone)


def _gone(store: JobStore, job_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(job_id for job_id in job_ids if not _is_there(store, job_id))


def _is_there(store: JobStore, job_id: str) -> bool:
    try:
        return store.get(job_id) is not None
    except Exception:  # noqa: BLE001 - if it cannot be looked up, it may be erased
        return False
