"""Mixed-integer linear models: the input and output of a solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, slots=True)
class MilpModel:
    """Minimize ``cost @ x`` subject to ``row_lower <= matrix @ x <= row_upper`` and ``lower <= x <= upper``.

    Parameters
    ----------
    cost
        float64, shape (n,). All costs are whole numbers, so an objective below the optimum plus one is
        optimal whenever every column is integral.
    matrix
        CSC, float64, shape (m, n).
    row_lower, row_upper
        float64, shape (m,); equal where the row is an equation, infinite where a side is free.
    lower, upper
        float64, shape (n,); bounds of the columns.
    integral
        bool, shape (n,); which columns must be whole numbers. No true entry makes it a linear program.
    """

    cost: NDArray[np.float64]
    matrix: sparse.csc_matrix
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integral: NDArray[np.bool_]

    @property
    def num_columns(self) -> int:
        """Number of columns."""
        return int(self.cost.shape[0])

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return int(self.row_lower.shape[0])


class MilpStatus(StrEnum):
    """The status of a solver's answer."""

    OPTIMAL = "optimal"
    """`x` is optimal within the requested tolerances."""
    FEASIBLE = "feasible"
    """`x` satisfies the model; a limit ended the search."""
    INFEASIBLE = "infeasible"
    """Proved that no x exists."""
    NO_POINT = "no_point"
    """A limit ended the search before any x was found."""
    CANCELLED = "cancelled"
    """The caller stopped the search; there may be an `x`."""
    ERROR = "error"
    """The solver failed, or returned an unknown status."""


@dataclass(frozen=True, slots=True)
class MilpAnswer:
    """The answer of a solver.

    Parameters
    ----------
    status
        The status.
    x
        float64, shape (n,); None without a point.
    bound
        Proved lower bound on the objective; -inf if unknown.
    detail
        The solver's own words.
    duals
        float64, shape (m,): the dual values of the rows of a linear program, the change of the least cost by
        one more unit on the row's side that binds; None if the solver has none. They speed up the search
        under a budget, and no bound rests on them.
    """

    status: MilpStatus
    x: NDArray[np.float64] | None = None
    bound: float = float("-inf")
    detail: str = ""
    duals: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class MilpLimits:
    """When a solver must stop.

    Parameters
    ----------
    time_limit_seconds
        Wall-clock seconds; infinite for no limit.
    absolute_gap
        Stop when value - bound is at most this, in units of cost. 0.999 with whole-number costs proves
        optimality.
    max_nodes
        Branch-and-bound nodes after which the search ends with what it has; None for no limit. Unlike time,
        this limit does not depend on the machine, so answers are reproducible.
    is_cancelled
        Called while the solver runs, if the solver supports it.
    on_bound
        Called with (value or None, bound) during the search, if the solver supports it.
    """

    time_limit_seconds: float = float("inf")
    absolute_gap: float = 0.0
    max_nodes: int | None = None
    is_cancelled: Callable[[], bool] = lambda: False
    on_bound: Callable[[float | None, float], None] = lambda _value, _bound: None


class MilpSolver(Protocol):
    """Solves a `MilpModel`; must be deterministic and keep no state between two calls."""

    def __call__(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        """Solve the model; `start` is a start point, which a solver may ignore."""
