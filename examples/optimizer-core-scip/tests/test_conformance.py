"""The backend passes the kit that the built-in ones pass."""

import pytest
from optimizer_core_scip import plugin

from optimizer_core.testing import BackendConformance


@pytest.mark.conformance
class TestScip(BackendConformance):
    spec = next(iter(plugin.optimizer_backends()))
    solver_modules = ("pyscipopt", "numpy")
