"""A dry run tells every step in order, and reaches nobody."""

import re
from pathlib import Path

import pytest

from tooling.deploy import tasks_release

STAGE = """\
host = "nowhere"
domain = "lab.example"
production = false
images = "stream"
tls = "letsencrypt"
tls_email = "a@b.example"
"""


@pytest.fixture(autouse=True)
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stage be one that nobody can reach, and ssh a program that fails."""
    (tmp_path / "staging.toml").write_text(STAGE)
    monkeypatch.setenv("BOOKINGOPT_STAGES", str(tmp_path))
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 99\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")


def test_a_dry_deployment_tells_the_steps_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    tasks_release.deploy("staging", "v1", yes=False, dry_run=True)
    printed = capsys.readouterr().out
    assert re.findall(r"^== ([^:\n]+)$", printed, re.MULTILINE) == [
        "bring it",
        "try it alone",
        "nginx and Redis",
        "start blue",
        "smoke test of blue",
        "switch to blue",
        "smoke test from outside",
        "write it down",
        "stop green",
    ]
    for part in (
        "flock",
        "docker save",
        "--network none",
        "certificate.sh",
        "nginx -s reload",
        "keys create",
    ):
        assert part in printed, part


def test_a_host_that_is_not_reached_is_an_error_and_not_a_first_deployment() -> None:
    with pytest.raises(SystemExit) as failed:
        tasks_release.deploy("staging", "v1", yes=False, dry_run=False)
    assert "99" in str(failed.value)


def test_a_dry_rollback_reaches_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    tasks_release.roll_back("staging", "", yes=False, dry_run=True)
    assert "read which release was live before" in capsys.readouterr().out
