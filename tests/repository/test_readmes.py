"""Whoever opens a folder learns what it is for, and whoever follows a link arrives."""

import re
import tomllib
from pathlib import Path

LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)\s]*)?\)")
# Folders that a name alone does not explain, as `src` and the `tests` of a package do.
FOLDERS_WITH_README = [
    "",
    "changelog.d",
    "docs",
    "examples",
    "examples/*/",
    "packages/*",
    "packages/*/benchmarks",
    "tests",
    "tooling",
]


def test_folders_that_do_not_explain_themselves_have_a_readme(root: Path) -> None:
    folders = {folder for pattern in FOLDERS_WITH_README for folder in _folders(root, pattern)}
    assert len(folders) > len(FOLDERS_WITH_README) // 2
    silent = [str(folder.relative_to(root)) for folder in folders if not (folder / "README.md").is_file()]
    assert sorted(silent) == []


def test_every_package_of_the_workspace_is_in_the_readme(root: Path) -> None:
    text = (root / "README.md").read_text()
    for path in root.glob("packages/*/pyproject.toml"):
        name = tomllib.loads(path.read_text())["project"]["name"]
        assert name in text, name
        assert str(path.parent.relative_to(root)) in text, name


def test_every_relative_link_of_a_markdown_file_leads_somewhere(tracked: list[Path], root: Path) -> None:
    broken = []
    for path in tracked:
        if path.suffix != ".md":
            continue
        targets = LINK.findall(_without_code(path.read_text()))
        missing = [target for target in targets if not (path.parent / target).exists()]
        broken += [f"{path.relative_to(root)} -> {target}" for target in missing]
    assert broken == []


def _folders(root: Path, pattern: str) -> list[Path]:
    found = [root] if not pattern else [path for path in root.glob(pattern) if path.is_dir()]
    return [path for path in found if not path.name.startswith((".", "__"))]


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def test_every_distribution_has_the_licence(root: Path) -> None:
    folders = [path.parent for path in root.glob("packages/*/pyproject.toml")]
    assert len(folders) > 2
    for folder in (*folders, root / "examples/optimizer-core-scip"):
        project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
        assert project["license-files"] == ["LICENSE"], folder
        assert (folder / "LICENSE").read_text() == (root / "LICENSE").read_text(), folder
