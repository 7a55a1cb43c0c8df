"""What the checklist of a stage printed."""

from __future__ import annotations

from tooling.deploy.preflight import ROWS


def failed_rows(printed: str) -> set[str]:
    """Return the names of the rows that failed; every row must have been looked at."""
    lines = [line for line in printed.splitlines() if line.startswith(("pass  ", "FAIL  "))]
    unlike = [row.name for row, line in zip(ROWS, lines, strict=True) if not line[6:].startswith(row.name)]
    assert unlike == []
    return {row.name for row, line in zip(ROWS, lines, strict=True) if line.startswith("FAIL")}
