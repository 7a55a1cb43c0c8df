"""The tutorial is typed as it stands, and prints what it says."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(
    r"(?:Save this as `(?P<name>[^`]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
SECONDS = re.compile(r"\d+(\.\d+)? s\b")


def test_the_tutorial_prints_what_it_says(root: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(root / "examples")
    page = (root / "docs" / "tutorials" / "first-plan.md").read_text()
    typed = 0
    for block in BLOCK.finditer(page):
        if block["name"]:
            (tmp_path / block["name"]).write_text(block["text"])
        if block["kind"] == "console":
            _type(block["text"], tmp_path)
            typed += 1
    assert typed > 3
    assert (tmp_path / "plan.svg").read_text().startswith("<svg")
    shutil.rmtree(tmp_path)


def _type(block: str, folder: Path) -> None:
    """Run the command of a block, and compare what it prints with the rest of the block, if there is any."""
    command, *expected = block.splitlines()
    program = shlex.split(command)
    assert program[:3] == ["$", "./run", "bookingopt"]
    done = subprocess.run(
        [sys.executable, "-m", "optimizer_core.cli", *program[3:]],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if expected:
        printed = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
        assert _without_times(printed) == _without_times(expected)


def _without_times(lines: list[str]) -> list[str]:
    return [SECONDS.sub("N s", line) for line in lines]
