"""The checklist: each row a command that can be filled in, and every row is looked at."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tooling.deploy.preflight import ROWS, Row, filled, look
from tooling.deploy.site import Site
from tooling.deploy.stage import Stage

STAGE = Stage(name="lab", host="deploy@lab.example", domain="lab.example", images="stream", tls="given")


@pytest.fixture
def site() -> Site:
    """Return a stage whose host is never reached."""
    return Site(
        Stage(name="lab", host="deploy@lab.example", domain="lab.example", images="stream", tls="given")
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_command_is_shell_and_names_the_stage(row: Row, site: Site) -> None:
    """No braces are left over, and sh or bash can read it."""
    command = filled(site, row)
    script = command[-1]
    assert "{domain}" not in script
    assert "{folder}" not in script
    assert subprocess.run(["bash", "-n", "-c", script], check=False, capture_output=True).returncode == 0
    assert command[0] == ("bash" if row.place == "here" else "ssh")
    assert row.remedy


def test_a_row_that_fails_tells_the_remedy_and_the_next_one_is_looked_at(site: Site) -> None:
    rows = (
        Row("wrong", "here", "echo it is not; exit 3", "Put it right."),
        Row("right", "here", "echo first; echo {domain}", "None."),
    )
    wrong, right = look(site, rows)
    assert (wrong.is_right, wrong.detail) == (False, "it is not -> Put it right.")
    assert (right.is_right, right.detail) == (True, "lab.example")


def test_a_dry_run_prints_every_command_and_runs_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    touched = tmp_path / "touched"
    rows = (Row("one", "here", f"touch {touched}", "None."), *ROWS)
    assert look(Site(STAGE, dry_run=True), rows) == []
    assert capsys.readouterr().out.count("$ ") >= len(rows)
    assert not touched.exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.place == "host"], ids=lambda row: row.name)
def test_a_host_that_has_nothing_passes_no_row_for_want_of_an_answer(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a pipe must not say yes when its beginning failed."""
    for name in ("docker", "systemctl", "timedatectl", "df", "python3", "stat", "id"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if "/etc/os-release" in row.command or "/proc/meminfo" in row.command:
        return  # true of the machine that runs the tests
    script = filled(Site(replace(STAGE, folder="/srv/no-such-folder")), row)[-1]
    assert subprocess.run(["bash", "-c", script], check=False, capture_output=True).returncode != 0
