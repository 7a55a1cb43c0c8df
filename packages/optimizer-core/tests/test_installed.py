"""The list of what is installed tells of everything and imports no solver."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint

from optimizer_core.installed import installed_backends
from optimizer_core.plugins import (
    Availability,
    AvailabilityState,
    Backend,
    BackendSpec,
    Capability,
    PluginManager,
    hookimpl,
)


def no_backend(_options: Mapping[str, bool | float | str]) -> Backend:
    raise NotImplementedError


def raising() -> Availability:
    raise RuntimeError("license server away")


class Plugin:
    """Backends that cannot be used, each for another reason."""

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        missing = Availability(AvailabilityState.MISSING_DEPENDENCY, "Install solver-x.")
        can = frozenset({Capability.PRICES, Capability.LOCKS})
        yield BackendSpec("x", "Solver X", can, no_backend, lambda: missing, 5, version="2.1")
        yield BackendSpec("y", "Solver Y", frozenset(), no_backend, raising, 4)


def test_the_built_in_backends_are_there_best_first() -> None:
    rows = installed_backends().backends
    names = [row.name for row in rows]
    assert (names[:2], names[-1]) == (["cvxpy", "highs"], "greedy")
    assert {row.availability for row in rows if row.origin is None} == {"available"}


def test_a_row_says_what_is_missing_and_a_fault_whose_plugin_failed() -> None:
    broken = EntryPoint("broken", "no_such_module", "optimizer_core")
    installed = installed_backends(PluginManager({"test": Plugin()}, external=[broken]))
    x, y = installed.backends
    assert (x.availability, x.advice) == ("missing_dependency", "Install solver-x.")
    assert x.capabilities == ("locks", "prices")
    assert (y.availability, y.advice) == ("broken", "its check failed: RuntimeError: license server away")
    (fault,) = installed.faults
    assert "broken" in fault


def test_listing_imports_no_solver() -> None:
    code = (
        "import sys; from optimizer_core.run import installed_backends; installed_backends();"
        "sys.exit(any(name in sys.modules for name in ('cvxpy', 'highspy', 'ortools')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
