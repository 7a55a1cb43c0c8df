import subprocess
import sys

import pytest

from optimizer_core.backends import load_backends
from optimizer_core.errors import InvalidInput
from optimizer_core.plugins import Capability

HEAVY = ("cvxpy", "highspy", "ortools", "numpy", "scipy")


def test_listing_imports_no_solver() -> None:
    """Loading and listing the backends imports neither a solver nor numpy."""
    program = (
        "import sys; from optimizer_core.backends import load_backends;"
        "[spec.availability() for spec in load_backends().backends];"
        f"print(sorted(set({HEAVY}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_default_is_cvxpy() -> None:
    """The backend of highest priority is cvxpy, the one without a solver comes last."""
    names = [spec.name for spec in load_backends().backends]
    builtin = [name for name in names if load_backends().origin(name).is_builtin]
    assert builtin[:2] == ["cvxpy", "highs"]
    assert builtin[-1] == "greedy"


def test_exact_backends_prove_and_greedy_does_not() -> None:
    """What is declared tells exact backends from the one without a solver."""
    proofs = {Capability.PROVES_OPTIMALITY, Capability.PROVES_INFEASIBILITY}
    exact = {spec.name: spec.capabilities >= proofs for spec in load_backends().backends}
    assert exact["cvxpy"]
    assert exact["highs"]
    assert not exact["greedy"]


@pytest.mark.parametrize("name", ["cvxpy", "highs"])
def test_presolve_is_an_option(name: str) -> None:
    """HiGHS can be told not to simplify; a value that is not a boolean is refused."""
    plugins = load_backends()
    spec = plugins.backend(name)
    assert plugins.create(spec, {"presolve": False}) is not None
    with pytest.raises(InvalidInput, match="presolve"):
        plugins.create(spec, {"presolve": "off"})
