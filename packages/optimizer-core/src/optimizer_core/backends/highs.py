"""HiGHS, called directly: the model is passed as arrays, bounds and cancel by callback."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.plugins.milp_backend import MilpBackend
from optimizer_core.plugins.solver_callbacks import SolverCallbacks

_COLUMNWISE = int(highspy.MatrixFormat.kColwise)
_MINIMIZE = int(highspy.ObjSense.kMinimize)
_POINT_IS_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)
_LARGEST_SEED = 2**31 - 1
_TOLERANCE = 1e-6


class HighsBackend(MilpBackend):
    """Solves models with HiGHS in one thread.

    Parameters
    ----------
    presolve
        Whether HiGHS simplifies a model before it solves it.
    """

    def __init__(self, *, presolve: bool = True) -> None:
        self._presolve = presolve

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        """Solve one model; a linear program by the simplex method, so that its answer is a vertex."""
        return run_highs(model, limits, start=start, seed=seed, presolve=self._presolve)


class _QuietHighs(highspy.Highs):
    """HiGHS without its banner, which the first callback of a process prints on standard output."""

    def enableCallbacks(self) -> None:  # noqa: N802 - highspy's name
        """Silence the console first: highspy's constructor calls this method before a caller could."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # highspy has no types


def run_highs(
    model: MilpModel,
    limits: MilpLimits,
    *,
    start: NDArray[np.float64] | None = None,
    seed: int = 0,
    presolve: bool = True,
) -> MilpAnswer:
    """Solve a model with HiGHS.

    Parameters
    ----------
    model, limits
        What to solve and when to stop.
    start
        Point to return if the search finds no better one; ignored if it does not satisfy the model.
        HiGHS itself does not see it: version 1.16 maps a start point wrongly through presolve and may
        then call a point optimal that is not.
    seed
        Random seed of HiGHS.
    presolve
        Whether HiGHS simplifies the model first.
    """
    if limits.is_cancelled():
        return MilpAnswer(MilpStatus.CANCELLED, detail="cancelled before the start")
    solver = _QuietHighs()  # type: ignore[no-untyped-call]  # highspy has no types
    is_integral = bool(model.integral.any())
    _set_options(solver, limits, seed, presolve=presolve, is_integral=is_integral)
    if _pass_model(solver, model) == highspy.HighsStatus.kError:
        return MilpAnswer(MilpStatus.ERROR, detail="HiGHS refuses the model")
    callbacks = SolverCallbacks(limits)
    _subscribe(solver, callbacks)
    solver.run()
    callbacks.raise_caught()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible and presolve:
        # Presolve alone cannot distinguish the two.
        return run_highs(model, limits, start=start, seed=seed, presolve=False)
    return _with_start(model, _answer(solver, model, status), start)


def _set_options(solver: Any, limits: MilpLimits, seed: int, *, presolve: bool, is_integral: bool) -> None:
    options: dict[str, bool | float | str] = {
        "output_flag": True,  # without it HiGHS reports no bounds by callback either
        "log_to_console": False,
        "threads": 1,
        "random_seed": seed % _LARGEST_SEED,
        "presolve": "on" if presolve else "off",
        "mip_rel_gap": 0.0,
        "mip_abs_gap": limits.absolute_gap,
        "time_limit": max(0.0, limits.time_limit_seconds),
    }
    if not is_integral:
        options["solver"] = "simplex"  # named for a MILP, it would drop the integrality
    elif limits.max_nodes is not None:
        options["mip_max_nodes"] = limits.max_nodes
    for name, value in options.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS refuses the option {name} = {value!r}")


def _pass_model(solver: Any, model: MilpModel) -> Any:
    matrix = model.matrix
    return solver.passModel(
        model.num_columns,
        model.num_rows,
        matrix.nnz,
        _COLUMNWISE,
        _MINIMIZE,
        0.0,
        np.ascontiguousarray(model.cost, dtype=np.float64),
        np.ascontiguousarray(model.lower, dtype=np.float64),
        np.ascontiguousarray(model.upper, dtype=np.float64),
        np.ascontiguousarray(model.row_lower, dtype=np.float64),
        np.ascontiguousarray(model.row_upper, dtype=np.float64),
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data.astype(np.float64, copy=False),
        model.integral.astype(np.int32),
    )


def _subscribe(solver: Any, callbacks: SolverCallbacks) -> None:
    """Connect a solver's callbacks: checks whether to stop, and reports of its bounds."""

    def on_interrupt(event: Any) -> None:
        if callbacks.must_stop():
            event.interrupt()

    def on_bound(event: Any) -> None:
        value = float(event.data_out.mip_primal_bound)
        callbacks.report_bound(
            value if value < highspy.kHighsInf else None, float(event.data_out.mip_dual_bound)
        )

    for event in (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt):
        event.subscribe(on_interrupt)
    for event in (solver.cbMipImprovingSolution, solver.cbMipLogging):
        event.subscribe(on_bound)


def _with_start(model: MilpModel, answer: MilpAnswer, start: NDArray[np.float64] | None) -> MilpAnswer:
    """Return the start point if a limit ended the search before a better one was found."""
    if start is None or answer.status not in {MilpStatus.FEASIBLE, MilpStatus.NO_POINT}:
        return answer
    if not _satisfies(model, start) or (answer.x is not None and model.cost @ answer.x <= model.cost @ start):
        return answer
    return replace(answer, status=MilpStatus.FEASIBLE, x=start)


def _satisfies(model: MilpModel, x: NDArray[np.float64]) -> bool:
    rows = model.matrix @ x
    return bool(
        np.all((model.lower - _TOLERANCE <= x) & (x <= model.upper + _TOLERANCE))
        and np.all((model.row_lower - _TOLERANCE <= rows) & (rows <= model.row_upper + _TOLERANCE))
        and np.all(np.abs(x - np.round(x))[model.integral] <= _TOLERANCE)
    )


def _answer(solver: Any, model: MilpModel, status: Any) -> MilpAnswer:
    """Return the answer of HiGHS; its solution status, not its model status, decides if it has a point."""
    figures = solver.getInfo()
    has_point = int(figures.primal_solution_status) == _POINT_IS_FEASIBLE
    x = np.array(solver.getSolution().col_value, dtype=np.float64) if has_point else None
    known = highspy.HighsModelStatus
    if status == known.kModelEmpty:
        return MilpAnswer(MilpStatus.OPTIMAL, np.zeros(0), 0.0, "no columns, no rows")
    is_optimal = status == known.kOptimal
    bound = float("-inf")
    if model.integral.any():
        bound = float(figures.mip_dual_bound)
    elif is_optimal:
        bound = float(figures.objective_function_value)
    detail = solver.modelStatusToString(status)
    duals = None
    if is_optimal and has_point and not model.integral.any():
        duals = np.array(solver.getSolution().row_dual, dtype=np.float64)
    if is_optimal:
        milp_status = MilpStatus.OPTIMAL if has_point else MilpStatus.ERROR
    elif status == known.kInfeasible:
        milp_status, x, bound = MilpStatus.INFEASIBLE, None, float("inf")
    elif status.name in {"kInterrupt", "kHighsInterrupt"}:
        milp_status = MilpStatus.CANCELLED
    elif status in {known.kTimeLimit, known.kIterationLimit, known.kSolutionLimit}:
        milp_status = MilpStatus.FEASIBLE if has_point else MilpStatus.NO_POINT
    else:
        milp_status = MilpStatus.ERROR
    return MilpAnswer(milp_status, x, bound, detail, duals)
