"""A dry run tells every step in order, and reaches nobody."""

import re
from collections.abc import Callable

import pytest

from tooling.deploy import tasks_release


@pytest.fixture(autouse=True)
def staging(put_stage: Callable[..., None]) -> None:
    """Let the stage be one that nobody can reach."""
    put_stage("staging", tls="letsencrypt", tls_email="a@b.example")


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
