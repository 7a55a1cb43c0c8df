"""How long a solve may take, how it tells where it stands, and how it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from optimizer_core.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands.

    Parameters
    ----------
    stage
        What is being done, one or two words.
    percent
        Rough share of the work done, 0 to 100; never falls.
    value, bound
        Cost of the best plan and proved lower bound on it, in the units of gap cost; None if unknown.
    """

    stage: str
    percent: int
    value: Fraction | None = None
    bound: Fraction | None = None


def _ignore(_progress: Progress) -> None:
    """Listen to nothing."""


def _keep_none(_plan: Plan) -> None:
    """Listen to no plan."""


def _never() -> bool:
    """Never cancel."""
    return False


@dataclass(slots=True)
class Limits:
    """Time limit and cancel of one solve; the clock starts when the object is made.

    Parameters
    ----------
    time_limit_seconds
        Wall-clock seconds after which the best verified plan so far is the answer; None for no limit.
    is_cancelled
        Asked often, from the solving thread; true stops the solve.
    report
        Called with each `Progress`.
    report_plan
        Called with a plan that is better than those told before, as soon as there is one. It is what is
        left should the solve have to be killed, so a backend does well to tell it; it need not.
    """

    time_limit_seconds: float | None = None
    is_cancelled: Callable[[], bool] = _never
    report: Callable[[Progress], None] = _ignore
    started: float = field(default_factory=time.monotonic)
    report_plan: Callable[[Plan], None] = _keep_none

    def seconds_left(self) -> float:
        """Return the seconds that are left, never negative; infinite without a limit."""
        if self.time_limit_seconds is None:
            return float("inf")
        return max(0.0, self.time_limit_seconds - (time.monotonic() - self.started))

    def seconds_used(self) -> float:
        """Return the seconds since the clock started."""
        return time.monotonic() - self.started

    def is_over(self) -> bool:
        """Return whether the solve must stop now, by time or by cancel."""
        return self.seconds_left() <= 0.0 or self.is_cancelled()
