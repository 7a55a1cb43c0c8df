from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

ANN = {"X-User-ID": "ann"}


def test_the_problem_comes_back_byte_for_byte(client: TestClient, done: str, hotel: bytes) -> None:
    answer = client.get(f"{done}/problem", headers=ANN)
    assert (answer.content, answer.headers["Content-Type"]) == (hotel, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_result_comes_alone_and_byte_for_byte(client: TestClient, done: str, solved: bytes) -> None:
    answer = client.get(f"{done}/result", headers=ANN)
    assert answer.content == solved
    again = client.get(f"{done}/result", headers=ANN | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_queued_job_has_a_problem_and_no_result(client: TestClient, submitted: Callable[..., str]) -> None:
    job = f"/api/v1/jobs/{submitted()}"
    assert client.get(f"{job}/problem", headers=ANN).status_code == 200
    answer = client.get(f"{job}/result", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (409, "not-finished")
    assert answer.headers["Retry-After"] == "1"


def test_a_result_without_a_plan_is_still_a_result(client: TestClient, infeasible: str) -> None:
    assert client.get(f"{infeasible}/result", headers=ANN).json()["CurrentScheduleInfeasible"] is True
    assert client.get(f"{infeasible}/moves.csv", headers=ANN).json()["error"] == "no-plan"


def test_moves_are_listed_by_day(client: TestClient, done: str, solved: bytes) -> None:
    answer = client.get(f"{done}/moves.csv", headers=ANN)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="moves.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(json.loads(solved)["Moves"]) > 0
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


@pytest.mark.parametrize("name", ["problem", "result", "moves.csv"])
def test_a_stranger_gets_nothing(client: TestClient, done: str, name: str) -> None:
    assert client.get(f"{done}/{name}", headers={"X-User-ID": "bob"}).status_code == 404
