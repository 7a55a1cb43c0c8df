"""Hotels drawn as tape charts, and a solver."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import MinimumStay, Plan, Policy, Problem, Room, Stay, stays_by_room
from optimizer_core.network import MilpSolver

MONDAY = date(2027, 3, 1)
NO_ROOM = "-"


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
