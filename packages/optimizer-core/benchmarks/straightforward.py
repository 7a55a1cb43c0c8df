"""The model that comes to mind first, to be compared with.

A column ``x[i, r]`` says that stay i is in room r. For two stays that leave a gap which costs something,
``y[i, j, r] >= x[i, r] + x[j, r] - 1 - sum of x[k, r] over stays k that lie in the gap`` pays for it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from optimizer_core import Problem
from optimizer_core.network import MilpModel
from optimizer_core.objective import gap_cost


def straightforward_model(problem: Problem) -> MilpModel:
    """Return the model of a hotel whose stays each have one type."""
    stays, rooms = problem.stays, problem.rooms
    columns = {
        (i, r): position
        for position, (i, r) in enumerate(
            (i, r)
            for i, stay in enumerate(stays)
            for r, room in enumerate(rooms)
            if stay.may_use(room.room_type)
            and (not problem.is_fixed(stay) or room.number == stay.current_room)
        )
    }
    cost = [0.0] * len(columns)
    rows: list[tuple[dict[int, float], float, float]] = [
        ({columns[i, r]: 1.0 for r in range(len(rooms)) if (i, r) in columns}, 1.0, 1.0)
        for i in range(len(stays))
    ]
    for night in range(problem.num_nights):
        here = [i for i, s in enumerate(stays) if s.arrival <= problem.date(night) < s.departure]
        for r in range(len(rooms)):
            taken = {columns[i, r]: 1.0 for i in here if (i, r) in columns}
            if len(taken) > 1:
                rows.append((taken, -np.inf, 1.0))
    for i, j, units, between in _gaps(problem):
        for r in range(len(rooms)):
            if (i, r) in columns and (j, r) in columns:
                gap = len(cost)
                cost.append(float(units))
                row = {gap: 1.0, columns[i, r]: -1.0, columns[j, r]: -1.0}
                row |= {columns[k, r]: 1.0 for k in between if (k, r) in columns}
                rows.append((row, -1.0, np.inf))
    return _as_model(cost, rows, len(columns))


def _gaps(problem: Problem) -> Iterator[tuple[int, int, int, list[int]]]:
    """Yield (stay before, stay after, cost, stays that fit in between) for each gap that costs something."""
    stays, minimum = problem.stays, problem.minimum_stays
    for i, before in enumerate(stays):
        if before.departure >= problem.end:
            continue
        least = minimum[problem.night(before.departure)]
        for j, after in enumerate(stays):
            nights = (after.arrival - before.departure).days
            units = gap_cost(least, nights, problem.cost_scale) if nights > 0 else 0
            if units:
                inside = [
                    k
                    for k, stay in enumerate(stays)
                    if before.departure <= stay.arrival and stay.departure <= after.arrival
                ]
                yield i, j, units, inside


def _as_model(
    cost: list[float], rows: list[tuple[dict[int, float], float, float]], num_binary: int
) -> MilpModel:
    entries = [(r, column, value) for r, (row, _, _) in enumerate(rows) for column, value in row.items()]
    at, column, value = zip(*entries, strict=True)
    size = len(cost)
    return MilpModel(
        np.array(cost),
        sparse.csc_matrix((value, (at, column)), shape=(len(rows), size)),
        np.array([low for _, low, _ in rows]),
        np.array([high for _, _, high in rows]),
        np.zeros(size),
        np.ones(size),
        np.arange(size) < num_binary,
    )
