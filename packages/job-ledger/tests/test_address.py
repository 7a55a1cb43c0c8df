from pathlib import Path

import pytest

from job_ledger.address import sqlite_path


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///jobs.db", Path("jobs.db")),
        ("sqlite:////var/jobs.db", Path("/var/jobs.db")),
        ("redis://localhost", None),
    ],
)
def test_three_slashes_are_relative_and_four_absolute(url: str, path: Path | None) -> None:
    assert sqlite_path(url) == path
