import subprocess
import sys

import pytest

from optimizer_core import plugins
from optimizer_core.network.milp import MilpModel


def test_every_name_is_there() -> None:
    """Each public name can be imported, also those that are imported when they are first used."""
    assert all(hasattr(plugins, name) for name in plugins.__all__)
    assert plugins.MilpModel is MilpModel


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'MilpSolverr'"):
        _ = plugins.MilpSolverr  # type: ignore[attr-defined]


def test_what_takes_numpy_is_imported_on_demand() -> None:
    program = (
        "import sys; from optimizer_core import plugins; early = 'numpy' in sys.modules;"
        "plugins.MilpBackend; print(early, 'numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False True\n"
