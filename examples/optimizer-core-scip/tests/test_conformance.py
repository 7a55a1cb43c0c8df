"""The backend passes the kit that the built-in ones pass."""

import pytest
from optimizer_core.testing import BackendConformance

from optimizer_core_scip import plugin


@pytest.mark.conformance
class TestScip(BackendConformance):
    spec = next(iter(plugin.optimizer_backends()))
    solver_modules = ("pyscipopt", "numpy")
