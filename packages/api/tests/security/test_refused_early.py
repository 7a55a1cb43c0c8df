"""A document beyond a limit is refused before it is validated, and before anything is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.documents import reading
from bookingopt_api.resources import Resources
from bookingopt_api.settings import ApiSettings
from job_ledger import JobStore

Hotel = dict[str, Any]
STAY: Hotel = {"Id": 1, "Arrival": "2027-05-01", "Length": 2}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """Return an application with limits that a test can go beyond."""
    settings = ApiSettings(
        data_dir=tmp_path / "ledger", fit_warm="off", max_document_bytes=20_000, max_document_depth=6,
        max_rooms=4,
        max_reservations=5, max_new_reservations=3, max_horizon_nights=30, max_groups=2, max_adjacencies=4,
        max_minimum_stay_nights=7,
    )  # fmt: skip
    made = create_app(settings)
    yield made
    made.state.resources.close()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, resources: Resources) -> list[str]:
    """Return what is done with documents beyond looking at their limits: validated, stored, delivered."""
    done: list[str] = []

    def watch(place: object, name: str) -> None:
        real: Callable[..., Any] = getattr(place, name)

        def called(*arguments: Any, **named: Any) -> Any:
            done.append(name)
            return real(*arguments, **named)

        monkeypatch.setattr(place, name, called)

    watch(reading, "to_document")
    watch(resources.store, "accept")
    watch(resources.queue, "deliver")
    return done


def _hotel(**changes: object) -> bytes:
    hotel: Hotel = {"ProblemId": "x", "Rooms": [{"RoomNumber": "1"}], "Reservations": [STAY]}
    return json.dumps(hotel | changes).encode()


def _groups(count: int) -> list[Hotel]:
    return [STAY | {"AdjacencyGroup": f"group {number}"} for number in range(count)]


@pytest.mark.parametrize(
    ("content", "status", "place"),
    [
        (_hotel() + b" " * 20_000, 413, None),
        (_hotel(Rooms=[{"RoomNumber": str(number)} for number in range(5)]), 422, "Rooms"),
        (_hotel(Reservations=[STAY] * 6), 422, "Reservations"),
        (_hotel(NewReservations=[STAY] * 4), 422, "NewReservations"),
        (_hotel(Reservations=[STAY, STAY | {"Arrival": "2027-06-01"}]), 422, "Reservations"),
        (_hotel(Reservations=[STAY | {"Length": 31}]), 422, "Reservations[0].Length"),
        (_hotel(Reservations=_groups(3)), 422, "Reservations"),
        (_hotel(Rooms=[{"RoomNumber": "1", "AdjacentRooms": ["2"] * 5}]), 422, "Rooms"),
        (_hotel(MinimumStay=8), 422, "MinimumStay"),
        (_hotel(Reservations=[STAY | {"Id": [[[[]]]]}]), 422, "Reservations[0].Id"),
        (b"[" * 15_000, 422, ""),
    ],
    ids=[
        "bytes", "rooms", "reservations", "new reservations", "horizon", "one stay", "groups", "adjacencies",
        "minimum stay", "depth", "nothing but depth",
    ],
)  # fmt: skip
def test_each_limit_refuses_before_the_validation_and_the_ledger(
    client: TestClient, store: JobStore, seen: list[str], content: bytes, status: int, place: str | None
) -> None:
    answer = client.post("/api/v1/optimize", content=content)
    assert answer.status_code == status, answer.text
    if place is not None:
        assert answer.json()["error"] in {"document-limit", "invalid-document"}
        assert answer.json()["errors"][0]["place"] == place
    assert seen == []
    assert store.statistics().queued == 0


def test_what_is_within_the_limits_comes_through_all_of_them(
    client: TestClient, store: JobStore, seen: list[str]
) -> None:
    """Otherwise nothing could be told from what was not done above."""
    assert client.post("/api/v1/optimize", content=_hotel()).status_code == 200
    assert seen == ["to_document", "accept", "deliver"]
    assert store.statistics().queued == 1


def test_of_a_document_full_of_mistakes_a_hundred_are_told(client: TestClient, seen: list[str]) -> None:
    entries = [{"RoomNumber": 1} | {f"Unknown {number}": 1 for number in range(50)} for _ in range(4)]
    answer = client.post("/api/v1/optimize", content=_hotel(Rooms=entries))
    assert answer.status_code == 422
    assert answer.json()["detail"] == "The document has more than 100 faults; see errors."
    assert len(answer.json()["errors"]) == 101
    assert answer.json()["errors"][-1] == {"place": "", "message": "and more faults, which are not listed"}
    assert seen == ["to_document"]
