"""SCIP as a backend: everything that a new solver needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyscipopt import SCIP_EVENTTYPE, SCIP_PARAMSETTING, Eventhdlr, Model, quicksum

from optimizer_core.plugins import (
    MilpAnswer,
    MilpBackend,
    MilpLimits,
    MilpModel,
    MilpStatus,
    SolverCallbacks,
)

_STATUS = {
    "optimal": MilpStatus.OPTIMAL,
    "gaplimit": MilpStatus.OPTIMAL,
    "infeasible": MilpStatus.INFEASIBLE,
    "userinterrupt": MilpStatus.CANCELLED,
    "timelimit": MilpStatus.FEASIBLE,
    "nodelimit": MilpStatus.FEASIBLE,
    "totalnodelimit": MilpStatus.FEASIBLE,
}


class ScipBackend(MilpBackend):
    """Solves the models of the network method with SCIP in one thread."""

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        """Solve one model; a linear program by the simplex method alone, so that its answer is a vertex."""
        if limits.is_cancelled():
            return MilpAnswer(MilpStatus.CANCELLED, detail="cancelled before the start")
        solver, columns = _build(model)
        _set_parameters(solver, limits, seed, is_linear=not model.integral.any())
        if start is not None:
            solution = solver.createSol()
            for column, value in zip(columns, start.tolist(), strict=True):
                solver.setSolVal(solution, column, value)
            solver.addSol(solution)
        callbacks = SolverCallbacks(limits)
        solver.includeEventhdlr(_Listener(callbacks), "callbacks", "passes bounds on and a cancel in")
        solver.optimize()
        callbacks.raise_caught()
        return _answer(solver, columns)


def _build(model: MilpModel) -> tuple[Model, list[Any]]:
    solver = Model()
    solver.hideOutput()
    kinds = np.where(model.integral, "I", "C")
    bounds = zip(model.lower, model.upper, model.cost, kinds, strict=True)
    columns = [
        solver.addVar(lb=_finite(lower), ub=_finite(upper), obj=float(cost), vtype=str(kind))
        for lower, upper, cost, kind in bounds
    ]
    rows = model.matrix.tocsr()
    for row in range(model.num_rows):
        entries = slice(rows.indptr[row], rows.indptr[row + 1])
        terms = zip(rows.data[entries].tolist(), rows.indices[entries].tolist(), strict=True)
        activity = quicksum(value * columns[column] for value, column in terms)
        lower, upper = _finite(model.row_lower[row]), _finite(model.row_upper[row])
        if lower is not None and upper is not None:
            solver.addCons((lower <= activity) <= upper)
        elif lower is not None:
            solver.addCons(activity >= lower)
        elif upper is not None:
            solver.addCons(activity <= upper)
    return solver, columns


def _set_parameters(solver: Model, limits: MilpLimits, seed: int, *, is_linear: bool) -> None:
    if is_linear:
        solver.setPresolve(SCIP_PARAMSETTING.OFF)
        solver.setHeuristics(SCIP_PARAMSETTING.OFF)
        solver.setSeparating(SCIP_PARAMSETTING.OFF)
    solver.setParams(
        {
            "limits/gap": 0.0,
            "limits/absgap": limits.absolute_gap,
            "limits/time": min(max(limits.time_limit_seconds, 0.0), 1e20),
            "limits/nodes": -1 if limits.max_nodes is None else limits.max_nodes,
            "randomization/randomseedshift": seed % (2**31 - 1),
        }
    )


def _answer(solver: Model, columns: list[Any]) -> MilpAnswer:
    detail = solver.getStatus()
    status = _STATUS.get(detail, MilpStatus.ERROR)
    if status is MilpStatus.INFEASIBLE:
        return MilpAnswer(status, None, float("inf"), detail)
    x = None
    if solver.getNSols() > 0:
        best = solver.getBestSol()
        x = np.array([solver.getSolVal(best, column) for column in columns])
    elif status is MilpStatus.FEASIBLE:
        status = MilpStatus.NO_POINT
    bound = solver.getDualbound()
    return MilpAnswer(status, x, float("-inf") if bound <= -solver.infinity() else bound, detail)


def _finite(value: float) -> float | None:
    """Return a bound in SCIP's form: None if it is infinite."""
    return float(value) if np.isfinite(value) else None


class _Listener(Eventhdlr):  # type: ignore[misc] # pyscipopt ships no types
    """Reports SCIP's bounds while it solves, and interrupts it when the caller cancels."""

    _EVENTS = SCIP_EVENTTYPE.NODESOLVED | SCIP_EVENTTYPE.BESTSOLFOUND | SCIP_EVENTTYPE.LPSOLVED

    def __init__(self, callbacks: SolverCallbacks) -> None:
        self._callbacks = callbacks

    def eventinit(self) -> None:
        """Subscribe to the events."""
        self.model.catchEvent(self._EVENTS, self)

    def eventexit(self) -> None:
        """Unsubscribe from the events."""
        self.model.dropEvent(self._EVENTS, self)

    def eventexec(self, event: Any) -> None:
        """Report the bounds, then check whether to stop."""
        del event
        value = self.model.getPrimalbound() if self.model.getNSols() > 0 else None
        self._callbacks.report_bound(value, self.model.getDualbound())
        if self._callbacks.must_stop():
            self.model.interruptSolve()
