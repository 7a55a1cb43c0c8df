from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from bookingopt_api import results
from bookingopt_api.results import ResultShelf
from job_ledger import JobRecord, JobState
from optimizer_core.wire import ResultDocument

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
RESULT = json.dumps({"ProblemId": "p", "ProcessingDate": "2027-05-01", "Succeeded": True}).encode()


def job(job_id: str) -> JobRecord:
    return JobRecord(job_id, "ann", "p", JobState.COMPLETED, NOON, finished=NOON)


def never() -> bytes:
    raise AssertionError


def read(shelf: ResultShelf, *job_ids: str) -> None:
    for job_id in job_ids:
        shelf.read(job(job_id), lambda: RESULT)


def test_a_result_is_read_once() -> None:
    shelf = ResultShelf()
    first = shelf.read(job("a"), lambda: RESULT)
    assert (first.document.problem_id, first.size) == ("p", len(RESULT))
    assert shelf.read(job("a"), never) is first
    assert shelf.find(job("a")) is first


def test_a_job_that_has_ended_at_another_time_is_another_job() -> None:
    shelf = ResultShelf()
    read(shelf, "a")
    assert shelf.find(replace(job("a"), finished=NOON + timedelta(seconds=1))) is None
    assert shelf.find(job("b")) is None


def test_the_result_of_a_point_is_kept_beside_the_whole_and_forgotten_with_it() -> None:
    shelf, made = ResultShelf(), []
    whole = shelf.read(job("a"), lambda: RESULT)

    def make() -> ResultDocument:
        made.append(whole.document.model_copy())
        return made[-1]

    points = [shelf.read_point(job("a"), point, whole, make) for point in (0, 1, 0, 1)]
    assert len(made) == 2
    assert points[:2] == points[2:]
    assert shelf.read(job("a"), never) is whole
    asyncio.run(shelf.forget(["a"]))
    assert shelf.kept_jobs == frozenset()
    assert shelf.find(job("a"), 0) is None


def test_the_results_asked_for_longest_ago_make_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_KEPT", 2)
    shelf = ResultShelf()
    read(shelf, "a", "b", "a", "c")
    assert shelf.kept_jobs == {"a", "c"}


def test_large_results_make_place_sooner_and_the_largest_are_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(results, "MOST_KEPT_BYTES", 2 * len(RESULT) + 1)
    shelf = ResultShelf()
    read(shelf, "a", "b", "c")
    assert shelf.kept_jobs == {"b", "c"}
    monkeypatch.setattr(results, "MOST_KEPT_BYTES", len(RESULT) - 1)
    assert shelf.read(job("d"), lambda: RESULT).document.problem_id == "p"
    assert shelf.find(job("d")) is None


def test_an_erased_job_leaves_nothing_behind() -> None:
    """Names of guests are in a result."""
    shelf = ResultShelf()
    read(shelf, "a", "b")
    asyncio.run(shelf.forget(["a", "unknown"]))
    assert shelf.kept_jobs == {"b"}
    assert shelf.find(job("a")) is None


def test_a_large_result_that_many_ask_for_at_once_is_read_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "LARGE_BYTES", 0)
    shelf, together = ResultShelf(), Barrier(4)

    def fetch() -> bytes:
        together.wait(30)
        return RESULT

    def document(_: int) -> ResultDocument:
        return shelf.read(job("a"), fetch).document

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(document, range(4)))
    assert len({id(one) for one in found}) == 1
