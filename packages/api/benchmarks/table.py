"""One row of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What one thing took.

    Parameters
    ----------
    case
        What was measured.
    median_ms, slow_ms
        Milliseconds: the median, and the 99th percentile.
    per_second
        How often it was done in a second; None if it was done one by one.
    note
        What else is to be known.
    aim_ms
        Milliseconds that the 99th percentile should stay below; None where there is no aim.
    """

    case: str
    median_ms: float
    slow_ms: float
    per_second: float | None = None
    note: str = ""
    aim_ms: float | None = None

    @property
    def verdict(self) -> str:
        """The aim, and whether it was kept; empty where there is none."""
        if self.aim_ms is None:
            return ""
        return f"< {self.aim_ms:g} {'kept' if self.slow_ms < self.aim_ms else 'missed'}"


def row_of(case: str, seconds: Sequence[float], note: str = "") -> Row:
    """Return the row of something that was done several times."""
    ordered = sorted(1000 * taken for taken in seconds)
    return Row(
        case, ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], None, note
    )


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows as a table."""
    head = ("case", "per second", "p50 ms", "p99 ms", "aim", "note")
    body = [
        (
            row.case,
            "" if row.per_second is None else f"{row.per_second:,.0f}",
            f"{row.median_ms:.3f}",
            f"{row.slow_ms:.3f}",
            row.verdict,
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[at]) for line in (head, *body)) for at in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
