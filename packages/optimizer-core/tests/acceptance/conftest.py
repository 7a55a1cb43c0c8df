"""A solver, and hotels whose nights are counted from 0."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from optimizer_core.backends.highs import HighsBackend
from optimizer_core.domain import MinimumStay, Problem, Room, Stay
from optimizer_core.network import MilpSolver

FIRST = date(2026, 5, 1)
MakeHotel = Callable[..., Problem]


@pytest.fixture(scope="session")
def solve_milp() -> MilpSolver:
    """Return the solver of the built-in HiGHS backend."""
    return HighsBackend().solve_milp


@pytest.fixture
def hotel() -> MakeHotel:
    """Return a maker of hotels from (room, first night, nights) triples; a fourth entry locks the stay."""

    def make(rooms: dict[str, str], *stays: tuple[Any, ...], minimum: int = 2, **rest: Any) -> Problem:
        made = []
        for index, (room, first, nights, *locked) in enumerate(stays):
            arrival = FIRST + timedelta(first)
            departure = arrival + timedelta(nights)
            made.append(
                Stay(f"s{index}", arrival, departure, rooms[room], current_room=room, is_locked=bool(locked))
            )
        types = tuple(Room(number, room_type) for number, room_type in rooms.items())
        return Problem("test", types, tuple(made), MinimumStay(minimum), **rest)

    return make
