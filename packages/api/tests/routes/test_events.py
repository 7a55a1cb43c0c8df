from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bookingopt_api import watch
from bookingopt_api.app import create_app
from bookingopt_api.keys import keyring
from bookingopt_api.resources import Resources
from bookingopt_api.settings import ApiSettings
from bookingopt_api.watch import MOST_STREAMS_OF_ONE
from job_ledger import Ending, JobError, JobProgress, JobState, JobStore

ANN = {"X-User-ID": "ann"}


@pytest.fixture(autouse=True)
def impatient(resources: Resources) -> None:
    """Look at a job a hundred times a second."""
    resources.watch._look_seconds = 0.01


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the data of each event; a comment has none."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_finished_job_is_told_at_once_and_that_is_all(client: TestClient, done: str) -> None:
    answer = client.get(f"{done}/events", headers=ANN)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-cache"
    ((name, told),) = events(answer.text)
    assert (name, told["status"], told["progress"]) == ("completed", "completed", 100)
    assert "result" not in told


def test_an_open_job_is_followed_to_its_end(
    client: TestClient, submitted: Callable[..., str], store: JobStore, resources: Resources
) -> None:
    job_id = submitted()

    def work() -> None:
        claim = store.claim(job_id)
        assert claim is not None
        store.beat(claim, JobProgress("prove", 40, 12.5, 10.0))
        while not resources.watch.jobs_watched:
            threading.Event().wait(0.005)
        threading.Event().wait(0.1)
        store.finish(claim, Ending(JobState.FAILED, error=JobError("time-limit", "Too late.")))

    worker = threading.Thread(target=work)
    worker.start()
    found = events(client.get(f"/api/v1/jobs/{job_id}/events", headers=ANN).text)
    worker.join()
    assert found[-1][0] == "failed"
    assert (found[-1][1]["error"], found[-1][1]["message"]) == ("time-limit", "Too late.")
    (standing,) = [told for _, told in found if told.get("stage") == "prove"]
    assert (standing["status"], standing["percent"], standing["gap"]) == ("running", 40, 0.25)


def test_silence_is_filled_with_comments(
    client: TestClient,
    submitted: Callable[..., str],
    store: JobStore,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy would close a connection on which nothing is said."""
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.02)
    job_id = submitted()

    def cancel() -> None:
        while not resources.watch.jobs_watched:
            threading.Event().wait(0.005)
        threading.Event().wait(0.2)
        store.cancel(job_id)

    canceler = threading.Thread(target=cancel)
    canceler.start()
    answer = client.get(f"/api/v1/jobs/{job_id}/events", headers=ANN)
    canceler.join()
    assert ": ping\n\n" in answer.text
    assert [name for name, _ in events(answer.text)] == ["progress", "cancelled"]


@pytest.mark.parametrize("last", ["7", "", "completed", "\x00"])
def test_the_last_event_id_of_a_browser_does_no_harm(client: TestClient, done: str, last: str) -> None:
    answer = client.get(f"{done}/events", headers=ANN | {"Last-Event-ID": last})
    assert [name for name, _ in events(answer.text)] == ["completed"]


def test_an_erased_job_is_gone(
    client: TestClient, submitted: Callable[..., str], resources: Resources
) -> None:
    job_id = submitted()

    def erase() -> None:
        while not resources.watch.jobs_watched:
            threading.Event().wait(0.005)
        # A store with the one method that is asked: more of it would prove nothing more.
        resources.watch._store = _Empty()  # type: ignore[assignment]

    thread = threading.Thread(target=erase)
    thread.start()
    found = events(client.get(f"/api/v1/jobs/{job_id}/events", headers=ANN).text)
    thread.join()
    assert found[-1] == ("gone", {"job_id": job_id})


class _Empty:
    """A ledger from which everything was erased."""

    def get(self, _job_id: str) -> None:
        return None


def test_a_caller_cannot_listen_everywhere_at_once(
    client: TestClient, done: str, resources: Resources
) -> None:
    with ExitStack() as taken:
        for _ in range(MOST_STREAMS_OF_ONE):
            taken.enter_context(resources.watch.place("ann"))
        answer = client.get(f"{done}/events", headers=ANN)
        assert (answer.status_code, answer.json()["error"]) == (429, "too-many-requests")
        assert answer.headers["Retry-After"] == "5"
    for _ in range(MOST_STREAMS_OF_ONE + 1):  # each gives its place back
        assert client.get(f"{done}/events", headers=ANN).status_code == 200


def test_a_stranger_hears_nothing(client: TestClient, done: str) -> None:
    assert client.get(f"{done}/events", headers={"X-User-ID": "bob"}).status_code == 404


def test_a_stream_ends_when_its_key_is_revoked_and_when_its_session_is_ended(
    tmp_path: Path, document: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ENTRY_SECONDS", 0.01)
    monkeypatch.setattr(keyring, "CACHE_SECONDS", 0.0)
    app = create_app(ApiSettings(data_dir=tmp_path, fit_warm="off", authentication="on"))
    resources: Resources = app.state.resources
    with TestClient(app) as client:
        made = resources.keys.create("ann", "a test")
        key = {"X-API-Key": made.text}
        job_id = client.post("/api/v1/optimize", content=document, headers=key).json()["job_id"]
        client.post("/sign-in", data={"key": made.text}, headers={"Sec-Fetch-Site": "same-origin"})
        session = resources.sessions.find(client.cookies)
        assert session is not None

        def end(how: Callable[[], None]) -> None:
            while not resources.watch.jobs_watched:
                threading.Event().wait(0.005)
            how()

        ways: list[tuple[dict[str, str], Callable[[], None]]] = [
            ({}, lambda: resources.keys.end_session(session.session_id, 3600)),
            (key, lambda: resources.keys.revoke(made.key_id)),
        ]
        for headers, how in ways:
            thread = threading.Thread(target=end, args=(how,))
            thread.start()
            found = events(client.get(f"/api/v1/jobs/{job_id}/events", headers=headers).text)
            thread.join()
            assert [name for name, _ in found] == ["progress"]
            assert client.get(f"/api/v1/jobs/{job_id}/events", headers=headers).status_code == 401
