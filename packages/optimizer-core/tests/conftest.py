"""Hotels that several tests use."""

import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay
from optimizer_core.plugins import (
    Availability,
    AvailabilityState,
    Backend,
    BackendSpec,
    Capability,
    PluginManager,
    hookimpl,
)

ROOT = Path(__file__).resolve().parents[3]
FIRST = date(2026, 5, 1)
MakeStay = Callable[..., Stay]


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real inputs beside the repository; the test is skipped where it is missing."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real inputs are not beside this repository (../shared/data)")
    return folder


@pytest.fixture
def across_a_process_border() -> Callable[[Any], Any]:
    """Return what takes a value to bytes and back, as between the worker and its solving child."""
    return lambda value: pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes


@pytest.fixture
def document() -> dict[str, Any]:
    """Return a problem document: two rooms, a locked stay, and one that leaves an orphan night before it."""
    return {
        "ProblemId": "two rooms",
        "MinimumStay": 3,
        "Rooms": [
            {"RoomNumber": "101", "RoomType": "A", "AdjacentRooms": ["102"]},
            {"RoomNumber": "102", "RoomType": "A"},
        ],
        "Reservations": [
            {
                "Name": "Ann",
                "Id": 1,
                "Arrival": "2026-05-01",
                "Length": 2,
                "RoomType": "A",
                "AssignedRoom": "101",
            },
            {
                "Name": "Bob",
                "Id": 2,
                "Arrival": "2026-05-01",
                "Length": 3,
                "RoomType": "A",
                "AssignedRoom": "102",
            },
            {
                "Name": "Cy",
                "Id": 3,
                "Arrival": "2026-05-04",
                "Length": 2,
                "RoomType": "A",
                "AssignedRoom": "101",
                "IsLocked": True,
            },
            {"Name": "Di", "Id": 4, "Arrival": "2026-05-03", "Length": 4, "RoomType": "A"},
        ],
    }


@pytest.fixture
def stay() -> MakeStay:
    """Return a maker of stays whose nights are counted from 2026-05-01."""

    def make(stay_id: str, first: int, nights: int, room: str | None = None, **rest: Any) -> Stay:
        arrival = FIRST + timedelta(first)
        return Stay(stay_id, arrival, arrival + timedelta(nights), current_room=room, **rest)

    return make


@pytest.fixture
def crossed(stay: MakeStay) -> Problem:
    """Return two rooms whose later stays sit crosswise: orphan gaps of 1 and 2 nights, minimum stay 3."""
    return Problem(
        "crossed",
        (Room("1"), Room("2")),
        (stay("a", 0, 2, "1"), stay("b", 0, 3, "2"), stay("c", 3, 4, "1"), stay("d", 5, 3, "2")),
        MinimumStay(3),
    )


@pytest.fixture
def uncrossed() -> Plan:
    """Return the best plan for `crossed`: b and c without a gap, 3 nights free between a and d."""
    return Plan({"a": "1", "b": "2", "c": "2", "d": "1"})


class Unusable:
    """Backends that cannot be used, each for another reason."""

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        """Yield one that lacks something, and one whose check fails."""
        missing = Availability(AvailabilityState.MISSING_DEPENDENCY, "Install solver-x.")
        can = frozenset({Capability.PRICES, Capability.LOCKS})
        yield BackendSpec("x", "Solver X", can, _no_backend, lambda: missing, 5, version="2.1")
        yield BackendSpec("y", "Solver Y", frozenset(), _no_backend, _raise, 4)


def _no_backend(_options: Mapping[str, bool | float | str]) -> Backend:
    raise NotImplementedError


def _raise() -> Availability:
    raise RuntimeError("license server away")


@pytest.fixture
def nothing_usable() -> PluginManager:
    """Return plugins of which nothing can be used: two backends, and a plugin that cannot be loaded."""
    broken = EntryPoint("broken", "no_such_module", "optimizer_core")
    return PluginManager({"test": Unusable()}, external=[broken])
