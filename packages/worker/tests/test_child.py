from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from fractions import Fraction
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

import pytest

from bookingopt_worker.child import Child, describe, find_function
from bookingopt_worker.incumbents import Draft
from bookingopt_worker.messages import Reply, Request
from job_ledger import JobOptions
from job_ledger.messages import Message
from optimizer_core.domain import Limits, Policy, Progress
from optimizer_core.errors import BackendUnavailable, Fault, InvalidAnswer, InvalidDocument
from optimizer_core.run import run_json


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[int]:
    """Return where the child's thread says that it ends the process, which is that of the tests."""
    statuses: SimpleQueue[int] = SimpleQueue()

    monkeypatch.setattr("os._exit", statuses.put)
    return statuses


@pytest.fixture
def ours(ends: SimpleQueue[int]) -> Iterator[Connection]:
    """Return our end of a pipe that a child serves."""
    ours, theirs = Pipe()
    threading.Thread(target=Child(theirs, _echo).serve, daemon=True).start()
    yield ours
    ours.close()
    assert ends.get(timeout=10) == 0, "it ends when nobody is at the other end"
    theirs.close()


def _echo(
    content: bytes,
    *,
    backend: str,
    policy: Policy,
    limits: Limits,
    curve_points: int | None,
    incumbent: Callable[[Draft], None],
) -> bytes:
    incumbent(lambda: b"so far")
    limits.report(Progress("solving", 10, Fraction(1, 2), None))
    limits.report(Progress("solving", 11))
    limits.report(Progress("reporting", 190))
    if content == b"wait":
        while not limits.is_over():
            threading.Event().wait(0.001)
    if content == b"raise":
        raise SystemExit("Ann Guest")
    if content == b"policy":
        return f"{policy.max_moves} {policy.move_price}".encode()
    if content == b"curve":
        return str(curve_points).encode()
    return f"{backend} {limits.is_cancelled()}".encode()


def _next(ours: Connection, *but: Reply) -> Message[Reply]:
    while (message := Message.receive(ours, Reply)).kind in (but or (Reply.PROGRESS, Reply.INCUMBENT)):
        pass
    return message


def _ask(ours: Connection, content: bytes, limit: float | None = None) -> None:
    fields = asdict(JobOptions("highs", limit, 3, 0.1)) | {"is_last_resort": True}
    Message(Request.SOLVE, fields, (content,)).send(ours)


def test_it_says_when_it_is_ready_and_then_answers_one_document_after_the_other(ours: Connection) -> None:
    assert _next(ours).kind is Reply.READY
    for _ in range(2):
        _ask(ours, b"{}")
        assert _next(ours) == Message(Reply.SOLVED, documents=(b"highs False",))


def test_it_tells_of_each_stage_but_within_one_not_too_often(ours: Connection) -> None:
    assert Message.receive(ours, Reply).kind is Reply.READY
    _ask(ours, b"{}")
    expected = {"stage": "solving", "percent": 10, "value": 0.5, "bound": None}
    assert _next(ours, Reply.INCUMBENT) == Message(Reply.PROGRESS, expected)
    received = Message.receive(ours, Reply).fields
    assert (received["stage"], received["percent"]) == ("reporting", 100)
    assert Message.receive(ours, Reply).kind is Reply.SOLVED


def test_it_tells_a_plan_on_the_way_before_the_answer(ours: Connection) -> None:
    assert Message.receive(ours, Reply).kind is Reply.READY
    _ask(ours, b"{}")
    assert _next(ours, Reply.PROGRESS) == Message(Reply.INCUMBENT, documents=(b"so far",))
    assert _next(ours, Reply.PROGRESS).kind is Reply.SOLVED


def test_a_cancel_is_heard_while_a_solve_is_on_and_forgotten_before_the_next(ours: Connection) -> None:
    _ask(ours, b"wait")
    Message(Request.CANCEL).send(ours)
    assert _next(ours).kind is Reply.READY
    assert _next(ours).document == b"highs True"
    _ask(ours, b"{}")
    assert _next(ours).document == b"highs False"


def test_the_time_limit_is_handed_on(ours: Connection) -> None:
    _ask(ours, b"wait", 0.01)
    assert _next(ours).kind is Reply.READY
    assert _next(ours).document == b"highs False"


def test_the_limit_and_the_price_of_moves_become_the_policy(ours: Connection) -> None:
    assert _next(ours).kind is Reply.READY
    _ask(ours, b"policy")
    assert _next(ours).document == b"3 51/512"  # a tenth in steps of 1/1024


@pytest.mark.parametrize("points", [None, 15])
def test_the_points_of_a_curve_are_handed_on(ours: Connection, points: int | None) -> None:
    assert _next(ours).kind is Reply.READY
    fields = asdict(JobOptions(curve_points=points)) | {"is_last_resort": False}
    Message(Request.SOLVE, fields, (b"curve",)).send(ours)
    assert _next(ours).document == str(points).encode()


def test_whatever_a_solve_raises_the_next_document_is_answered(ours: Connection) -> None:
    assert _next(ours).kind is Reply.READY
    _ask(ours, b"raise")
    answer = _next(ours)
    assert (answer.kind, answer.fields["error"]) == (Reply.FAILED, "internal-error")
    _ask(ours, b"{}")
    assert _next(ours).kind is Reply.SOLVED


@pytest.mark.parametrize(
    ("error", "kind", "detail"),
    [
        (InvalidDocument([Fault(("Rooms",), "is missing")]), "invalid-document", "Rooms: is missing"),
        (BackendUnavailable("no such backend"), "backend-unavailable", "no such backend"),
    ],
)
def test_what_the_user_can_put_right_is_told_in_full(error: Exception, kind: str, detail: str) -> None:
    received = describe(error)
    assert (received["error"], received["detail"], received["places"]) == (kind, detail, [])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (InvalidAnswer("Ann Guest"), "invalid-answer"),
        (MemoryError("Ann Guest"), "out-of-memory"),
        (KeyError("Ann Guest"), "internal-error"),
        (Ended("Ann Guest"), "internal-error"),
    ],
)
def test_the_words_of_any_other_error_are_kept_back(error: BaseException, kind: str) -> None:
    received = describe(error)
    assert (received["error"], received["class"]) == (kind, type(error).__name__)
    assert "Ann" not in json.dumps(received)


def test_a_function_is_found_by_its_name() -> None:
    assert find_function("optimizer_core.run:run_json") is run_json


@pytest.mark.parametrize("path", ["optimizer_core.run", "optimizer_core.run:nothing", "nowhere:solve", ""])
def test_a_name_of_nothing_is_said(path: str) -> None:
    with pytest.raises(ValueError, match="names no function"):
        find_function(path)


def test_an_error_that_nobody_catches_is_told_without_its_words(tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text("raise RuntimeError('Ann Guest')\n")
    command = [sys.executable, "-m", "bookingopt_worker.child", "0", "faulty:solve"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError: " in done.stderr
    assert "faulty.py:1" in done.stderr
    assert "Ann" not in done.stderr
