from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event, get_ident

import pytest

from bookingopt_api.resources import open_resources
from bookingopt_api.settings import ApiSettings
from job_ledger import LedgerRules, NewJob


def test_the_ledger_goes_by_the_settings(tmp_path: Path) -> None:
    settings = ApiSettings(data_dir=tmp_path, max_queued_jobs_per_user=7, job_result_ttl=60)
    resources = open_resources(settings)
    try:
        assert resources.store.rules == LedgerRules(max_open_jobs_per_user=7, result_ttl_seconds=60)
    finally:
        resources.close()


def test_those_who_do_jobs_find_what_was_delivered(tmp_path: Path) -> None:
    """A second process with the same settings has the same ledger and the same queue."""
    settings = ApiSettings(data_dir=tmp_path)
    ours, theirs = open_resources(settings), open_resources(settings)
    job = ours.store.accept(NewJob("ann", "x", b"{}")).job
    assert job is not None
    assert ours.queue.deliver(job.job_id)
    assert theirs.queue.waiting() == [job.job_id]
    assert theirs.store.get(job.job_id) == job
    ours.close()
    theirs.close()


def test_whoever_stops_the_process_is_heard(tmp_path: Path) -> None:
    draining = Event()
    resources = open_resources(ApiSettings(data_dir=tmp_path), draining)
    draining.set()
    assert resources.draining.is_set()
    resources.close()


@pytest.mark.parametrize(
    ("told", "is_at_once"),
    [
        ({}, True),
        ({"rate_limit_url": "redis://127.0.0.1:1/0"}, False),
        ({"redis_url": "redis://127.0.0.1:1/0", "queue_secret": "x" * 16}, False),
    ],
    ids=["a file", "counters on a server", "a ledger on a server"],
)
def test_only_what_is_on_this_machine_is_asked_where_others_wait(
    tmp_path: Path, told: dict[str, str], is_at_once: bool
) -> None:
    resources = open_resources(ApiSettings.model_validate({"data_dir": tmp_path} | told))
    thread = asyncio.run(resources.ask(get_ident))
    assert (thread == get_ident()) is is_at_once
    resources.close()
