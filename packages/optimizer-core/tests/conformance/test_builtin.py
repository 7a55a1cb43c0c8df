"""Every built-in backend passes the kit that plugins pass."""

import pytest

from optimizer_core.backends import load_backends
from optimizer_core.testing import BackendConformance

_PLUGINS = load_backends()


@pytest.mark.conformance
class TestCvxpy(BackendConformance):
    spec = _PLUGINS.backend("cvxpy")
    solver_modules = ("cvxpy", "highspy", "scipy", "numpy")


@pytest.mark.conformance
class TestHighs(BackendConformance):
    spec = _PLUGINS.backend("highs")
    solver_modules = ("cvxpy", "highspy", "scipy", "numpy")


@pytest.mark.conformance
class TestGreedy(BackendConformance):
    spec = _PLUGINS.backend("greedy")
    solver_modules = ("cvxpy", "highspy", "scipy", "numpy")


_ORTOOLS = _PLUGINS.backend("ortools")


@pytest.mark.conformance
@pytest.mark.skipif(not _ORTOOLS.availability(), reason="the extra ortools is not installed")
class TestOrtools(BackendConformance):
    spec = _ORTOOLS
    solver_modules = ("ortools", "scipy", "numpy")
