"""Small models that a release of a solver got wrong; a backend around a MILP solver must get them right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pytest
from scipy import sparse

from optimizer_core.network.milp import MilpLimits, MilpModel, MilpSolver, MilpStatus
from optimizer_core.plugins import Capability
from optimizer_core.testing.subject import Subject


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model and its optimum, worked out by hand.

    Parameters
    ----------
    name
        Name of the test.
    teaches
        The mistake, and where it was reported.
    cost, integral, upper
        By column; columns are 0 or more.
    rows
        Coefficients, lower and upper side of each row.
    optimum
        Least cost.
    """

    name: str
    teaches: str
    cost: tuple[float, ...]
    integral: tuple[bool, ...]
    upper: tuple[float, ...]
    rows: tuple[tuple[tuple[float, ...], float, float], ...]
    optimum: float

    def model(self) -> MilpModel:
        """Return the model as arrays."""
        coefficients, lower, upper = zip(*self.rows, strict=True)
        return MilpModel(
            np.array(self.cost),
            sparse.csc_matrix(np.array(coefficients)),
            np.array(lower),
            np.array(upper),
            np.zeros(len(self.cost)),
            np.array(self.upper),
            np.array(self.integral),
        )


_FREE = float("inf")
KNOWN_MODELS = (
    KnownModel(
        "big-constant",
        "HiGHS 1.14.0 fixed y at 1 and called 99,999 optimal (ERGO-Code/HiGHS issue 2975): min 2 b + 99999 y "
        "with a + b = 10, a <= 100 y, y 0 or 1; y = 0 leaves b = 10",
        cost=(0.0, 2.0, 99_999.0),
        integral=(False, False, True),
        upper=(_FREE, _FREE, 1.0),
        rows=(((1.0, 1.0, 0.0), 10.0, 10.0), ((1.0, 0.0, -100.0), -_FREE, 0.0)),
        optimum=20.0,
    ),
    KnownModel(
        "one-whole-column",
        "the presolve of HiGHS 1.14.0 took the whole column where the other one is cheaper (issues 2957 and "
        "3043): min 2 x + 3 z with x + z >= 4 and z whole; x = 4 costs 8",
        cost=(2.0, 3.0),
        integral=(False, True),
        upper=(10.0, 10.0),
        rows=(((1.0, 1.0), 4.0, _FREE),),
        optimum=8.0,
    ),
)
"""Models of known optimum, each with the report that it comes from."""


class ModelTests(Subject):
    """The capability to solve single models, on models that a solver got wrong once."""

    def solver(self) -> MilpSolver:
        """Return the solver of single models; skip the running test if the backend declares none."""
        self.need(Capability.SOLVES_MILP)
        solver = getattr(self.create(), "solve_milp", None)
        assert callable(solver), f"{self.spec.name} declares solves_milp but has no solve_milp"
        return cast(MilpSolver, solver)

    def test_model_without_a_point(self) -> None:
        """A model that no point satisfies is infeasible, and its answer has no point."""
        impossible = replace(KNOWN_MODELS[1], rows=(((1.0, 1.0), 21.0, _FREE),))
        answer = self.solver()(impossible.model(), MilpLimits())
        assert (answer.status, answer.x) == (MilpStatus.INFEASIBLE, None)

    def test_models_are_solved_without_memory(self) -> None:
        """The same model, solved again after another, has the same answer."""
        solve = self.solver()
        first, other = (known.model() for known in KNOWN_MODELS)
        before, _, after = (solve(model, MilpLimits()).x for model in (first, other, first))
        assert before is not None
        assert after is not None
        assert np.array_equal(before, after), "remembers something of the model before"

    @pytest.mark.parametrize("known", KNOWN_MODELS, ids=lambda known: known.name)
    def test_known_models(self, known: KnownModel) -> None:
        """The solver finds the known optimum."""
        answer = self.solver()(known.model(), MilpLimits())
        assert answer.status is MilpStatus.OPTIMAL, f"{known.teaches}; it ends {answer.status}"
        assert answer.x is not None
        value = float(np.dot(known.cost, answer.x))
        assert abs(value - known.optimum) < 1e-6, f"{known.teaches}; it finds {value}"
        assert answer.bound <= known.optimum + 1e-6, f"{known.teaches}; it states the bound {answer.bound}"
