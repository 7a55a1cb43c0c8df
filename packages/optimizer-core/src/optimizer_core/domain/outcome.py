"""What came of a solve: why it stopped, what it found, and what is proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from optimizer_core.domain.plan import Plan


class Reason(StrEnum):
    """What is known about the problem when the solve ends."""

    OPTIMAL = "optimal"
    """A plan, and a proof that none is better."""
    FEASIBLE = "feasible"
    """A plan, and a bound that does not meet its value."""
    INFEASIBLE = "infeasible"
    """A proof that no plan exists."""
    NO_PLAN_FOUND = "no_plan_found"
    """Neither a plan nor a proof."""
    CANCELLED = "cancelled"
    """The caller stopped it."""
    ERROR = "error"
    """The backend failed."""


class Limit(StrEnum):
    """Which limit ended the solve."""

    NONE = "none"
    TIME = "time"
    CANCEL = "cancel"
    METHOD = "method"
    """The backend's method proves no more than this."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Nights on which stays outnumber the rooms that may house them.

    Parameters
    ----------
    room_types
        The types concerned; every stay counted may use no others.
    first, last
        First and last night, both inclusive.
    rooms_short
        By how many rooms on the worst of these nights.
    stay_ids
        The stays that compete on the worst night.
    lock_ids
        The locks that stand in their way.
    """

    room_types: tuple[str, ...]
    first: date
    last: date
    rooms_short: int
    stay_ids: tuple[str, ...] = ()
    lock_ids: tuple[str, ...] = ()

    @property
    def nights(self) -> int:
        """Number of nights."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """Return one sentence for people."""
        types = " and ".join(repr(name) for name in self.room_types)
        when = f"on {self.first}" if self.nights == 1 else f"on the nights {self.first} to {self.last}"
        rooms = "1 room" if self.rooms_short == 1 else f"{self.rooms_short} rooms"
        return f"short of {rooms} of type {types} {when}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of a solve; every plan in it has passed the verifier.

    Parameters
    ----------
    reason, limit
        What is known, and what ended the solve.
    backend
        Name of the backend.
    plan
        The best plan found, None if there is none.
    value, bound
        Objective of the plan and proved lower bound, in the units of gap cost.
    upgrades
        Stays outside their own type, as (found, proved lower bound).
    moves
        Stays that change rooms, as (found, proved lower bound); the bound holds among plans of this value.
    shortages
        Why nothing could be found, when `reason` is infeasible.
    statistics
        Counts and times of the method, for people who tune it.
    detail
        One sentence in plain words.
    """

    reason: Reason
    limit: Limit
    backend: str
    plan: Plan | None = None
    value: Fraction | None = None
    bound: Fraction | None = None
    upgrades: tuple[int, int] = (0, 0)
    moves: tuple[int, int] = (0, 0)
    shortages: tuple[Shortage, ...] = ()
    statistics: Mapping[str, int | float | str] = field(default_factory=dict)
    detail: str = ""

    @property
    def gap(self) -> Fraction | None:
        """Relative distance of value and bound: (value - bound) / value, 0 when proved; None if unknown."""
        if self.value is None or self.bound is None:
            return None
        return (self.value - self.bound) / self.value if self.value else Fraction(0)


def consecutive(nights: list[date]) -> list[tuple[date, date]]:
    """Return the runs of consecutive nights as (first, last) pairs."""
    runs: list[tuple[date, date]] = []
    for night in sorted(nights):
        if runs and night - runs[-1][1] == timedelta(1):
            runs[-1] = (runs[-1][0], night)
        else:
            runs.append((night, night))
    return runs
