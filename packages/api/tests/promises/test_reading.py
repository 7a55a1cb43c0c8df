"""A job followed, shown and asked about, with a real worker and real HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from .conftest import API, HOTEL, ROOT, WORKER, Service, wait_for_end

pytestmark = pytest.mark.integration


def follow(client: httpx2.Client, job: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a job until its stream ends."""
    found, name = [], ""
    with client.stream("GET", f"{job}/events") as stream:
        assert stream.status_code == 200
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                found.append((name, json.loads(line.removeprefix("data: "))))
    return found


def test_a_job_is_followed_to_its_end_then_shown_and_asked_about(start: Callable[..., Service]) -> None:
    service = start(API, WORKER, FIT_SECONDS="20")
    page = (ROOT / "docs" / "reference" / "http-reading.md").read_text()
    (enquiry,) = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    with service.client() as client:
        options = {"max_moves": "5", "move_price": "0.5"}
        job = client.post("/api/v1/optimize", content=HOTEL, params=options).headers["Location"]
        told = follow(client, job)
        assert {name for name, _ in told[:-1]} <= {"progress"}
        assert (told[-1][0], told[-1][1]["status"]) == ("completed", "completed")

        result = client.get(f"{job}/result").json()
        assert result["Policy"] == {"MaxMoves": 5, "MovePrice": 0.5, "UpgradePrice": None}
        assert result["MovedStays"] <= 5
        assert client.get(f"{job}/problem").content == HOTEL
        for view in ("chart.svg", "chart.png", "acceptance.svg", "restrictions.csv", "moves.csv"):
            answer = client.get(f"{job}/{view}")
            assert (answer.status_code, bool(answer.content)) == (200, True), view

        at_once = client.post(f"{job}/fit", json=json.loads(enquiry))
        assert at_once.status_code == 200, at_once.text
        many = {"Requests": json.loads(enquiry)["Requests"] * 11}
        later = client.post(f"{job}/fit", json=many)
        assert later.status_code == 202
        done = wait_for_end(client, later.json()["job_id"])
        answers = done["result"]["result"]["Requests"]
        fits = [entry["Fits"] for entry in at_once.json()["Requests"]]
        assert [entry["Fits"] for entry in answers] == fits * 11, "both ways give the same answers"
    service.stop()


def test_an_api_that_stops_ends_its_streams(start: Callable[..., Service]) -> None:
    """Nobody does the job, so the stream would never end by itself."""
    service = start(API)
    told: list[tuple[str, dict[str, Any]]] = []
    with service.client() as client:
        job = client.post("/api/v1/optimize", content=HOTEL).headers["Location"]
        first = threading.Event()

        def listen() -> None:
            with client.stream("GET", f"{job}/events") as stream:
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        told.append(("", json.loads(line.removeprefix("data: "))))
                        first.set()

        listener = threading.Thread(target=listen)
        listener.start()
        assert first.wait(30)
        os.kill(service.programs[API].pid, signal.SIGTERM)
        listener.join(30)
        assert not listener.is_alive()
        assert [entry["status"] for _, entry in told] == ["queued"]
    service.stop()
