"""OR-Tools: flows as flows, linear programs by Glop, everything else by CP-SAT in whole numbers.

CP-SAT takes whole numbers only, which suits this problem: all costs and coefficients are whole, and its
proofs have no tolerance. It is slower than HiGHS on these models, by a factor of two to six.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable
from threading import Thread

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model
from ortools.util.python.solve_interrupter import SolveInterrupter

from optimizer_core.backends.ortools_flow import find_network, solve_network
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.plugins.milp_backend import MilpBackend
from optimizer_core.plugins.solver_callbacks import SolverCallbacks

_SECONDS_BETWEEN_LOOKS = 0.05
_DETERMINISTIC_SECONDS_A_NODE = 0.1
_UNBOUNDED = 1 << 40
_LARGEST_SEED = 2**31 - 1


class OrtoolsBackend(MilpBackend):
    """Solves models with OR-Tools in one thread of work."""

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        """Solve one model: by network flow, CP-SAT or Glop, depending on its form."""
        if limits.is_cancelled():
            return MilpAnswer(MilpStatus.CANCELLED, detail="cancelled before the start")
        if limits.time_limit_seconds <= 0.0:
            return MilpAnswer(MilpStatus.NO_POINT, detail="no time left")
        network = find_network(model)
        if network is not None:
            return solve_network(network)
        if model.integral.any():
            return _solve_by_cp_sat(model, limits, start, seed % _LARGEST_SEED)
        return _solve_by_glop(model, limits)


def _solve_by_cp_sat(
    model: MilpModel, limits: MilpLimits, start: NDArray[np.float64] | None, seed: int
) -> MilpAnswer:
    """Solve a model with all columns integral.

    Columns that are not integral are pool flows: once the integral ones are whole numbers, what remains
    is a network whose vertices are whole. So this changes neither the optimum nor the bound.
    """
    numbers = np.concatenate((model.cost, model.matrix.data))
    if not np.array_equal(numbers, np.rint(numbers)):
        return MilpAnswer(MilpStatus.ERROR, detail="CP-SAT needs whole costs and coefficients")
    stated, columns = _state(model)
    if start is not None:
        for column, value in zip(columns, np.rint(start).astype(np.int64).tolist(), strict=True):
            stated.add_hint(column, value)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = seed
    parameters.linearization_level = 2  # the relaxation is nearly whole: worth all its cuts
    parameters.absolute_gap_limit = limits.absolute_gap
    parameters.max_time_in_seconds = min(limits.time_limit_seconds, 1e9)
    if limits.max_nodes is not None:
        parameters.max_deterministic_time = limits.max_nodes * _DETERMINISTIC_SECONDS_A_NODE
    news = _News()
    solver.best_bound_callback = news.on_bound
    callbacks = SolverCallbacks(limits)
    listener = _SolutionListener(news)
    stopped = _run_watched(lambda: solver.solve(stated, listener), solver.stop_search, callbacks, news)
    callbacks.raise_caught()
    return _answer(solver, columns, news.bound, stopped=stopped)


def _state(model: MilpModel) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    stated = cp_model.CpModel()
    lower, upper = _whole_bounds(np.ceil(model.lower), np.floor(model.upper))
    columns = [stated.new_int_var(low, high, "") for low, high in zip(lower, upper, strict=True)]
    rows = model.matrix.tocsr()
    coefficients = rows.data.astype(np.int64)
    row_lower, row_upper = _whole_bounds(np.ceil(model.row_lower), np.floor(model.row_upper))
    for row, (low, high) in enumerate(zip(row_lower, row_upper, strict=True)):
        entries = slice(rows.indptr[row], rows.indptr[row + 1])
        activity = cp_model.LinearExpr.weighted_sum(
            [columns[column] for column in rows.indices[entries]], coefficients[entries].tolist()
        )
        stated.add_linear_constraint(activity, low, high)
    stated.minimize(cp_model.LinearExpr.weighted_sum(columns, model.cost.astype(np.int64).tolist()))
    return stated, columns


def _whole_bounds(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> tuple[list[int], list[int]]:
    """Return bounds as whole numbers; large ones stand for infinity."""
    parts = (np.clip(part, -_UNBOUNDED, _UNBOUNDED).astype(np.int64).tolist() for part in (lower, upper))
    low, high = parts
    return low, high


def _answer(
    solver: cp_model.CpSolver, columns: list[cp_model.IntVar], bound: float, *, stopped: bool
) -> MilpAnswer:
    found = solver.status_name(solver.response_proto.status)
    x = None
    if found in {"OPTIMAL", "FEASIBLE"}:
        x = np.array(solver.values(columns), dtype=np.float64)
        bound = max(bound, solver.best_objective_bound)
    if found == "OPTIMAL":
        return MilpAnswer(MilpStatus.OPTIMAL, x, bound, found)
    if found == "INFEASIBLE":
        return MilpAnswer(MilpStatus.INFEASIBLE, None, float("inf"), found)
    if found not in {"FEASIBLE", "UNKNOWN"}:
        return MilpAnswer(MilpStatus.ERROR, detail=found)
    status = MilpStatus.NO_POINT if x is None else MilpStatus.FEASIBLE
    return MilpAnswer(MilpStatus.CANCELLED if stopped else status, x, bound, found)


def _solve_by_glop(model: MilpModel, limits: MilpLimits) -> MilpAnswer:
    """Solve a linear program by the simplex method of Glop, whose answer is a vertex."""
    stated = mathopt.Model.from_model_proto(_proto_of(model))
    seconds = limits.time_limit_seconds
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=seconds) if np.isfinite(seconds) else None, threads=1
    )
    interrupter = SolveInterrupter()
    results: list[mathopt.SolveResult] = []

    def run() -> None:
        solver = mathopt.SolverType.GLOP
        results.append(mathopt.solve(stated, solver, params=parameters, interrupter=interrupter))

    callbacks = SolverCallbacks(limits)
    stopped = _run_watched(run, interrupter.interrupt, callbacks, _News())
    callbacks.raise_caught()
    (result,) = results
    reason, detail = result.termination.reason, str(result.termination)
    known = mathopt.TerminationReason
    if reason is known.OPTIMAL:
        x = np.array(result.variable_values(list(stated.variables())), dtype=np.float64)
        return MilpAnswer(MilpStatus.OPTIMAL, x, result.dual_bound(), detail)
    if reason is known.INFEASIBLE:
        return MilpAnswer(MilpStatus.INFEASIBLE, None, float("inf"), detail)
    if reason in {known.FEASIBLE, known.NO_SOLUTION_FOUND}:
        return MilpAnswer(MilpStatus.CANCELLED if stopped else MilpStatus.NO_POINT, detail=detail)
    return MilpAnswer(MilpStatus.ERROR, detail=detail)


def _proto_of(model: MilpModel) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    variables, rows, entries = proto.variables, proto.linear_constraints, proto.linear_constraint_matrix
    variables.ids.extend(range(model.num_columns))
    variables.lower_bounds.extend(model.lower.tolist())
    variables.upper_bounds.extend(model.upper.tolist())
    variables.integers.extend(model.integral.tolist())
    priced = np.flatnonzero(model.cost)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(model.cost[priced].tolist())
    rows.ids.extend(range(model.num_rows))
    rows.lower_bounds.extend(model.row_lower.tolist())
    rows.upper_bounds.extend(model.row_upper.tolist())
    matrix = model.matrix.tocsr().sorted_indices().tocoo()
    entries.row_ids.extend(matrix.row.tolist())
    entries.column_ids.extend(matrix.col.tolist())
    entries.coefficients.extend(matrix.data.tolist())
    return proto


class _News:
    """Collects the solutions and bounds of a solver's thread, to be reported in the caller's thread."""

    def __init__(self) -> None:
        self.value: float | None = None
        self.bound = float("-inf")
        self.unreported: deque[tuple[float | None, float]] = deque()

    def on_bound(self, bound: float) -> None:
        """Record a better bound."""
        self.bound = max(self.bound, bound)
        self.unreported.append((self.value, self.bound))


class _SolutionListener(cp_model.CpSolverSolutionCallback):
    """Records each better point that CP-SAT finds."""

    def __init__(self, news: _News) -> None:
        super().__init__()
        self._news = news

    def on_solution_callback(self) -> None:
        """Record the cost of a point."""
        self._news.value = self.objective_value
        self._news.on_bound(self.best_objective_bound)


def _run_watched(
    run: Callable[[], object], stop: Callable[[], object], callbacks: SolverCallbacks, news: _News
) -> bool:
    """Run a solver in its own thread while this one checks for a cancel and reports the bounds.

    Returns whether it was stopped. A keyboard interrupt stops it too.
    """
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - raised again in the thread of the caller
            errors.append(error)

    worker = Thread(target=guarded, daemon=True)
    worker.start()
    stopped = False
    try:
        while worker.is_alive():
            worker.join(_SECONDS_BETWEEN_LOOKS)
            while news.unreported:
                callbacks.report_bound(*news.unreported.popleft())
            if callbacks.must_stop():
                stopped = True
                stop()
    finally:
        while worker.is_alive():
            stop()
            worker.join(_SECONDS_BETWEEN_LOOKS)
    if errors:
        raise errors[0]
    return stopped
