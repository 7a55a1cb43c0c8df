"""Derives the restrictions that a channel supports from the classes of stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from optimizer_core.acceptance import CLOSED, GOOD
from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.network import MilpLimits, MilpSolver
from optimizer_core.restrictions.admission import Classes, Stays, Tally, obstacles, tally
from optimizer_core.restrictions.departures import choose_departures
from optimizer_core.restrictions.profile import Profile
from optimizer_core.restrictions.runs import restrict_arrivals
from optimizer_core.restrictions.through import restrict_through

WHOLE_COSTS_GAP = 0.999
"""Absolute gap that proves an optimum, because costs are whole numbers."""


@dataclass(frozen=True)
class Restrictions:
    """Restrictions for one next booking, and what they lose.

    Parameters
    ----------
    profile
        What the channel can take.
    calendar
        The restrictions by date.
    tally
        Stays admitted and refused; no bad stay is ever admitted.
    fewest_refused
        Proved lower bound: no restrictions of the profile refuse fewer good stays.
    """

    profile: Profile
    calendar: RestrictionCalendar
    tally: Tally
    fewest_refused: int

    @property
    def is_proved(self) -> bool:
        """Whether no other restrictions of the profile refuse fewer good stays."""
        return self.tally.refused_good == self.fewest_refused


def derive(
    classes: Classes,
    start: date,
    profile: Profile,
    solve: MilpSolver,
    limits: MilpLimits | None = None,
) -> Restrictions:
    """Return the restrictions that admit no bad stay and refuse fewest good ones.

    Parameters
    ----------
    classes
        `GOOD`, `BAD` or `CLOSED` by arrival and length, int8, shape (nights, longest length). Stays closed by
        inventory, and stays beyond the schedule, may be admitted or refused.
    start
        Date of the first arrival.
    profile
        What the channel can take.
    solve
        Solves the models.
    limits
        When a model must stop; None for no limit. A result at the limit admits no bad stay either.
    """
    limits = limits or MilpLimits(absolute_gap=WHOLE_COSTS_GAP)
    fewest: int | None = None
    nights, longest = classes.shape
    beyond = np.arange(nights)[:, None] + np.arange(1, longest + 1) > nights
    classes = np.where(beyond, np.int8(CLOSED), classes)
    if profile is Profile.FPLOS:
        days = _patterns((classes == GOOD) | beyond)
    elif profile.is_through:
        days, fewest = restrict_through(classes, solve, limits, has_closures=profile.has_cta)
    elif profile.has_ctd:
        choice = choose_departures(classes, solve, limits, has_max_los=profile.has_max_los)
        days, fewest = restrict_arrivals(classes, choice.is_closed, profile), choice.fewest_refused
    else:
        days = restrict_arrivals(classes, np.zeros(nights + 1, dtype=np.bool_), profile)
    calendar = RestrictionCalendar(start, tuple(days))
    found = tally(classes, obstacles(calendar, nights, longest))
    return Restrictions(profile, calendar, found, found.refused_good if fewest is None else fewest)


def _patterns(is_open: Stays) -> list[DailyRestriction]:
    """Return each length separately: good stays are open, and so are those beyond the schedule."""
    return [
        *(DailyRestriction(full_pattern_los=tuple(row)) for row in is_open.tolist()),
        DailyRestriction(),
    ]
