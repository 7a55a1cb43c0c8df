"""cvxpy with HiGHS below it: the default backend.

The model is stated in cvxpy, which canonicalizes it to the arrays of its HiGHS interface. The same HiGHS
runner as in `optimizer_core.backends.highs` solves these arrays. cvxpy's own call of HiGHS is not used,
because it takes no callback for cancel and progress, starts from no given point, and at a time limit without
a point returns a vector of zeros as if it were a solution.

Stating and compiling takes about 7 ms for 5,000 columns and 0.1 s for 85,000, which is a few percent of
what HiGHS then needs; the import of cvxpy takes longer than both.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, cast

import cvxpy as cp
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.backends.highs import HighsBackend, run_highs
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel


class CvxpyBackend(HighsBackend):
    """States models in cvxpy and solves the compiled models with HiGHS in one thread."""

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        """Solve one model; a linear program by the simplex method, so that its answer is a vertex."""
        began = time.monotonic()
        compiled = compile_model(model)
        limits = replace(limits, time_limit_seconds=limits.time_limit_seconds - (time.monotonic() - began))
        answer = run_highs(
            compiled.model,
            limits,
            start=None if start is None else start[compiled.columns],
            seed=seed,
            presolve=self._presolve,
        )
        if answer.x is None:
            return answer
        duals = None if answer.duals is None else compiled.duals_in_original_order(answer.duals)
        return replace(answer, x=compiled.in_original_order(answer.x), duals=duals)


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model compiled by cvxpy.

    Parameters
    ----------
    model
        The compiled arrays: equations first, then rows with an upper side only.
    columns
        int, shape (n,): the original column of each compiled one.
    sides
        bool, three arrays of shape (m,): the original rows that are equations, that have an upper side, and
        that have a lower side. The compiled rows follow in this order, lower sides with the opposite sign.
    """

    model: MilpModel
    columns: NDArray[np.intp]
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]

    def in_original_order(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a point of the compiled model as a point of the original one."""
        original = np.empty_like(x)
        original[self.columns] = x
        return original

    def duals_in_original_order(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the dual values of the compiled rows as those of the original ones."""
        original = np.zeros(self.sides[0].shape)
        first = 0
        for mask, sign in zip(self.sides, (1.0, 1.0, -1.0), strict=True):
            last = first + int(np.count_nonzero(mask))
            original[mask] += sign * duals[first:last]
            first = last
        return original


def compile_model(model: MilpModel) -> CompiledModel:
    """State a model in cvxpy and return the arrays that cvxpy compiles for HiGHS.

    A model is one variable for its whole-number columns and one for the others, and at most three
    matrix constraints, since cvxpy's cost grows with the number of constraints, not with their size.
    Bounds belong to the variables; as constraints they would double the rows.
    """
    sides = _sides(model)
    if model.num_columns == 0:
        return CompiledModel(model, np.zeros(0, dtype=np.intp), sides)
    parts = [np.flatnonzero(mask) for mask in (model.integral, ~model.integral) if mask.any()]
    variables = [
        cp.Variable(
            len(columns),
            bounds=[model.lower[columns], model.upper[columns]],
            integer=bool(model.integral[columns[0]]),
        )
        for columns in parts
    ]
    costs = [model.cost[columns] @ variable for columns, variable in zip(parts, variables, strict=True)]
    problem = cp.Problem(cp.Minimize(sum(costs)), _constraints(model, sides, parts, variables))
    arrays, _, _ = problem.get_problem_data(cp.HIGHS)
    return CompiledModel(_model_of(arrays), _original_columns(arrays, parts, variables), sides)


def _sides(model: MilpModel) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows are equations, have an upper side, and have a lower side."""
    is_equation = model.row_lower == model.row_upper
    has_upper, has_lower = np.isfinite(model.row_upper), np.isfinite(model.row_lower)
    return is_equation, ~is_equation & has_upper, ~is_equation & has_lower


def _constraints(
    model: MilpModel,
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]],
    parts: list[NDArray[np.intp]],
    variables: list[cp.Variable],
) -> list[cp.Constraint]:
    """Return the equations, the upper and the lower sides, each as one matrix constraint."""
    rows = model.matrix.tocsr()
    is_equation, has_upper, has_lower = sides

    def left_side(mask: NDArray[np.bool_]) -> cp.Expression:
        chosen = rows[mask].tocsc()
        products = (chosen[:, columns] @ part for columns, part in zip(parts, variables, strict=True))
        return cast(cp.Expression, sum(products))

    constraints: list[cp.Constraint] = []
    if is_equation.any():
        constraints.append(left_side(is_equation) == model.row_lower[is_equation])
    if has_upper.any():
        constraints.append(left_side(has_upper) <= model.row_upper[has_upper])
    if has_lower.any():
        constraints.append(left_side(has_lower) >= model.row_lower[has_lower])
    return constraints


def _model_of(arrays: dict[str, Any]) -> MilpModel:
    """Return the arrays of cvxpy's HiGHS interface, ``A x + s = b`` with s zero or nonnegative."""
    matrix = sparse.csc_matrix(arrays["A"])
    right = np.asarray(arrays["b"], dtype=np.float64)
    row_lower = np.full(right.shape, -np.inf)
    num_equations = arrays["dims"].zero
    row_lower[:num_equations] = right[:num_equations]
    num_columns = matrix.shape[1]
    integral = np.zeros(num_columns, dtype=np.bool_)
    integral[arrays["int_vars_idx"]] = True
    lower, upper = arrays["lower_bounds"], arrays["upper_bounds"]
    return MilpModel(
        np.asarray(arrays["c"], dtype=np.float64),
        matrix,
        row_lower,
        right,
        # None means that no column has a bound on this side.
        np.full(num_columns, -np.inf) if lower is None else lower,
        np.full(num_columns, np.inf) if upper is None else upper,
        integral,
    )


def _original_columns(
    arrays: dict[str, Any], parts: list[NDArray[np.intp]], variables: list[cp.Variable]
) -> NDArray[np.intp]:
    offsets = arrays["param_prob"].var_id_to_col
    columns = np.empty(sum(len(part) for part in parts), dtype=np.intp)
    for part, variable in zip(parts, variables, strict=True):
        columns[offsets[variable.id] : offsets[variable.id] + len(part)] = part
    return columns
