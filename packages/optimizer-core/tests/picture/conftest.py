"""Hotels to draw: one that has everything, and random ones of any size."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from optimizer_core.domain import MinimumStay, Room
from optimizer_core.picture import ChartStay, TapeChart

START = date(2026, 10, 1)  # a Thursday
MakeChart = Callable[..., TapeChart]


def day(number: int) -> date:
    """Return a day by its distance from the first night."""
    return START + timedelta(number)


@pytest.fixture
def everything() -> TapeChart:
    """Three rooms with every kind of stay and gap; minimum stay 3."""
    rooms = (Room("101", "Double"), Room("102", "Double"), Room("201", "Suite"))
    stays = (
        ChartStay("Plain", day(0), day(4), "101", "101"),
        ChartStay(
            "Locked", day(5), day(9), "101", "101", is_locked=True
        ),  # an orphan gap of 1 night before it
        ChartStay("Moved", day(0), day(6), "102", "201"),
        ChartStay("Group 1", day(9), day(14), "102", "102", group="Wedding"),
        ChartStay(
            "Group 2", day(10), day(14), "201", "201", group="Wedding"
        ),  # 4 nights free: barely sellable
        ChartStay("New", day(4), day(9), None, "102", is_new=True),
    )
    return TapeChart(
        "Small hotel", rooms, stays, day(0), day(14), MinimumStay(3), "Proved: no plan is better"
    )


@pytest.fixture
def make_chart() -> MakeChart:
    """Return a maker of random hotels that are packed without overlap on both sides."""

    def make(rooms: int, nights: int, *, seed: int = 1, longest_gap: int = 4) -> TapeChart:
        draw = random.Random(seed)
        numbers = [str(100 + index) for index in range(rooms)]
        before = list(numbers)
        for index in range(1, rooms, 2):  # whole rooms change places, so that nothing overlaps before either
            if draw.random() < 0.3:
                before[index - 1 : index + 1] = numbers[index], numbers[index - 1]
        stays = []
        for number, old in zip(numbers, before, strict=True):
            arrival = draw.randrange(3)
            while True:
                length = 1 + min(int(draw.expovariate(0.4)), 13)
                if arrival + length > nights:
                    break
                kind = draw.random()
                stays.append(
                    ChartStay(
                        draw.choice(["Anna Schmidt", "Li Wei", "Maria dos Santos Pereira", "O'Brien", "Kim"]),
                        day(arrival),
                        day(arrival + length),
                        old,
                        number,
                        is_locked=kind < 0.2 and old == number,
                        group=draw.choice("ABC") if 0.2 < kind < 0.3 else None,
                    )
                )
                arrival += length + draw.choice([0, 0, *range(1, longest_gap + 1)])
        types = ["Double", "Single", "Suite"]
        hotel = tuple(Room(number, types[index * 3 // rooms]) for index, number in enumerate(numbers))
        return TapeChart("Random hotel", hotel, tuple(stays), day(0), day(nights), MinimumStay(3))

    return make
