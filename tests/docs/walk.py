"""Walks down a page as a reader does: saves what is to be saved, types what is to be typed, and compares."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from optimizer_core.cli import main
from tests.docs.blocks import PYTHON, ROOT, SHELL, Block, blocks
from tests.docs.programs import check
from tests.docs.typed import Call, Line, calls_of, lines_of

RUNNER = Path(__file__).with_name("page_runner.py")
JOB_ID = "JOB_ID"
OF_NGINX = "/.well-known/acme-challenge/"
"""What nginx answers, and only where there is one."""

_ADDRESS = re.compile(
    r"https?://(?:127\.0\.0\.1:8000|localhost|[a-z]+\.example|YOUR\.DOMAIN|your\.domain)(?=[/\"' ]|$)"
)
_TIMES = re.compile(r"\d+(\.\d+)? s\b")
_LONGEST_SECONDS = "30"


@dataclass
class Walk:
    """One way down one page.

    Parameters
    ----------
    folder
        Where the reader is; the folder ``examples`` is found in it.
    address
        Address of a service that runs; empty for a page that asks none.
    """

    folder: Path
    address: str = ""
    _code: int = field(default=0, init=False)
    _job_id: str = field(default="", init=False)

    def down(self, page: str) -> None:
        """Do what a page says, from its first block to its last.

        Raises
        ------
        AssertionError
            If something does not end or print as the page says; tells the line.
        """
        (self.folder / "examples").symlink_to(ROOT / "examples")
        for block in blocks(page):
            if block.name:
                path = self.folder / block.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{block.text}\n", encoding="utf-8")
            elif block.language in SHELL:
                for line in lines_of(block):
                    self.type(line)
                assert self._code == 0, f"{block}: ended with {self._code}, and the page does not say so"
        self._run_python([block for block in blocks(page) if block.language == PYTHON and not block.name])

    def type(self, line: Line) -> None:
        """Run a line if it can be run here; otherwise judge it only."""
        calls = calls_of(line.text)
        try:
            for call in calls:
                check(call)
            call = calls[-1]
            if line.text == "echo $?":
                assert line.printed == (str(self._code),), f"the code was {self._code}"
                self._code = 0
                return
            assert self._code == 0, f"the line before ended with {self._code}"
            if call.program == "curl":
                self._ask(call)
            elif call.program == "bookingopt" or (call.program, *call.arguments[:1]) == (
                "./run",
                "bookingopt",
            ):
                self._optimize(call, line.printed)
        except AssertionError as error:
            raise AssertionError(f"{line}\n{error}") from error

    def _optimize(self, call: Call, expected: tuple[str, ...]) -> None:
        arguments = call.arguments[1:] if call.program == "./run" else call.arguments
        if _needs_an_example_backend(arguments):
            return
        printed, told = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(told),
        ):
            self._code = main(list(arguments))
        assert self._code in {0, 2, 3}, told.getvalue()
        if expected:
            compare(f"{printed.getvalue()}{told.getvalue()}", expected)
        elif self._code == 2:
            raise AssertionError(told.getvalue())

    def _ask(self, call: Call) -> None:
        """Run curl on a service that is there, with the id of the job that it was told before."""
        assert self.address, "no service is asked here"
        program = shutil.which("curl")
        if program is None:
            pytest.skip("no curl here: install it to ask as the pages do")
        if any(OF_NGINX in word for word in call.arguments):
            return  # typed on a host: places.py
        if any(f"{JOB_ID}/" in word for word in call.arguments):
            self._wait(program)
        arguments = [
            _ADDRESS.sub(self.address, word).replace(JOB_ID, self._job_id) for word in call.arguments
        ]
        done = subprocess.run(
            [program, "--fail", "--show-error", "--noproxy", "*", "--max-time", _LONGEST_SECONDS, *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        found = re.search(r'"job_id": ?"([^"]+)"', done.stdout)
        self._job_id = found[1] if found else self._job_id

    def _wait(self, curl: str) -> None:
        """Follow the events of the job until it has ended."""
        events = f"{self.address}/api/v1/jobs/{self._job_id}/events"
        done = subprocess.run(
            [curl, "-sN", "--fail", "--noproxy", "*", "--max-time", _LONGEST_SECONDS, events],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "event: completed" in done.stdout, done.stdout

    def _run_python(self, found: list[Block]) -> None:
        """Run the blocks of a page one after the other, in one namespace and a process of their own."""
        if not found:
            return
        texts = [_ADDRESS.sub(self.address, block.text) for block in found]
        told = [
            {"page": block.page, "line": block.line, "text": text}
            for block, text in zip(found, texts, strict=True)
        ]
        environment = {"BOOKINGOPT_KEY": "", "NO_PROXY": "*", "PYTHONWARNINGS": "error"}
        done = subprocess.run(
            [sys.executable, str(RUNNER)], input=json.dumps(told), cwd=self.folder,
            env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def asks_a_service(page: str) -> bool:
    """Return whether a page asks a service, by curl or in Python."""
    typed = [line.text for block in blocks(page) if block.language in SHELL for line in lines_of(block)]
    asked = [block.text for block in blocks(page) if block.language == PYTHON and not block.name]
    return any("curl " in text for text in typed) or any(_ADDRESS.search(text) for text in asked)


def compare(printed: str, expected: tuple[str, ...]) -> None:
    """Compare what was printed with what a page says, but for times; a line of dots stands for any rest.

    Raises
    ------
    AssertionError
        If they differ.
    """
    got = [_TIMES.sub("N s", line.rstrip()) for line in printed.rstrip().splitlines()]
    wanted = [_TIMES.sub("N s", line.rstrip()) for line in expected]
    if wanted and wanted[-1] in {"...", "…"}:
        wanted.pop()
        got = got[: len(wanted)]
    while wanted and not wanted[-1]:
        wanted.pop()
    assert got == wanted, "\n".join(["printed:", *got, "the page says:", *wanted])


def _needs_an_example_backend(arguments: tuple[str, ...]) -> bool:
    """Return whether a backend is asked for that is an example, which `nox -s conformance` installs."""
    if "--backend" not in arguments:
        return False
    paths = ROOT.glob("examples/*/pyproject.toml")
    projects = [tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in paths]
    names = {name for project in projects for name in project["entry-points"]["optimizer_core"]}
    return arguments[arguments.index("--backend") + 1] in names
