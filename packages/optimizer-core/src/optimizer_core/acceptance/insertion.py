"""The cost of one more stay if no other stay moves: it goes into a gap of the plan."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.matrix import UNSELLABLE
from optimizer_core.network.grid import Grid
from optimizer_core.objective import gap_cost

FreeNights = tuple[int | None, int | None]
"""Departure before and arrival after some free nights of a room; None at an edge of the schedule."""


def free_nights(grid: Grid, rooms: Iterable[int], room_of_stay: list[int]) -> set[FreeNights]:
    """Return the distinct stretches of free nights of some rooms.

    Parameters
    ----------
    grid
        The hotel.
    rooms
        Positions of the rooms.
    room_of_stay
        Room of every stay.
    """
    last: dict[int, int | None] = dict.fromkeys(rooms)
    found: set[FreeNights] = set()
    for stay, room in enumerate(room_of_stay):  # in order of arrival
        if room in last:
            if (last[room] or 0) != grid.arrival[stay]:
                found.add((last[room], grid.arrival[stay]))
            last[room] = grid.departure[stay]
    found.update((departure, None) for departure in last.values())
    return found


def gap_costs(grid: Grid) -> NDArray[np.int64]:
    """Return the cost of each gap in units, int64, shape (nights + 1, nights + 1): first night, length."""
    nights = grid.num_nights
    costs = np.zeros((nights + 1, nights + 1), dtype=np.int64)
    for night, least in enumerate(grid.problem.minimum_stays):
        for length in range(1, min(2 * least, nights) + 1):
            costs[night, length] = gap_cost(least, length, grid.cost_scale)
    return costs


def insertion_costs(
    costs: NDArray[np.int64], stretches: Iterable[FreeNights], longest_los: int
) -> NDArray[np.int64]:
    """Return the cost of a stay in the best of some stretches; `UNSELLABLE` if it fits into none.

    Parameters
    ----------
    costs
        Result of `gap_costs`.
    stretches
        The free nights.
    longest_los
        Greatest length of a stay.

    Returns
    -------
    int64, shape (nights, longest_los)
        Change of the gap cost in units, for each arrival and length.
    """
    nights = costs.shape[0] - 1
    cells = np.full((nights, longest_los), UNSELLABLE, dtype=np.int64)
    lengths = np.arange(1, longest_los + 1)
    for before, after in stretches:
        first, end = before or 0, nights if after is None else after
        if end <= first:
            continue
        arrivals = np.arange(first, end)
        departures = arrivals[:, None] + lengths[None, :]
        fits = departures <= end
        departures = np.minimum(departures, end)
        old = 0 if before is None or after is None else costs[before, after - before]
        change = np.zeros_like(departures) - old
        if before is not None:
            change += costs[before, arrivals - before][:, None]
        if after is not None:
            change += costs[departures, after - departures]
        block = cells[first:end]
        np.minimum(block, np.where(fits, change, UNSELLABLE), out=block)
    return cells
