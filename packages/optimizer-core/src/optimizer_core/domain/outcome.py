"""The outcome of a solve: why it stopped, what it found, and what is proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from optimizer_core.certificate import Certificate, Proved
from optimizer_core.domain.plan import Plan


class Reason(StrEnum):
    """What is known about the problem when the solve ends."""

    OPTIMAL = "optimal"
    """A plan, and a proof that no plan is better."""
    FEASIBLE = "feasible"
    """A plan, and a bound below its value."""
    INFEASIBLE = "infeasible"
    """A proof that no plan exists."""
    NO_PLAN_FOUND = "no_plan_found"
    """Neither a plan nor a proof."""
    CANCELLED = "cancelled"
    """The caller stopped the solve."""
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
    """Nights on which stays outnumber the rooms that they may use.

    Parameters
    ----------
    room_types
        The types concerned; the counted stays may use no others.
    first, last
        First and last night, both inclusive.
    rooms_short
        Number of rooms missing on the worst of these nights.
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
        The best plan found; None if no plan was found.
    value, bound
        Objective of the plan and proved lower bound, in the units of gap cost.
    upgrades
        Stays outside their own type, as (found, proved lower bound).
    moves
        Stays that change rooms, as (found, proved lower bound); the bound holds among plans of this value.
    shortages
        Why no plan exists, if `reason` is infeasible.
    statistics
        Counts and times of the method, for people who tune it.
    detail
        One sentence in plain words.
    has_upgrade_price
        Whether upgrades are part of the value; otherwise fewer upgrades rank above any value.
    certificate
        Numbers that prove bounds, for `optimizer_core.proof.check`; None if not available.
    proved
        What the certificate proves; None if not computed yet.
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
    has_upgrade_price: bool = False
    certificate: Certificate | None = None
    proved: Proved | None = None

    @property
    def gap(self) -> Fraction | None:
        """Distance of value and bound as `relative_gap` gives it; None if fewer upgrades are possible.

        The bound holds for plans with the proved number of upgrades, so it says nothing about the value of a
        plan with more.
        """
        if not self.has_upgrade_price and self.upgrades[0] > self.upgrades[1]:
            return None
        return relative_gap(self.value, self.bound)


def relative_gap(value: Fraction | None, bound: Fraction | None) -> Fraction | None:
    """Return (value - bound) / bound: the most by which the plan may exceed the best value, relative to it.

    Parameters
    ----------
    value, bound
        Objective of a plan and lower bound on it; None if unknown.

    Returns
    -------
    Fraction or None
        0 where the two are equal; None if one is unknown, if the bound is not above 0, or if it is above
        the value.
    """
    if value is None or bound is None:
        return None
    if value == bound:
        return Fraction(0)
    return (value - bound) / bound if 0 < bound < value else None


def consecutive(nights: list[date]) -> list[tuple[date, date]]:
    """Return the runs of consecutive nights as (first, last) pairs."""
    runs: list[tuple[date, date]] = []
    for night in sorted(nights):
        if runs and night - runs[-1][1] == timedelta(1):
            runs[-1] = (runs[-1][0], night)
        else:
            runs.append((night, night))
    return runs
