"""What the documentation says of the repository is so; what it says to type is run in tests/docs."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
TREE = re.compile(r"## The tree\n.*?^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_reference_of_the_command_line_names_every_flag_and_no_other(root: Path) -> None:
    page = (root / "docs" / "reference" / "command-line.md").read_text()
    sections = re.findall(r"^## (\w+)\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in sections} == _subcommands()
    for name, text in sections:
        told = set(re.findall(r"`(--?[a-z][a-z-]*)`", text))
        assert told == set(re.findall(FLAG, _help(name))) - {"-h", "--help"}, name


def test_the_tree_of_the_onboarding_page_is_the_tree_of_the_repository(root: Path) -> None:
    tree = TREE.search((root / "docs" / "onboarding.md").read_text())
    assert tree is not None
    paths = _paths(tree[1])
    assert len(paths) > 20
    assert [path for path in paths if not (root / path).exists()] == []
    rooms = {path.name for path in (root / "packages/optimizer-core/src/optimizer_core").iterdir()}
    told = {Path(path).name for path in paths}
    assert sorted(name for name in rooms if not name.startswith("__") and name != "py.typed") == sorted(
        rooms & told - {"__init__.py"}
    )


def test_the_reading_order_names_seven_files_that_exist(root: Path) -> None:
    page = (root / "docs" / "onboarding.md").read_text()
    section = page.split("## Read these seven files", 1)[1].split("\n## ", 1)[0]
    named = re.findall(r"^\d\. `([^`]+)`", section, re.MULTILINE)
    assert len(named) == 7
    core = root / "packages/optimizer-core/src/optimizer_core"
    assert [name for name in named if not (core / name).is_file() and not (root / name).is_file()] == []


def test_every_decision_has_its_four_headings(root: Path) -> None:
    decisions = sorted((root / "docs" / "decisions").glob("0*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        headings = re.findall(r"^## (\w+)", path.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], path.name


def test_every_hook_has_an_example_and_is_told_to_authors_of_backends(root: Path) -> None:
    hooks = root / "packages/optimizer-core/src/optimizer_core/plugins/hookspecs.py"
    functions = [node for node in ast.parse(hooks.read_text()).body if isinstance(node, ast.FunctionDef)]
    page = (root / "docs" / "how-to" / "write-a-backend.md").read_text()
    assert functions
    for function in functions:
        assert ">>>" in (ast.get_docstring(function) or ""), function.name
        assert function.name in page, function.name


def _subcommands() -> set[str]:
    return set(re.findall(r"^    ([a-z]+)(?:  |$)", _help(""), re.MULTILINE))


@cache
def _help(subcommand: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "optimizer_core.cli", *([subcommand] if subcommand else []), "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def _paths(tree: str) -> list[str]:
    """Return the paths of a tree that is drawn by indentation, two spaces a level."""
    folders: list[str] = []
    found = []
    for line in tree.splitlines():
        if not line.strip():
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        del folders[depth:]
        found.append("/".join([*(folder.rstrip("/") for folder in folders), name.rstrip("/")]))
        folders.append(name)
    return found
