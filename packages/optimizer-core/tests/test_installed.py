"""The list of what is installed tells of everything and imports no solver."""

import subprocess
import sys

from optimizer_core.installed import installed_backends
from optimizer_core.plugins import PluginManager


def test_the_built_in_backends_are_there_best_first() -> None:
    rows = installed_backends().backends
    names = [row.name for row in rows]
    assert (names[:2], names[-1]) == (["cvxpy", "highs"], "greedy")
    assert {row.availability for row in rows if row.origin is None} == {"available"}


def test_a_row_says_what_is_missing_and_a_fault_whose_plugin_failed(nothing_usable: PluginManager) -> None:
    installed = installed_backends(nothing_usable)
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
