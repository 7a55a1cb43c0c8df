"""Limits, progress reports and cancel of a solve."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer_core.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a running solve.

    Parameters
    ----------
    stage
        The current step, in one or two words.
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
    """Ignore a progress report."""


def _keep_none(_plan: Plan) -> None:
    """Ignore a plan."""


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
        Called often, from the solving thread; true stops the solve.
    report
        Called with each `Progress`.
    report_plan
        Called with each plan that is better than those reported before, as soon as it is found. A backend
        should report plans, as they are all that is left if the solve must be killed, but need not.
    few_moves
        Whether to look for the fewest moves among plans of the best value. If not, the certificate proves
        the value only. A backend may ignore it.
    """

    time_limit_seconds: float | None = None
    is_cancelled: Callable[[], bool] = _never
    report: Callable[[Progress], None] = _ignore
    started: float = field(default_factory=time.monotonic)
    report_plan: Callable[[Plan], None] = _keep_none
    few_moves: bool = True

    def seconds_left(self) -> float:
        """Return the seconds that are left, never negative; infinite without a limit."""
        if self.time_limit_seconds is None:
            return float("inf")
        return max(0.0, self.time_limit_seconds - (time.monotonic() - self.started))

    def seconds_used(self) -> float:
        """Return the seconds since the clock started."""
        return time.monotonic() - self.started

    def part(self, share: float) -> Limits:
        """Return the limits of a step that may take a share of the time left, if there is a time limit."""
        if self.time_limit_seconds is None:
            return self
        return replace(self, time_limit_seconds=self.seconds_used() + share * self.seconds_left())

    def is_over(self) -> bool:
        """Return whether the solve must stop now, by time or by cancel."""
        return self.seconds_left() <= 0.0 or self.is_cancelled()
