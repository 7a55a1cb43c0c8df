"""Results to be shown: one written by hand, small enough to count on, and one that was solved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from job_ledger import JobRecord
from optimizer_core.run import run_json
from optimizer_core.wire import PlanEntry, ResultDocument, RoomEntry, load_result
from optimizer_core.wire.result import MoveEntry

TEN_ROOMS = Path(__file__).parents[4] / "examples" / "ten-rooms.json"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def stay(name: str, day: int, nights: int, after: str, before: str | None = None, **fields: Any) -> PlanEntry:
    """Return a stay of May 2027; it was in the same room before unless another one is given."""
    return PlanEntry(
        name=name,
        arrival=date(2027, 5, day),
        length=nights,
        assigned_room=after,
        current_room=before or after,
        **fields,
    )


def move(position: int, of: PlanEntry, reason: str = "it fills a gap") -> MoveEntry:
    """Return the move of a stay."""
    return MoveEntry(
        reservation=position,
        name=of.name,
        id=of.id,
        from_room=of.current_room or "",
        to_room=of.assigned_room or "",
        arrival=of.arrival,
        length=of.length,
        chain=0,
        reason=reason,
    )


def small_result(**fields: Any) -> ResultDocument:
    """Return a hotel of three rooms and four stays from Saturday 1 May 2027 on; one stay moves.

    Room 1 (Lake): Ann the 1st to the 3rd, a free night, Bob the 4th to the 6th, who comes from room 2.
    Room 2 (Lake): Cem, locked, the 1st to the 4th. Room 3 (Garden): Dee, who booked Lake, the 2nd to the 4th.
    """
    stays = [
        stay("Ann", 1, 2, "1", id=11, room_type="Lake"),
        stay("Bob", 4, 2, "1", before="2", id=12, room_type="Lake"),
        stay("Cem", 1, 3, "2", id=13, room_type="Lake", is_locked=True),
        stay("Dee", 2, 2, "3", id=14, room_type="Lake"),
    ]
    given: dict[str, Any] = {
        "problem_id": "small",
        "processing_date": date(2027, 4, 1),
        "succeeded": True,
        "rooms": [
            RoomEntry(room_number="1", room_type="Lake"),
            RoomEntry(room_number="2", room_type="Lake"),
            RoomEntry(room_number="3", room_type="Garden"),
        ],
        "optimized_plan": stays,
        "moves": [move(1, stays[1], "it makes way in room 2 for Reservations[2] (Id 13)")],
        "moved_stays": 1,
        "minimum_stay": 2,
        "solver_status": "optimal",
        "gap": 0.0,
    }
    return ResultDocument(**given | fields)


@cache
def solved() -> bytes:
    """Return the result of the ten rooms, with restrictions."""
    return run_json(TEN_ROOMS.read_bytes(), backend="highs")


@pytest.fixture
def done(client: TestClient, finish: Callable[..., JobRecord]) -> str:
    """Return the id of a finished job of the ten rooms."""
    answer = client.post("/example", data={"name": "ten-rooms"}, headers=SAME_ORIGIN, follow_redirects=False)
    job_id = answer.headers["location"].rsplit("/", 1)[-1]
    finish(job_id, solved())
    return str(job_id)


@cache
def solved_with_curve() -> bytes:
    """Return the result of the ten rooms, with a curve of four points."""
    return run_json(TEN_ROOMS.read_bytes(), backend="highs", curve_points=15)


@pytest.fixture
def curve_result() -> bytes:
    """Return the result of the ten rooms, with a curve of four points: 0, 1, 3 and 5 moves."""
    return solved_with_curve()


@pytest.fixture
def with_curve(client: TestClient, done: str, finish: Callable[..., JobRecord], curve_result: bytes) -> str:
    """Return the id of a finished job that has drawn the curve of the ten rooms."""
    answer = client.post(f"/jobs/{done}/curve", headers=SAME_ORIGIN, follow_redirects=False)
    job_id = answer.headers["location"].split("/")[2]
    finish(job_id, curve_result)
    return str(job_id)


@pytest.fixture
def small() -> Callable[..., ResultDocument]:
    """Return what makes the small result, with other fields where they are given."""
    return small_result


@pytest.fixture
def ten_rooms() -> ResultDocument:
    """Return the result of the ten rooms."""
    return load_result(solved())
