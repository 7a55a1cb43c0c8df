"""One concept, one module, one test module of the same name."""

import ast
from pathlib import Path

import pytest

PACKAGES = ["optimizer-core", "worker", "api"]
CODE = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@pytest.mark.parametrize("package", PACKAGES)
def test_each_source_module_has_its_test_module(package: str, source_modules: list[Path], root: Path) -> None:
    """The tests of `wire/convert.py` are in `tests/wire/test_convert.py`.

    The conformance kit in `testing` is a test itself: the built-in backends run it.
    """
    (home,) = root.glob(f"packages/{package}/src/*/")
    tests = root / "packages" / package / "tests"
    missing = []
    for path in source_modules:
        if not path.is_relative_to(home) or path.name.startswith("__") or not _has_code(path):
            continue
        if path.is_relative_to(home / "testing"):
            continue
        place = path.relative_to(home).with_name(f"test_{path.name.lstrip('_')}")
        if not (tests / place).is_file():
            missing.append(str(place))
    assert not missing, "without a test module: " + ", ".join(sorted(missing))


def test_an_init_module_hands_on_names_and_does_nothing_else(source_modules: list[Path], root: Path) -> None:
    """It holds a docstring, imports, `__all__` and `__version__`."""
    busy = []
    for path in source_modules:
        if path.name != "__init__.py":
            continue
        for node in ast.parse(path.read_text()).body:
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_public_list = isinstance(node, ast.Assign) and all(
                isinstance(target, ast.Name) and target.id in {"__all__", "__version__"}
                for target in node.targets
            )
            if not (is_docstring or is_public_list or isinstance(node, ast.Import | ast.ImportFrom)):
                busy.append(f"{path.relative_to(root)}:{node.lineno}")
    assert busy == []


def test_every_package_tells_type_checkers_that_it_is_typed(root: Path) -> None:
    packages = [path for path in root.glob("packages/*/src/*") if path.is_dir()]
    assert len(packages) == len(PACKAGES)
    assert [path.name for path in packages if not (path / "py.typed").is_file()] == []


def _has_code(path: Path) -> bool:
    return any(isinstance(node, CODE) for node in ast.parse(path.read_text()).body)
