"""The numbers that all processes around one ledger must agree on."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

DURATION_BOUNDS_SECONDS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds of the histogram of durations."""
GAP_BOUNDS = (0.0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Upper bounds of the histogram of relative gaps."""


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """Timeouts, retention and limits of a ledger.

    Parameters
    ----------
    lease_seconds
        A worker that sends no heartbeat for that long has lost its job; 15 by default.
    redeliver_seconds
        A queued job whose message is in no queue is delivered again after that time; 30 by default.
    max_attempts
        A job whose workers died that many times has failed; 3 by default.
    result_ttl_seconds
        A finished job is kept for that long; 3,600 by default.
    max_open_jobs_per_user
        Most queued and running jobs of one user; None for no limit, 3 by default.
    fill_limit
        Share of the store's capacity above which no job is accepted, so that those it has can end; 0.9 by
        default. It has no effect if the store has no limit of its own.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """

    lease_seconds: float = 15.0
    redeliver_seconds: float = 30.0
    max_attempts: int = 3
    result_ttl_seconds: float = 3600.0
    max_open_jobs_per_user: int | None = 3
    fill_limit: float = 0.9

    def __post_init__(self) -> None:
        """Check the ranges."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"{field.name} must be above 0, not {value!r}")
        if self.fill_limit > 1:
            raise ValueError(f"fill_limit is a share of at most 1, not {self.fill_limit!r}")

    @property
    def lease_ms(self) -> int:
        """Lease in milliseconds."""
        return round(self.lease_seconds * 1000)

    @property
    def redeliver_ms(self) -> int:
        """Time until a message is delivered again, in milliseconds."""
        return round(self.redeliver_seconds * 1000)

    @property
    def result_ttl_ms(self) -> int:
        """Retention of a finished job in milliseconds."""
        return round(self.result_ttl_seconds * 1000)
