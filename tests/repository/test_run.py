"""The one script that must work before anything is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# What ./run needs of the system besides Python.
PROGRAMS = ["sh", "cat", "cksum", "dirname", "mkdir", "rm"]


@pytest.fixture
def bare_system(tmp_path: Path, root: Path) -> Path:
    """Return a checkout with nothing made yet, beside a search path without Python."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("run", "uv.lock", "pyproject.toml"):
        shutil.copy(root / name, checkout / name)
    shutil.copytree(
        root / "packages", checkout / "packages", ignore=lambda *_: ["src", "tests", "benchmarks"]
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    return tmp_path


def test_without_arguments_it_says_how_it_is_used(root: Path, tmp_path: Path) -> None:
    done = _run(root / "run", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: ./run COMMAND")


def test_a_missing_python_is_named_with_the_remedy(bare_system: Path) -> None:
    done = _run(bare_system / "checkout" / "run", "python", cwd=bare_system, path=bare_system / "bin")
    assert done.returncode == 1
    assert "no Python >= 3.11 with venv found" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (bare_system / "checkout" / ".venv").exists()
    assert not (bare_system / "checkout" / ".tools" / "lock").exists(), "the lock must not outlive a failure"


def test_an_old_python_is_passed_over(bare_system: Path) -> None:
    """A python3 that is too old answers the question about its version with a failure."""
    old = bare_system / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = _run(bare_system / "checkout" / "run", "python", cwd=bare_system, path=bare_system / "bin")
    assert done.returncode == 1
    assert "no Python >= 3.11" in done.stderr


def test_a_command_runs_where_it_was_called_from(root: Path, tmp_path: Path) -> None:
    """File arguments mean the caller's files."""
    done = _run(root / "run", "python", "-c", "import os; print(os.getcwd())", cwd=tmp_path)
    assert Path(done.stdout.strip()) == tmp_path.resolve()


def test_arguments_and_exit_code_pass_through_unchanged(root: Path, tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1:]); sys.exit(3)"
    done = _run(root / "run", "python", "-c", code, "two words", "*", "", cwd=tmp_path)
    assert done.stdout == "['two words', '*', '']\n"
    assert done.returncode == 3


def _run(
    script: Path, *arguments: str, cwd: Path, path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": str(path)} if path else dict(os.environ)
    return subprocess.run(
        [script, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
