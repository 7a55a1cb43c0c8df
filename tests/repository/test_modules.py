"""What every package and every `__init__` module keeps to."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ["optimizer-core", "job-ledger", "worker", "api"]


def test_an_init_module_hands_on_names_and_does_nothing_else(source_modules: list[Path], root: Path) -> None:
    """It holds a docstring, imports, `__all__` and `__version__`.

    What type checkers import may differ from what runs, where a name is imported when it is first used.
    """
    busy = []
    for path in source_modules:
        if path.name != "__init__.py":
            continue
        for node in _statements(ast.parse(path.read_text()).body):
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_public_list = isinstance(node, ast.Assign) and all(
                isinstance(target, ast.Name) and target.id in {"__all__", "__version__"}
                for target in node.targets
            )
            is_declared = isinstance(node, ast.AnnAssign) and node.value is None
            is_import = isinstance(node, ast.Import | ast.ImportFrom)
            if not (is_docstring or is_public_list or is_declared or is_import):
                busy.append(f"{path.relative_to(root)}:{node.lineno}")
    assert busy == []


def test_every_package_tells_type_checkers_that_it_is_typed(root: Path) -> None:
    packages = [path for path in root.glob("packages/*/src/*") if path.is_dir()]
    assert len(packages) == len(PACKAGES)
    assert [path.name for path in packages if not (path / "py.typed").is_file()] == []


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, and those of both branches of ``if TYPE_CHECKING``."""
    for node in body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield from (*node.body, *node.orelse)
        else:
            yield node
