"""Stage files, and a stand-in for ssh."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tooling.deploy.dry_run import DRY_RUN

NOBODY_THERE = "exit 99"


@pytest.fixture(autouse=True)
def no_host_named() -> None:
    """Begin as a process does: no host was named, and none gave no answer."""
    DRY_RUN.host = ""
    DRY_RUN.unreached.clear()


@pytest.fixture
def put_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what writes a stage, which tasks find from then on, and what its ssh does in place of the host.

    Programs that are put beside it, into `bin`, are found before those of the machine.
    """
    stages, programs = tmp_path / "stages", tmp_path / "bin"
    for folder in (stages, programs):
        folder.mkdir()
    monkeypatch.setenv("BOOKINGOPT_STAGES", str(stages))
    monkeypatch.setenv("PATH", str(programs), prepend=":")

    def put(name: str, *, ssh: str = NOBODY_THERE, **settings: str) -> None:
        said = {"host": "deploy@lab.example", "domain": "lab.example", "images": "stream"} | settings
        lines = [f'{key} = "{value}"\n' for key, value in said.items()]
        (stages / f"{name}.toml").write_text("".join(["production = false\n", *lines]))
        (programs / "ssh").write_text(f"#!/bin/sh\n{ssh}\n")
        (programs / "ssh").chmod(0o755)

    return put
