"""The backend passes the kit that the built-in ones pass."""

import ast
from pathlib import Path

import pytest
from optimizer_core_scip import plugin

from optimizer_core.testing import BackendConformance


def test_only_the_plugin_interface_is_imported() -> None:
    trees = [ast.parse(path.read_text()) for path in Path(plugin.__file__).parent.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    library = {name for name in named if name.partition(".")[0] == "optimizer_core"}
    assert library == {"optimizer_core.plugins"}


@pytest.mark.conformance
class TestScip(BackendConformance):
    spec = next(iter(plugin.optimizer_backends()))
    solver_modules = ("pyscipopt", "numpy")
