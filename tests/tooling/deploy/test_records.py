"""A trial is one line, in which the checklist finds what it looks for."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tooling.deploy.preflight import ROWS
from tooling.deploy.records import FILE, Record, Trial

LOAD_ROW = "the release that serves passed a load test"
RESTORE_ROW = "a restore was tested within 30 days"


def judge(name: str, folder: Path) -> int:
    """Return with what the command of a row ends where the host's folder is this one."""
    (row,) = [row for row in ROWS if row.name == name]
    script = row.command.replace("{folder}", str(folder))
    return subprocess.run(["bash", "-c", script], capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    ("release", "failures", "code"), [("v1.2.0", 0, 0), ("v1.2.0", 3, 1), ("v1.2.00", 0, 1), ("v1x2.0", 0, 1)]
)
def test_a_load_test_counts_for_the_release_that_serves_if_nothing_failed(
    tmp_path: Path, release: str, failures: int, code: int
) -> None:
    assert judge(LOAD_ROW, tmp_path) != 0, "nothing was deployed"
    lines = [f'{{"time": "t", "event": "live", "release": "{name}"}}\n' for name in ("v1.1.0", "v1.2.0")]
    (tmp_path / "releases.jsonl").write_text("".join(lines))
    assert judge(LOAD_ROW, tmp_path) != 0, "nothing was tried"
    (tmp_path / FILE).write_text(Record(Trial.LOAD, release, failures, {"rate": 5.0}).line() + "\n")
    assert judge(LOAD_ROW, tmp_path) == code


@pytest.mark.parametrize(("days", "code"), [(29, 0), (31, 1)])
def test_a_restore_counts_for_thirty_days(tmp_path: Path, days: int, code: int) -> None:
    assert judge(RESTORE_ROW, tmp_path) != 0
    old, new = datetime.now(UTC) - timedelta(days=90), datetime.now(UTC) - timedelta(days=days)
    lines = [
        Record(Trial.RESTORE, "v1", 0, {"backup": "x"}, old).line(),
        Record(Trial.RESTORE, "v1", 0, {"backup": "x"}, new).line(),
        Record(Trial.LOAD, "v1", 0).line(),
        Record(Trial.RESTORE, "v1", 1).line(),
    ]
    (tmp_path / FILE).write_text("\n".join(lines) + "\n")
    assert judge(RESTORE_ROW, tmp_path) == code
