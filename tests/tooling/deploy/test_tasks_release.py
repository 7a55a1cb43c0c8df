"""A dry run tells every step in order, and changes nothing."""

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
        "nginx, Redis and monitoring",
        "certificate",
        "start blue",
        "smoke test of blue",
        "switch to blue",
        "smoke test from outside",
        "record it",
        "stop green",
    ]
    for part in (
        "release   none -> v1 (blue)",
        "would take the lock",
        "would send the images",
        "--network none",
        "certificate.sh",
        "nginx -s reload",
        "keys create",
        "v1 would be live on staging (blue)",
    ):
        assert part in printed, part
    assert printed.count("on deploy@lab.example:") == 1
    assert re.findall("ssh |flock|ConnectTimeout|is live on", printed) == []


def test_a_host_that_is_not_reached_is_an_error_and_not_a_first_deployment() -> None:
    with pytest.raises(SystemExit) as failed:
        tasks_release.deploy("staging", "v1", yes=False, dry_run=False)
    assert "99" in str(failed.value)


def test_a_dry_rollback_of_a_host_that_is_away_says_what_is_not_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tasks_release.roll_back("staging", "", without_smoke=False, yes=False, dry_run=True)
    assert "the release to go back to is unknown" in capsys.readouterr().out
