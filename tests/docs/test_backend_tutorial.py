"""From an empty folder to a backend that is found, plans a hotel, and is judged by the kit."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, SHELL, blocks
from tests.docs.typed import Line, lines_of
from tests.docs.walk import compare

PAGE = "docs/tutorials/write-a-backend.md"
_MOST_LINES = 30
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def test_the_backend_is_thirty_lines_that_import_the_plugin_interface_only() -> None:
    written = [block.text for block in blocks(PAGE) if block.name.startswith("src/")]
    lines = [line for text in written for line in text.splitlines() if line.strip()]
    assert len(lines) - 1 <= _MOST_LINES, "without the docstring of the package"
    imported = [name for text in written for name in imports_of(text) if name.startswith("optimizer_core.")]
    assert set(imported) == {"optimizer_core.plugins"}


def imports_of(source: str) -> list[str]:
    """Return the modules that a program imports."""
    nodes = list(ast.walk(ast.parse(source)))
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return named + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]


@pytest.mark.conformance
@pytest.mark.timeout(180)
def test_the_tutorial_ends_with_a_backend_that_was_judged(tmp_path: Path) -> None:
    (tmp_path / "bookingopt").symlink_to(ROOT)
    folder = tmp_path / "backend"
    folder.mkdir()
    printed = ""
    for block in blocks(PAGE):
        if block.name:
            path = folder / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{block.text}\n", encoding="utf-8")
        elif block.language in SHELL:
            for line in lines_of(block):
                printed = _type(line, folder)
        elif block.language == "text":
            assert _NUMBERS.sub("N", block.text) in _NUMBERS.sub("N", printed), printed
    assert re.search(r"\d+ passed", printed), printed
    assert "failed" not in printed
    shutil.rmtree(tmp_path)


def _type(line: Line, folder: Path) -> str:
    """Run what is typed; an environment is made without the network, of what is installed here."""
    words = shlex.split(line.text)
    if words[:3] == ["python3", "-m", "venv"]:
        words = [_uv(), "venv", "--quiet", "--offline", "--python", sys.executable, *words[3:]]
    elif words[:2] == [".venv/bin/pip", "install"]:
        (site,) = folder.glob(".venv/lib/python*/site-packages")
        (site / "installed-already.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        offline = ("--quiet", "--offline", "--no-deps", "--python", ".venv")
        words = [_uv(), "pip", "install", *offline, *words[2:]]
    quick = {"PYTEST_ADDOPTS": "-q --exitfirst -p no:cacheprovider -p no:randomly"}
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "PYTEST_", "COV_CORE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        words, cwd=folder, env={**kept, **quick}, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    if line.printed:
        compare(done.stdout, line.printed)
    return done.stdout


def _uv() -> str:
    """Return the uv that `run` has installed."""
    found = shutil.which("uv") or next(map(str, ROOT.glob(".tools/uv-*/bin/uv")), None)
    assert found is not None, "no uv here: start the tests with ./run"
    return found
