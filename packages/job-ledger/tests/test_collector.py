from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from job_ledger import Ending, JobError, JobOutcome, JobState, LedgerRules, NewJob, open_store
from job_ledger.collector import LedgerCollector

OUTCOME = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs", gap=0.02)


def _scrape(url: str) -> list[str]:
    store = open_store(url, LedgerRules(max_open_jobs_per_user=None))
    registry = CollectorRegistry()
    registry.register(LedgerCollector(store))
    text = generate_latest(registry).decode()
    store.close()
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_m1_the_ledger_is_told_in_full(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    store = open_store(url, LedgerRules(max_open_jobs_per_user=None))
    endings = [
        Ending(JobState.COMPLETED, b"{}", OUTCOME),
        Ending(JobState.COMPLETED, b"{}", OUTCOME),
        Ending(JobState.FAILED, error=JobError("time-limit")),
        None,
    ]
    for ending in endings:
        job = store.accept(NewJob("ann", "p", b"{}")).job
        assert job is not None
        claim = store.claim(job.job_id)
        assert claim is not None
        if ending is not None:
            store.finish(claim, ending)
    store.accept(NewJob("ann", "p", b"{}"))
    store.announce("one", 60)
    store.close()
    lines = _scrape(url)
    end = 'reason="optimal",state="completed"} 2.0'
    for expected in (
        "bookingopt_ledger_up 1.0",
        'bookingopt_jobs_open{state="queued"} 1.0',
        'bookingopt_jobs_open{state="running"} 1.0',
        "bookingopt_workers 1.0",
        "bookingopt_jobs_accepted_total 5.0",
        "bookingopt_jobs_lost_attempts_total 0.0",
        'bookingopt_job_duration_seconds_count{backend="highs",' + end,
        'bookingopt_job_duration_seconds_bucket{backend="highs",le="+Inf",' + end,
        'bookingopt_job_duration_seconds_bucket{backend="highs",le="300.0",' + end,
        'bookingopt_job_duration_seconds_count{backend="",reason="time-limit",state="failed"} 1.0',
        'bookingopt_job_gap_ratio_bucket{backend="highs",le="0.01"} 0.0',
        'bookingopt_job_gap_ratio_bucket{backend="highs",le="0.05"} 2.0',
        'bookingopt_job_gap_ratio_sum{backend="highs"} 0.04',
    ):
        assert expected in lines
    assert any(line.startswith("bookingopt_jobs_oldest_queued_seconds ") for line in lines)


def test_a_ledger_that_is_away_is_down_and_nothing_else_is_claimed() -> None:
    assert _scrape("unix:///nowhere/redis.sock") == ["bookingopt_ledger_up 0.0"]


def test_registering_does_not_read_the_ledger() -> None:
    store = open_store("unix:///nowhere/redis.sock")
    assert list(LedgerCollector(store).describe()) == []
    store.close()
