"""Solves a model for its flows, and accepts only whole numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from optimizer_core.domain import Limits
from optimizer_core.network.commodities import Flow
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus
from optimizer_core.network.model import FlowModel

WHOLE = 1e-5
"""Largest distance from a whole number at which a column counts as one."""

PROVING_GAP = 0.999
"""Absolute gap that proves an optimum when every cost is a whole number."""


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """Flows of a model and what is proved about them.

    Parameters
    ----------
    status
        The status of the solver.
    flows
        One for each commodity; None if no point was found.
    bound
        Proved lower bound on the model's cost, rounded up to a whole number; None if unknown.
    """

    status: MilpStatus
    flows: list[Flow] | None = None
    bound: int | None = None


def milp_limits(
    limits: Limits, *, absolute_gap: float = PROVING_GAP, max_nodes: int | None = None
) -> MilpLimits:
    """Return the limits of one solver call within the limits of the whole solve."""
    return MilpLimits(limits.seconds_left(), absolute_gap, max_nodes, limits.is_cancelled)


def solve_flows(
    flow_model: FlowModel,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    seed: int = 0,
    max_nodes: int | None = None,
) -> FlowAnswer:
    """Return the cheapest flows of a model.

    If the stay classes are whole but some pooled arc is not, the solver stopped between two vertices: with
    the classes fixed, the rest is a pure network, whose vertices are whole.
    """
    model = flow_model.model
    if model.num_columns == 0:  # every room is occupied by fixed stays on all nights
        return _without_columns(flow_model)
    answer = solve_milp(model, milp_limits(limits, max_nodes=max_nodes), seed=seed)
    bound = whole_bound(answer.bound, flow_model.weight)
    x = answer.x
    if x is None:
        return FlowAnswer(answer.status, None, bound)
    if not _is_whole(x):
        answer = _round_arcs(flow_model, model, answer, solve_milp, limits, seed)
        x = answer.x
        if x is None or not _is_whole(x):
            return FlowAnswer(MilpStatus.NO_POINT, None, bound)
    return FlowAnswer(answer.status, flow_model.flows(x), bound)


def _without_columns(flow_model: FlowModel) -> FlowAnswer:
    """Return the answer to a model without columns, which solvers treat in different ways."""
    model = flow_model.model
    if (model.row_lower > 0).any() or (model.row_upper < 0).any():
        return FlowAnswer(MilpStatus.INFEASIBLE)
    return FlowAnswer(MilpStatus.OPTIMAL, flow_model.flows(np.zeros(0)), 0)


def whole_bound(bound: float, weight: int = 1) -> int | None:
    """Return the least whole cost that a solver's bound allows; None if the bound is infinite.

    With a weight w above all rewards r, ``w * cost - r >= bound`` implies ``cost >= bound / w``.
    """
    if not math.isfinite(bound):
        return None
    return math.ceil(bound / weight - 1e-6 * max(1.0, abs(bound / weight)) / weight)


def _is_whole(x: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    return x.size == 0 or bool(np.abs(x - np.rint(x)).max() <= WHOLE)


def _round_arcs(
    flow_model: FlowModel,
    model: MilpModel,
    answer: MilpAnswer,
    solve_milp: MilpSolver,
    limits: Limits,
    seed: int,
) -> MilpAnswer:
    held = flow_model.class_columns()
    if answer.x is None or not held.any():
        return replace(answer, x=None)
    classes = np.rint(answer.x[held])
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[held], upper[held] = classes, classes
    rest = replace(model, lower=lower, upper=upper, integral=np.zeros_like(model.integral))
    again = solve_milp(rest, milp_limits(limits), seed=seed)
    return replace(again, status=answer.status if again.x is not None else again.status)
