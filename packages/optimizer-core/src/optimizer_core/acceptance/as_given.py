"""What one more stay costs when nobody may move: it takes one of the gaps of the rooms as they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.matrix import UNSELLABLE, AcceptanceMatrix
from optimizer_core.domain import Plan, Problem, stays_by_room
from optimizer_core.objective import gap_cost

FreeNights = tuple[int, int, bool, bool]
"""First free night, the night after the last one, and whether a stay lies before and after them."""


def matrix_as_given(
    problem: Problem, plan: Plan, *, room_type: str | None = None, longest_los: int = 21
) -> AcceptanceMatrix:
    """Return what one more stay costs in the rooms of a plan, with every stay kept where it is.

    The cost of a stay is the least, over the rooms, of the gaps it leaves less the gap it takes; free
    nights at the edges of the schedule cost nothing. Every cell is exact.

    Parameters
    ----------
    problem
        The hotel.
    plan
        A room for every stay, no two of them in one room on one night.
    room_type
        Type of the room; None for any.
    longest_los
        Greatest length in nights; longer ones than the schedule are left out.
    """
    nights, scale = problem.num_nights, problem.cost_scale
    longest_los = min(longest_los, nights)
    cost = np.full((nights, longest_los), UNSELLABLE, dtype=np.int64)
    gap_costs = _gap_costs(problem)
    for first, end, is_after, is_before in sorted(_free_nights(problem, plan, room_type)):
        free = end - first
        lengths = np.arange(1, min(longest_los, free) + 1)
        before, after = np.arange(free)[:, None], free - np.arange(free)[:, None] - lengths
        fits = after >= 0
        left = gap_costs[first, before] if is_after else np.zeros_like(before)
        right = gap_costs[first + before + lengths, np.maximum(after, 0)] if is_before else 0
        taken = gap_costs[first, free] if is_after and is_before else 0
        part = cost[first:end, : lengths.size]
        np.minimum(part, np.where(fits, left + right - taken, UNSELLABLE), out=part)
    return AcceptanceMatrix(room_type, problem.start, scale, cost, cost.copy())


def _gap_costs(problem: Problem) -> NDArray[np.int64]:
    """Return the cost of a gap by first night and length, in units; zero from twice the minimum stay on."""
    nights, scale = problem.num_nights, problem.cost_scale
    costs = np.zeros((2 * nights + 1, nights + 1), dtype=np.int64)
    for night, minimum in enumerate(problem.minimum_stays):
        for length in range(1, min(2 * minimum, nights) + 1):
            costs[night, length] = gap_cost(minimum, length, scale)
    return costs


def _free_nights(problem: Problem, plan: Plan, room_type: str | None) -> set[FreeNights]:
    """Return the free nights of the rooms of a type; equal ones of two rooms count once."""
    types = {room.number: room.room_type for room in problem.rooms}
    found: set[FreeNights] = set()
    for number, stays in stays_by_room(problem, plan).items():
        if room_type is None or types[number] == room_type:
            taken = [(problem.night(stay.arrival), problem.night(stay.departure)) for stay in stays]
            found.update(_between(taken, problem.num_nights))
    return found


def _between(taken: list[tuple[int, int]], num_nights: int) -> Iterator[FreeNights]:
    edges = [(0, 0), *taken, (num_nights, num_nights)]
    last = len(edges) - 2
    for position, ((_, first), (end, _)) in enumerate(pairwise(edges)):
        if end > first:
            yield first, end, position > 0, position < last
