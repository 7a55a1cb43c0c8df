"""Hotels that several tests use."""

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import EntryPoint
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import MinimumStay, Plan, Policy, Problem, Room, Stay, stays_by_room
from optimizer_core.network import MilpSolver
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
MONDAY = date(2027, 3, 1)
NO_ROOM = "-"
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


@pytest.fixture
def solve_milp() -> MilpSolver:
    """Return HiGHS."""
    return run_highs


def _stays_of_line(number: str, room_type: str, nights: str, changes: dict[str, Any]) -> list[Stay]:
    """Return the stays of one line: equal letters are one stay, capital letters are locked."""
    stays = []
    night = 0
    for letter, run in groupby(nights):
        los = len(list(run))
        if letter != ".":
            stay = Stay(
                letter,
                MONDAY + timedelta(night),
                MONDAY + timedelta(night + los),
                room_type,
                current_room=None if number == NO_ROOM else number,
                is_locked=letter.isupper(),
            )
            stays.append(replace(stay, **changes.get(letter, {})))
        night += los
    return stays


@pytest.fixture
def chart() -> Callable[..., Problem]:
    """Return a maker of hotels from tape charts.

    A line is a room and its nights, beginning with a Monday: ``"1 aa.bbb"`` or, with its type,
    ``"1:Suite aa.bbb"``. Equal letters are one stay, capital letters are locked, dots are free nights. The
    room ``-`` holds stays that have no room yet. Keywords named like a stay change its fields; ``adjacent``
    takes pairs of rooms such as ``"1-2"``.
    """

    def make(
        *lines: str,
        minimum: int | MinimumStay = 3,
        adjacent: tuple[str, ...] = (),
        policy: Policy | None = None,
        **changes: Any,
    ) -> Problem:
        near: dict[str, set[str]] = {}
        for pair in adjacent:
            one, two = pair.split("-")
            near.setdefault(one, set()).add(two)
        rooms, stays = [], []
        for line in lines:
            label, _, nights = line.partition(" ")
            number, _, room_type = label.partition(":")
            stays += _stays_of_line(number, room_type or "A", nights.strip(), changes)
            if number != NO_ROOM:
                rooms.append(Room(number, room_type or "A", frozenset(near.get(number, ()))))
        minimum_stay = MinimumStay(minimum) if isinstance(minimum, int) else minimum
        return Problem("chart", tuple(rooms), tuple(stays), minimum_stay, policy=policy or Policy())

    return make


@pytest.fixture
def drawn() -> Callable[[Problem, Plan], list[str]]:
    """Return what draws a plan as a tape chart: the nights of each room, in order of the rooms."""

    def draw(problem: Problem, plan: Plan) -> list[str]:
        lines = []
        for stays in stays_by_room(problem, plan).values():
            nights = ["."] * problem.num_nights
            for stay in stays:
                for night in range(problem.night(stay.arrival), problem.night(stay.departure)):
                    assert nights[night] == ".", "two stays on one night"
                    nights[night] = stay.stay_id
            lines.append("".join(nights))
        return lines

    return draw
