import doctest
import inspect
import re
from pathlib import Path

import pytest

from optimizer_core.plugins import hookspecs

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "hooks.md"
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("optimizer_")}


def test_hooks_are_few() -> None:
    """A new hook is a decision, so it changes this list."""
    assert sorted(HOOKS) == [
        "optimizer_backends",
        "optimizer_select_backend",
        "optimizer_solve_finished",
        "optimizer_solve_started",
    ]


@pytest.mark.parametrize("name", HOOKS)
def test_hook_is_typed_and_its_example_runs(name: str) -> None:
    """Every argument has a type, and the docstring has an example that runs."""
    signature = inspect.signature(HOOKS[name])
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(part.annotation is not part.empty for part in signature.parameters.values())
    (example,) = doctest.DocTestFinder(recurse=False).find(HOOKS[name], name, globs={})
    assert example.examples, "has no example"
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


def test_documentation_has_each_hook_with_its_arguments() -> None:
    """The page of the hooks has one heading for each, with exactly its arguments, and describes no other."""
    headings = re.findall(r"^## `(\w+)\((.*)\)`$", PAGE.read_text(), re.MULTILINE)
    assert dict(headings) == {
        name: ", ".join(inspect.signature(hook).parameters) for name, hook in HOOKS.items()
    }
