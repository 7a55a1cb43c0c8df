"""Restrictions through the night: a stay must satisfy the limits of every night it occupies."""

from __future__ import annotations

import numpy as np

from optimizer_core.domain import DailyRestriction
from optimizer_core.network import MilpLimits, MilpSolver
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.nightly import NightlyChoice, first_choice, loosen
from optimizer_core.restrictions.through_model import improve

MOST_CELLS = 1_500
"""Nights times lengths up to which the MILP is tried; beyond, its relaxation alone takes many seconds."""


def restrict_through(
    classes: Classes, solve: MilpSolver, limits: MilpLimits, *, has_closures: bool
) -> tuple[list[DailyRestriction], int]:
    """Return the restrictions of each date, the last one a departure only, and the proved fewest refusals.

    A greedy choice is the start of a MILP. If a limit ends the MILP, the better of the two is returned with
    the proved bound. Schedules of more than `MOST_CELLS` keep the greedy choice.

    Parameters
    ----------
    classes
        The class of each stay.
    solve, limits
        The solver, and when it must stop.
    has_closures
        Whether arrivals and departures can be closed too.
    """
    choice = first_choice(classes, has_closures=has_closures)
    loosen(classes, choice)
    fewest = 0
    if choice.refused(classes) and classes.size <= MOST_CELLS:
        better, fewest = improve(classes, choice, solve, limits, has_closures=has_closures)
        loosen(classes, better)
        if better.refused(classes) < choice.refused(classes):
            choice = better
    return _published(choice), fewest


def _published(choice: NightlyChoice) -> list[DailyRestriction]:
    """Return the choice as restrictions; the longest length considered is published as the maximum."""
    nights, longest = choice.is_allowed.shape
    days = []
    for night in range(nights):
        allowed = np.flatnonzero(choice.is_allowed[night]) + 1
        least = int(allowed[0]) if allowed.size else longest + 1
        days.append(
            DailyRestriction(
                closed_to_arrival=bool(choice.is_arrival_closed[night]),
                closed_to_departure=bool(choice.is_departure_closed[night]),
                min_los_through_nights=least if least > 1 else None,
                max_los_through_nights=int(allowed[-1]) if allowed.size else None,
            )
        )
    return [*days, DailyRestriction(closed_to_departure=bool(choice.is_departure_closed[nights]))]
