"""One stack for all tests of it: started when the first of them asks, removed after the last."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.integration.engine import ROOT, need_engine, need_images
from tests.integration.stack import Stack, running_stack


@pytest.fixture(scope="session")
def engine() -> None:
    """Need a Docker engine with the base images, or skip and say why."""
    need_engine()
    need_images()


@pytest.fixture(scope="session")
def session_stack(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:  # noqa: ARG001
    """Start the stack."""
    yield from running_stack(tmp_path_factory.mktemp("stack"))


@pytest.fixture
def stack(session_stack: Stack) -> Stack:
    """Return the stack as it is meant to be, whatever the test before did to it."""
    if not session_stack.is_healthy():
        session_stack.up("--scale", "worker=1")
    return session_stack


@pytest.fixture(scope="session")
def hotel() -> bytes:
    """Return a small hotel."""
    return (ROOT / "examples" / "ten-rooms.json").read_bytes()


@pytest.fixture(scope="session")
def slow_hotel() -> bytes:
    """Return a hotel that no solver is done with before its time is over: groups that want adjacent rooms."""
    draw = random.Random(1)
    rooms: list[dict[str, Any]] = [{"RoomNumber": f"{number:02}"} for number in range(60)]
    for one, next_door in pairwise(rooms):
        one["AdjacentRooms"] = [next_door["RoomNumber"]]
    stays: list[dict[str, Any]] = []
    for room in rooms:
        day = draw.randrange(3)
        while day < 60:
            nights = draw.choice([1, 1, 2, 2, 3, 3, 4, 5, 7])
            arrival = str(date(2026, 5, 1) + timedelta(day))
            stays.append({"Arrival": arrival, "Length": nights, "AssignedRoom": room["RoomNumber"]})
            day += nights + draw.choice([0, 0, 0, 1, 2, 3])
    for number, stay in enumerate(sorted(stays, key=lambda stay: str(stay["Arrival"]))):
        stay["Id"], stay["AdjacencyGroup"] = number, f"{stay['Arrival']} {number // 3}"
    return json.dumps({"ProblemId": "slow", "Rooms": rooms, "Reservations": stays}).encode()
