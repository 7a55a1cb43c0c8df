"""The conformance kit: subclass it, say which backend, and pytest does the rest."""

from __future__ import annotations

from optimizer_core.testing.answers import AnswerTests
from optimizer_core.testing.contract import ContractTests
from optimizer_core.testing.laws import LawTests
from optimizer_core.testing.limits import LimitTests


class BackendConformance(ContractTests, AnswerTests, LawTests, LimitTests):
    """Everything that a backend must satisfy.

    A test of a capability that the backend does not declare is skipped and says so. Whatever else is left
    out stands in `exclude`, with its reason.

    Attributes
    ----------
    spec
        The backend under test.
    solver_modules
        Modules that the backend must not import before it is created.
    exclude
        Name of a test to the reason why this backend does not run it.

    Examples
    --------
    The whole test module of a plugin::

        class TestConformance(BackendConformance):
            spec = next(iter(plugin.optimizer_backends()))
            solver_modules = ("pyscipopt",)
    """
