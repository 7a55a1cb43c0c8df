"""What concerns the file; what both stores promise is in test_store.py."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from job_ledger import Ending, JobOutcome, JobState, LedgerRules, NewJob, StoreFull
from job_ledger.sqlite_store import SqliteJobStore

RULES = LedgerRules(max_open_jobs_per_user=None)
SOLVED = Ending(
    JobState.COMPLETED,
    b"{}" * 2000,
    JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs"),
)

# Accepts jobs for ever, and says each id only after the answer, as the API does.
ACCEPTS = """
import sys
from pathlib import Path
from job_ledger import LedgerRules, NewJob
from job_ledger.sqlite_store import SqliteJobStore

store = SqliteJobStore(Path(sys.argv[1]), LedgerRules(max_open_jobs_per_user=None))
while True:
    job = store.accept(NewJob("ann", "p", b"{}" * 5000)).job
    print(job.job_id, flush=True)
"""


def _accept_for_ever(store: SqliteJobStore, accepted: list[str]) -> None:
    noise = random.Random(1)
    while True:
        job = store.accept(NewJob("ann", "p", noise.randbytes(10_000))).job
        assert job is not None
        accepted.append(job.job_id)


def test_p9_a_full_file_accepts_nothing_and_lets_what_it_has_end(tmp_path: Path) -> None:
    store = SqliteJobStore(tmp_path / "jobs.db", RULES, max_bytes=400_000)
    accepted: list[str] = []
    with pytest.raises(StoreFull):
        _accept_for_ever(store, accepted)
    assert len(accepted) > 10
    assert store.statistics().queued == len(accepted)
    for job_id in accepted:
        claim = store.claim(job_id)
        assert claim is not None
        assert store.finish(claim, SOLVED) is JobState.COMPLETED
        store.erase(job_id)
    assert store.accept(NewJob("ann", "p", b"{}")).job is not None
    store.close()


@pytest.mark.integration
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_p7_an_accepted_job_survives_the_death_of_its_acceptor(tmp_path: Path, seed: int) -> None:
    """The file is the store: the process that writes it is killed in the middle of its work."""
    path = tmp_path / "jobs.db"
    command = [sys.executable, "-c", ACCEPTS, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as acceptor:
        assert acceptor.stdout is not None
        accepted = [acceptor.stdout.readline().strip() for _ in range(40 * seed)]
        acceptor.kill()
        accepted += [
            line.strip() for line in acceptor.stdout.read().splitlines(keepends=True) if "\n" in line
        ]
    store = SqliteJobStore(path, RULES)
    assert len(accepted) >= 40 * seed
    for job_id in accepted:
        claim = store.claim(job_id)
        assert claim is not None
        assert claim.document == b"{}" * 5000
    store.close()
