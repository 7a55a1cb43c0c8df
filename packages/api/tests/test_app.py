from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.settings import ApiSettings
from job_ledger import StoreUnavailable


def test_two_applications_live_side_by_side(tmp_path: Path) -> None:
    """Nothing of one is in the module: not its settings, its ledger or its figures."""
    apps = [create_app(ApiSettings(data_dir=tmp_path / name)) for name in ("a", "b")]
    with TestClient(apps[0]) as first, TestClient(apps[1]) as second:
        first.get("/health")
        told = 'bookingopt_http_requests_total{method="GET",route="/health",status="200"}'
        assert told in first.get("/metrics").text
        assert told not in second.get("/metrics").text


def test_a_ledger_that_cannot_be_opened_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").mkdir()
    with pytest.raises(StoreUnavailable):
        create_app(ApiSettings(data_dir=tmp_path))


def test_there_are_no_pages_that_load_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
    assert client.get("/openapi.json").json()["openapi"].startswith("3.1")


def test_more_requests_than_one_process_takes_are_told_to_come_again(tmp_path: Path) -> None:
    """And each of those it takes has a thread: none of them waits for another one."""
    app = create_app(ApiSettings(data_dir=tmp_path, max_requests=4))
    inside, go_on = Semaphore(0), Event()

    @app.get("/slow")
    def slow() -> None:
        inside.release()
        assert go_on.wait(30)

    with TestClient(app) as client, ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(client.get, "/slow") for _ in range(4)]
        assert all(inside.acquire(timeout=30) for _ in range(4))
        refused = client.get("/api/v1/jobs")
        watched = client.get("/livez")
        go_on.set()
        assert [answer.result().status_code for answer in waiting] == [200] * 4
        assert (refused.status_code, refused.json()["error"]) == (503, "busy")
        assert watched.status_code == 200
        assert client.get("/api/v1/jobs").status_code == 200
