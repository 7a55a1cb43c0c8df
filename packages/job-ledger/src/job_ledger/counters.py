"""Names of the counters in a ledger, and their conversion to statistics.

A counter is a whole number that only grows. A histogram is a group of counters, ``NAME|BUCKET`` for each
bucket and ``NAME|sum`` for the sum, which is stored in thousandths (seconds) or millionths (gaps).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from job_ledger.results import Ended, Histogram
from job_ledger.rules import DURATION_BOUNDS_SECONDS, GAP_BOUNDS
from job_ledger.state import JobState

ACCEPTED = "accepted"
LOST_ATTEMPTS = "lost_attempts"

_SECONDS_SCALE = 1_000
_GAP_SCALE = 1_000_000


def count_ending(state: JobState, reason: str, backend: str, seconds: float) -> Iterator[tuple[str, int]]:
    """Yield the counters to raise when a job ends, and by how much; `seconds` is its duration."""
    name = f"duration|{state}|{reason}|{backend}"
    return _observe(name, seconds, DURATION_BOUNDS_SECONDS, _SECONDS_SCALE)


def count_gap(backend: str, gap: float) -> Iterator[tuple[str, int]]:
    """Yield the counters to raise for a result with this relative gap, and by how much."""
    return _observe(f"gap|{backend}", gap, GAP_BOUNDS, _GAP_SCALE)


def durations(counters: Mapping[str, int]) -> dict[Ended, Histogram]:
    """Return the histograms of seconds, by state, reason and backend."""
    found = _histograms("duration|", counters, len(DURATION_BOUNDS_SECONDS), _SECONDS_SCALE)
    ended = {name: name.split("|") for name in found}
    return {(JobState(parts[0]), parts[1], parts[2]): found[name] for name, parts in ended.items()}


def gaps(counters: Mapping[str, int]) -> dict[str, Histogram]:
    """Return the histograms of relative gaps, by backend."""
    return _histograms("gap|", counters, len(GAP_BOUNDS), _GAP_SCALE)


def _observe(name: str, number: float, bounds: Sequence[float], scale: int) -> Iterator[tuple[str, int]]:
    yield f"{name}|{bisect_left(bounds, number)}", 1
    yield f"{name}|sum", round(number * scale)


def _histograms(prefix: str, counters: Mapping[str, int], bounds: int, scale: int) -> dict[str, Histogram]:
    names = {name.removeprefix(prefix).rpartition("|")[0] for name in counters if name.startswith(prefix)}
    return {
        name: Histogram(
            tuple(counters.get(f"{prefix}{name}|{bucket}", 0) for bucket in range(bounds + 1)),
            counters.get(f"{prefix}{name}|sum", 0) / scale,
        )
        for name in sorted(names)
    }
