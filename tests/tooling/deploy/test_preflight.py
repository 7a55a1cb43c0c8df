"""The checklist: each row a command that can be filled in, and every row is looked at."""

import subprocess
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
