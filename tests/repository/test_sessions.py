"""A session that cannot do its work fails, and says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_without_a_browser_the_session_of_the_page_fails_with_the_remedy(root: Path, tmp_path: Path) -> None:
    """Neither a browser nor what would install one is on this search path."""
    nox = [str(root / ".venv" / "bin" / "python"), "-m", "nox", "-s", "browser"]
    done = subprocess.run(
        nox, cwd=root, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr


def test_what_shares_a_server_runs_in_one_process(root: Path, tmp_path: Path) -> None:
    """Without groups, each process would start a stack of containers of its own."""
    (tmp_path / "conftest.py").write_text((root / "conftest.py").read_text())
    modules = [tmp_path / "tests" / "integration" / f"test_{name}.py" for name in ("one", "two")]
    modules += [tmp_path / f"test_{name}.py" for name in ("three", "four")]
    for module in modules:
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(_TESTS_THAT_NAME_THEIR_PROCESS)
    run = (sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", ".", "--numprocesses=2")
    done = subprocess.run(
        [*run, "--dist=loadgroup", "-p", "no:randomly", "--import-mode=importlib", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    used = {module.name: set(module.with_suffix(".txt").read_text().split()) for module in modules}
    assert {len(processes) for processes in used.values()} == {1}
    assert used["test_one.py"] == used["test_two.py"]
    assert len(set.union(*used.values())) == 2, "two processes were used"


_TESTS_THAT_NAME_THEIR_PROCESS = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(8))
def test_a_process_is_named(number):
    with pathlib.Path(__file__).with_suffix(".txt").open("a") as file:
        file.write(f"{os.environ['PYTEST_XDIST_WORKER']}\\\\n")
"""
