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
        assert [line for line in uses if not PINNED.fullmatch(line)] == [], path.name


def test_a_step_either_uses_an_action_or_calls_run(workflows: dict[str, Any]) -> None:
    """What CI checks can be replayed at the desk, because it is a nox session."""
    commands = [step["run"] for step in _steps(workflows) if "run" in step]
    assert commands
    assert [command for command in commands if not command.startswith("./run nox")] == []


def test_a_workflow_starts_without_rights(workflows: dict[str, Any]) -> None:
    assert [name for name, workflow in workflows.items() if workflow["permissions"] != {}] == []
    checkouts = [step for step in _steps(workflows) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def _steps(workflows: dict[str, Any]) -> list[dict[str, Any]]:
    jobs = [job for workflow in workflows.values() for job in workflow["jobs"].values()]
    return [step for job in jobs for step in job["steps"]]
