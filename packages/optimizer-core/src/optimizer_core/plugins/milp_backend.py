"""Base class for backends that can solve a sparse mixed-integer model."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits, Plan, Problem
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel
from optimizer_core.planning import find_plan
from optimizer_core.plugins.protocol import BackendAnswer


class MilpBackend(ABC):
    """Base class of backends around a MILP solver: a new one only implements `solve_milp`.

    The mathematics of `optimizer_core.network` turns the hotel into a series of models, passes each to
    `solve_milp`, and turns the returned points into a plan and a proof. Its spec declares
    `Capability.SOLVES_MILP`.
    """

    @abstractmethod
    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        """Solve one model.

        What the mathematics relies on:

        - equal calls give equal answers: one thread, a fixed seed, no state kept from the call before;
        - a model without an integral column is a linear program whose answer must be a vertex, because
          vertices of network models are integral: use a simplex method, or cross over to a vertex;
        - columns that are not integral, in a model that has integral ones, are flows: they are whole in
          some optimal point, so a solver that knows whole numbers only may take all columns for whole;
        - `MilpStatus.OPTIMAL` means a value within ``limits.absolute_gap`` of the optimum, with no
          relative gap on top;
        - an `x` is never made up: a limit that is met before a point is found is `MilpStatus.NO_POINT`;
        - `bound` is proved, -inf if nothing is.

        Parameters
        ----------
        model
            The model.
        limits
            When to stop.
        start
            float64, shape (n,): a start point, which may be ignored; None without one.
        seed
            Seed for the random parts of the solver.
        """

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        """Return the best plan that the network method finds with this solver."""
        answer = find_plan(problem, self.solve_milp, limits, start=start, seed=seed)
        return BackendAnswer(
            claim=answer.reason,
            limit=answer.limit,
            plan=answer.plan,
            value=answer.value,
            bound=answer.bound,
            upgrades_bound=answer.upgrades,
            moves_bound=answer.moves,
            shortages=answer.shortages,
            statistics=answer.statistics,
            certificate=answer.certificate,
            detail=answer.detail,
        )
