"""Rooms stay small: a file is read in one sitting, a function on one screen."""

import ast
from pathlib import Path
from statistics import median

LONGEST_MODULE_LINES = 450
MEDIAN_MODULE_LINES = 150
LONGEST_FUNCTION_LINES = 80
DEEPEST_PACKAGE_FOLDERS = 2
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "data", "info", "base"}


def test_no_module_is_longer_than_a_sitting(modules: list[Path], root: Path) -> None:
    lines = {str(path.relative_to(root)): len(path.read_text().splitlines()) for path in modules}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE_LINES} == {}


def test_the_usual_module_is_short(source_modules: list[Path]) -> None:
    lines = [count for path in source_modules if (count := len(path.read_text().splitlines())) > 3]
    assert median(lines) <= MEDIAN_MODULE_LINES


def test_no_function_is_longer_than_a_screen(modules: list[Path], root: Path) -> None:
    long = {}
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION_LINES:
                    long[f"{path.relative_to(root)}:{node.lineno} {node.name}"] = lines
    assert long == {}


def test_packages_are_flat(source_modules: list[Path], root: Path) -> None:
    """A module lies at most two folders below its import package."""
    deep = []
    for path in source_modules:
        parts = path.relative_to(root).parts
        folders = parts[parts.index("src") + 2 : -1]
        if len(folders) > DEEPEST_PACKAGE_FOLDERS:
            deep.append(str(path.relative_to(root)))
    assert deep == []


def test_every_name_says_something(modules: list[Path], root: Path) -> None:
    names = {path: {path.stem, *path.relative_to(root).parts[:-1]} for path in modules}
    assert [str(path) for path, parts in names.items() if parts & NAMES_THAT_SAY_NOTHING] == []
