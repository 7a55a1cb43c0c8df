from __future__ import annotations

from pathlib import Path

import pytest

from bookingopt_worker import endings, examination_apart
from bookingopt_worker.examination import RefusedResult, examine
from bookingopt_worker.examination_apart import answer, examine_apart
from job_ledger import Claim, JobOptions, JobState
from job_ledger.child_process import ChildProcess
from optimizer_core.run import run_json

DOCUMENT = (Path(__file__).parents[3] / "examples" / "ten-rooms.json").read_bytes()
OPTIONS = JobOptions()


@pytest.fixture(scope="module")
def result() -> bytes:
    """Return the result document of the ten rooms."""
    return run_json(DOCUMENT, backend="highs")


def test_it_says_what_the_look_here_says(result: bytes) -> None:
    assert examine_apart(DOCUMENT, result, OPTIONS) == examine(DOCUMENT, result, OPTIONS)


def test_what_is_refused_here_is_refused_apart() -> None:
    with pytest.raises(RefusedResult):
        examine_apart(DOCUMENT, b"{}", OPTIONS)


def test_a_look_that_is_ended_by_the_kernel_had_not_enough_memory(
    monkeypatch: pytest.MonkeyPatch, result: bytes
) -> None:
    class Killed(ChildProcess):
        def __init__(self, module: str) -> None:
            super().__init__(module)
            self.abandon()

    monkeypatch.setattr(examination_apart, "ChildProcess", Killed)
    with pytest.raises(MemoryError):
        examine_apart(DOCUMENT, result, OPTIONS)


def test_a_look_for_which_there_is_no_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_documents: object) -> None:
        raise MemoryError

    monkeypatch.setattr(examination_apart, "examine", fail)
    assert answer(b"{}", b"", b"") == {"outcome": None, "reasons": 0}


def test_a_look_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, result: bytes) -> None:
    monkeypatch.setattr(examination_apart, "_SECONDS", 0.0)
    with pytest.raises(TimeoutError):
        examine_apart(DOCUMENT, result, OPTIONS)


def test_a_large_result_is_looked_at_apart_and_its_job_fails_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, claim_of: object, result: bytes
) -> None:
    assert callable(claim_of)
    claim: Claim = claim_of(DOCUMENT)
    seen: list[int] = []

    def fail(*documents: bytes) -> None:
        seen.append(len(documents[1]))
        raise MemoryError

    monkeypatch.setattr(endings, "examine_apart", fail)
    assert endings.ending_with(claim, result).state is JobState.COMPLETED
    monkeypatch.setattr(endings, "LARGE_BYTES", len(result) - 1)
    ending = endings.ending_with(claim, result)
    assert ending.error is not None
    assert (ending.error.kind, seen) == ("out-of-memory", [len(result)])
