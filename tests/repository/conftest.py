"""What the rules are checked on: the files that git tracks."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Return every file git tracks, as absolute paths, without those just deleted."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules(tracked: list[Path]) -> list[Path]:
    """Return every tracked Python module."""
    found = [path for path in tracked if path.suffix == ".py"]
    assert found, "no Python module is tracked: the rules would hold of nothing"
    return found


@pytest.fixture(scope="session")
def source_modules(modules: list[Path]) -> list[Path]:
    """Return the modules that are shipped in a package."""
    return [path for path in modules if "src" in path.relative_to(ROOT).parts]
