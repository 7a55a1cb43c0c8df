"""The cost of one more stay if no other stay may move: it goes into a gap of the given plan."""

from __future__ import annotations

from optimizer_core.acceptance.compared_plan import rooms_of_plan
from optimizer_core.acceptance.insertion import free_nights, gap_costs, insertion_costs
from optimizer_core.acceptance.matrix import AcceptanceMatrix
from optimizer_core.domain import Plan, Problem
from optimizer_core.network.grid import Grid


def matrix_as_given(
    problem: Problem, plan: Plan, *, room_type: str | None = None, longest_los: int = 21
) -> AcceptanceMatrix:
    """Return the cost of one more stay in the rooms of a plan, with every other stay kept in its room.

    The cost of a stay is the least, over the rooms, of the gaps it leaves less the gap it takes; free
    nights at the edges of the schedule cost nothing. Every cell is exact. Arrivals before the hotel's `today`
    are left out.

    Parameters
    ----------
    problem
        The hotel.
    plan
        A room for every stay, no two of them in one room on one night.
    room_type
        Type of the room; None for any.
    longest_los
        Greatest length in nights; lengths beyond the schedule are left out.
    """
    grid = Grid(problem)
    kinds = [kind for kind, name in enumerate(problem.room_types) if room_type in {None, name}]
    rooms = [room for kind in kinds for room in grid.rooms_of_type[kind]]
    stretches = free_nights(grid, rooms, rooms_of_plan(grid, plan.room_by_stay))
    units = grid.cost_scale // problem.cost_scale  # prices play no part here
    cost = insertion_costs(gap_costs(grid) // units, stretches, min(longest_los, grid.num_nights))
    matrix = AcceptanceMatrix(room_type, problem.start, problem.cost_scale, cost, cost.copy())
    return matrix.since(problem.today)
