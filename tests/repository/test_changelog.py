"""Every fragment has a name that can be gathered and a text somebody can read."""

import re
import tomllib
from pathlib import Path


def test_fragments_are_of_a_known_kind_and_say_something(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["towncrier"]
    kinds = "|".join(kind["directory"] for kind in settings["type"])
    name = re.compile(rf"(\d+|\+[a-z0-9-]+)\.({kinds})(\.\d+)?\.md")
    for path in (root / "changelog.d").iterdir():
        if path.name == "README.md":
            continue
        assert name.fullmatch(path.name), path.name
        assert path.read_text().strip().endswith("."), f"{path.name} is not a sentence"


def test_the_readme_of_the_fragments_names_every_kind(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["towncrier"]
    text = (root / "changelog.d" / "README.md").read_text()
    assert [kind["directory"] for kind in settings["type"] if f"`{kind['directory']}`" not in text] == []


def test_the_changelog_has_the_place_where_releases_go(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["towncrier"]
    assert settings["start_string"] in (root / settings["filename"]).read_text()
