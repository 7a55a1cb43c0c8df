"""The acceptance matrices of a hotel: one for each type, and one for run-of-house stays."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.compared_plan import ComparedPlan, rooms_of_plan
from optimizer_core.acceptance.component import ComponentCells
from optimizer_core.acceptance.insertion import gap_costs
from optimizer_core.acceptance.matrix import AcceptanceMatrix
from optimizer_core.domain import Limits, Plan, Problem
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.verification import verify

LONGEST_LOS_NIGHTS = 21
"""Default longest stay of a matrix."""

MOST_RESOLVES = 40
"""Most cells of one component to replan."""


def acceptance_matrices(
    problem: Problem,
    plan: Plan,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    longest_los: int = LONGEST_LOS_NIGHTS,
    room_types: Collection[str | None] | None = None,
    verify_up_to: Fraction | int | None = 0,
    most_resolves: int = MOST_RESOLVES,
    most_costs: int = 0,
) -> dict[str | None, AcceptanceMatrix]:
    """Return the cost of one more stay for every arrival and length.

    It covers gaps, adjacency and priced upgrades. Moves are free, and a budget for them is ignored. Arrivals
    before the hotel's `today` are left out.

    Parameters
    ----------
    problem
        The hotel.
    plan
        The best known valid plan; a better one is searched for if it is not proved best.
    solve_milp, limits
        The solver and its limits.
    longest_los
        Greatest length in nights; lengths beyond the schedule are left out.
    room_types
        Types to compute; None among them is run of house. None for all types, and run of house if there are
        several types.
    verify_up_to
        Cells that may cost at most this many points get an exact cost where the budget allows; others may
        keep bounds. None for all cells.
    most_resolves
        Most cells of one component to replan.
    most_costs
        Cells beyond `verify_up_to`, earliest arrivals first, that get an exact cost too if a few moves
        suffice; each type has an equal share.

    Raises
    ------
    InvalidInput
        If a type is unknown, the plan is invalid or the length is not positive.
    """
    _check(problem, plan, longest_los, room_types)
    grid = Grid(problem)
    known = problem.room_types
    if room_types is None:
        room_types = (*known, None) if len(known) > 1 else known
    arcs, costs = gap_arcs(grid), gap_costs(grid)
    longest = min(longest_los, grid.num_nights)
    rooms = rooms_of_plan(grid, plan.room_by_stay)
    most = None if verify_up_to is None else int(verify_up_to * grid.cost_scale // 1)
    cells: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
    for component in find_components(grid):
        if None in room_types or any(known[kind] in room_types for kind in component.kinds):
            base = ComparedPlan(grid, arcs, component, rooms, longest)
            share = most_costs * len(component.kinds) // len(known)
            cells |= ComponentCells(base, costs, solve_milp, limits, most).run(most_resolves, share)
    matrices: dict[str | None, AcceptanceMatrix] = {}
    for name in room_types:
        kinds = [kind for kind in sorted(cells) if name is None or known[kind] == name]
        # A stay that takes any room costs what it costs in the best type; so do its bounds.
        lower = np.minimum.reduce([cells[kind][0] for kind in kinds])
        upper = np.minimum.reduce([cells[kind][1] for kind in kinds])
        whole = AcceptanceMatrix(name, problem.start, grid.cost_scale, lower, upper)
        matrices[name] = whole.since(problem.today)
    return matrices


def _check(problem: Problem, plan: Plan, longest_los: int, room_types: Collection[str | None] | None) -> None:
    faults = []
    if longest_los < 1:
        faults.append(Fault(("longest_los",), f"must be at least 1 night, not {longest_los}"))
    for name in room_types or ():
        if name is not None and name not in problem.room_types:
            there = ", ".join(map(repr, problem.room_types))
            faults.append(Fault(("room_types",), f"the hotel has no rooms of type {name!r}; it has {there}"))
    violations = verify(problem, plan)
    if violations:
        faults.append(Fault(("plan",), f"is not valid, optimize the hotel first: {violations[0]}"))
    if faults:
        raise InvalidInput(faults)
