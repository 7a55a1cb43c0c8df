"""CI runs what a developer runs, and trusts nothing it does not have to."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PINNED = re.compile(r"uses: \S+@[0-9a-f]{40} # v\d+(\.\d+)*$")


@pytest.fixture(scope="module")
def workflows(root: Path) -> dict[str, Any]:
    """Return every workflow, by file name."""
    found = {path.name: yaml.safe_load(path.read_text()) for path in root.glob(".github/workflows/*.yml")}
    assert found
    return found


def test_actions_are_pinned_by_commit_with_their_version_beside(root: Path) -> None:
    for path in root.glob(".github/workflows/*.yml"):
        uses = [line.strip(" -") for line in path.read_text().splitlines() if "uses:" in line]
        theirs = [line for line in uses if not line.startswith("uses: ./")]
        assert [line for line in theirs if not PINNED.fullmatch(line)] == [], path.name


def test_a_step_either_uses_an_action_or_calls_run(workflows: dict[str, Any]) -> None:
    """What CI does can be replayed at the desk, because it is a nox session or a task."""
    commands = [step["run"] for step in _steps(workflows) if "run" in step]
    assert commands
    ours = ("./run nox ", "./run nox\n", "./run invoke ")
    assert [command for command in commands if not f"{command}\n".startswith(ours)] == []


def test_a_workflow_starts_without_rights(workflows: dict[str, Any]) -> None:
    assert [name for name, workflow in workflows.items() if workflow["permissions"] != {}] == []
    checkouts = [step for step in _steps(workflows) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_job_that_scans_has_no_secret(workflows: dict[str, Any], root: Path) -> None:
    """A scanner is somebody else's program, and was hijacked before."""
    text = (root / ".github" / "workflows" / "scan.yml").read_text()
    assert "secrets" not in text.partition("jobs:")[2]
    for name, workflow in workflows.items():
        for job in workflow["jobs"].values():
            if "scan.yml" in job.get("uses", ""):
                assert "secrets" not in job, name


def test_only_one_deployment_runs_at_a_time(workflows: dict[str, Any]) -> None:
    """One that waits goes on: stopping a deployment half-way helps nobody."""
    assert workflows["deploy.yml"]["concurrency"] == {"group": "deploy", "cancel-in-progress": False}


def _steps(workflows: dict[str, Any]) -> list[dict[str, Any]]:
    jobs = [job for workflow in workflows.values() for job in workflow["jobs"].values()]
    return [step for job in jobs for step in job.get("steps", [])]  # or it calls a workflow
