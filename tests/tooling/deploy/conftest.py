"""Stages whose hosts nobody reaches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

NOBODY_THERE = "exit 99"


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
