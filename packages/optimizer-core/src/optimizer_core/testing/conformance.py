"""The conformance kit: subclass it, set the backend, and run pytest."""

from __future__ import annotations

from optimizer_core.testing.answers import AnswerTests
from optimizer_core.testing.contract import ContractTests
from optimizer_core.testing.laws import LawTests
from optimizer_core.testing.limits import LimitTests
from optimizer_core.testing.models import ModelTests


class BackendConformance(ContractTests, AnswerTests, LawTests, LimitTests, ModelTests):
    """All tests that a backend must pass.

    A test of a capability that the backend does not declare is skipped with a message. `exclude` lists other
    tests to skip, each with a reason.

    Attributes
    ----------
    spec
        The backend under test.
    solver_modules
        Modules that the backend must not import before it is created.
    exclude
        Maps the name of a test to the reason why this backend does not run it.

    Examples
    --------
    The whole test module of a plugin::

        class TestConformance(BackendConformance):
            spec = next(iter(plugin.optimizer_backends()))
            solver_modules = ("pyscipopt",)
    """
