"""Duals of linear programs, by any solver: the dual is built and solved as a separate program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.flows import milp_limits
from optimizer_core.network.milp import MilpModel, MilpSolver, MilpStatus


def relaxed(model: MilpModel) -> MilpModel:
    """Return the linear program without the upper limits of its columns, which its rows imply."""
    return replace(model, upper=np.full_like(model.upper, np.inf), integral=np.zeros_like(model.integral))


def right_sides(model: MilpModel) -> NDArray[np.float64]:
    """Return the right side of each row: its upper limit, or the lower one if that is infinite."""
    return np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)


def dual_of(model: MilpModel, more: NDArray[np.float64]) -> MilpModel:
    """Return the dual of a linear program with equations and upper limits, as a minimum.

    Minimize c x, A x = b, R x <= r, x >= 0 has the dual: maximize b y + r z, A' y + R' z <= c, z <= 0.

    Parameters
    ----------
    model
        The linear program; its column limits must follow from its rows.
    more
        float64, shape (rows,): added to the right sides, to choose among optimal duals.
    """
    is_equation = model.row_lower == model.row_upper
    rows = model.num_rows
    return MilpModel(
        -right_sides(model) - more,
        model.matrix.T.tocsc(),
        np.full(model.num_columns, -np.inf),
        model.cost,
        np.full(rows, -np.inf),
        np.where(is_equation, np.inf, 0.0),
        np.zeros(rows, dtype=bool),
    )


def solve_dual(
    model: MilpModel, solve_milp: MilpSolver, limits: Limits, seed: int = 0
) -> NDArray[np.float64] | None:
    """Return an optimal dual of a model's relaxation, float64, shape (rows,); None if none was found."""
    program = relaxed(model)
    dual = dual_of(program, np.zeros(program.num_rows))
    if dual.num_columns == 0:  # solvers refuse a model without columns
        return np.zeros(0)
    answer = solve_milp(dual, milp_limits(limits, absolute_gap=0.0), seed=seed)
    return answer.x if answer.status is MilpStatus.OPTIMAL else None
