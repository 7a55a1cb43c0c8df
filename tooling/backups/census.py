"""Reads every job of a ledger, to verify that it is complete."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from job_ledger import JobState, JobStore, open_store
from job_ledger.address import sqlite_path
from job_ledger.redis_connection import connect_redis
from tooling.backups.damage import DamagedBackup

_PREFIX = "bookingopt:job:"
_SHOWN_FAULTS = 5


@dataclass(frozen=True)
class Census:
    """The jobs of a ledger, after all of them were read completely.

    Parameters
    ----------
    jobs
        Number of jobs in each state; states without a job may be missing.
    document_bytes, result_bytes
        Bytes of the documents of open jobs, and of all results.
    """

    jobs: dict[JobState, int]
    document_bytes: int
    result_bytes: int

    def __str__(self) -> str:
        """Return one line for people."""
        counted = ", ".join(f"{self.jobs.get(state, 0)} {state}" for state in JobState)
        return f"{counted}; {self.document_bytes} bytes of documents, {self.result_bytes} of results"


def read_jobs(url: str) -> Census:
    """Read every job of a ledger that no process is using.

    Parameters
    ----------
    url
        Address, as for `open_store`.

    Raises
    ------
    DamagedBackup
        If a document or a result is missing or cannot be read; names the first of these jobs.
    StoreError
        If the ledger does not answer.
    """
    jobs: Counter[JobState] = Counter()
    document_bytes, result_bytes = 0, 0
    faults = []
    with closing(open_store(url)) as store:
        for job_id in _job_ids(url):
            try:
                state, document, result = _read(store, job_id)
            except (ValueError, KeyError, zlib.error) as error:
                faults.append(f"job {job_id}: {error}")
                continue
            if state is not None:
                jobs[state] += 1
            document_bytes += document
            result_bytes += result
    if faults:
        more = f", and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
        raise DamagedBackup("; ".join(faults[:_SHOWN_FAULTS]) + more)
    return Census(dict(jobs), document_bytes, result_bytes)


def _read(store: JobStore, job_id: str) -> tuple[JobState | None, int, int]:
    """Return the state and the bytes of document and result; without a state if the job has expired."""
    job = store.get(job_id)
    if job is None:
        return None, 0, 0
    if not job.state.is_final:
        document = store.document(job_id)
        if document is None:
            raise ValueError("its document is missing")
        return job.state, len(document), 0
    if job.outcome is None:
        return job.state, 0, 0
    result = store.result(job_id)
    if result is None:
        if store.get(job_id) is None:
            return None, 0, 0
        raise ValueError("its result is missing")
    json.loads(result)
    return job.state, 0, len(result)


def _job_ids(url: str) -> Iterator[str]:
    path = sqlite_path(url)
    if path is None:
        with closing(connect_redis(url)) as client:
            # SCAN may return a key twice while the key table grows; here nothing is written.
            for key in client.scan_iter(match=f"{_PREFIX}*", count=500):
                yield key.decode().removeprefix(_PREFIX)
        return
    with closing(sqlite3.connect(path)) as connection:
        yield from [row[0] for row in connection.execute("select job_id from job")]
