"""What may still be sold: acceptance matrices, restrictions, and their fields of the result document.

This module joins a backend that solves single models with the documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import partial
from itertools import islice

import numpy as np

from optimizer_core.acceptance import (
    GOOD,
    LONGEST_LOS_NIGHTS,
    UNSELLABLE,
    AcceptanceMatrix,
    acceptance_matrices,
)
from optimizer_core.acceptance.as_given import matrix_as_given
from optimizer_core.domain import Limits, Plan, Problem, Stay, current_plan
from optimizer_core.enquiries import milp_solver
from optimizer_core.network import MilpLimits, MilpSolver
from optimizer_core.plugins import PluginManager
from optimizer_core.restrictions import WHOLE_COSTS_GAP, Classes, Profile, Restrictions, derive
from optimizer_core.solving import solve
from optimizer_core.verification import verify
from optimizer_core.wire import LoadedProblem, ResultDocument
from optimizer_core.wire.acceptance_entries import acceptance_entry
from optimizer_core.wire.calendars import calendar_entry
from optimizer_core.wire.selling import established_fields, re_optimized_plan

PUBLISHED = (Profile.FULL, Profile.THROUGH, Profile.FPLOS)
"""The profiles of a result document."""

MOST_RESOLVES = 70
"""Most stays of one component for which the hotel is replanned; undecided stays count as bad.

A larger number refuses fewer good stays but takes longer; large hotels get fewer.
"""

_RESOLVED_STAYS = 4_000

MOST_COSTS = 4_000
"""Stays above the threshold for which the exact cost is computed too.

No restriction depends on it, but users want to know it. One takes up to a millisecond.
"""

MOST_PLANS = 5
"""Plans in a result document that show how a longer stay fits."""

NO_TIME_TO_SELL = "no time was left to derive restrictions"
"""Warning of a result that has a plan but no restrictions."""

_MILP_SECONDS = 10.0
_MOST_ENTRIES = 2_000


@dataclass(frozen=True)
class Selling:
    """The cost of one more stay, by room type.

    Parameters
    ----------
    matrices
        Acceptance matrix by room type; None for the hotel, that is, for a stay that accepts any type.
    threshold
        Most points that a good stay may cost.
    solve_milp
        Solves the models of restrictions.
    limits
        When to stop.
    """

    matrices: Mapping[str | None, AcceptanceMatrix]
    threshold: Fraction
    solve_milp: MilpSolver
    limits: Limits

    def restrictions(self, room_type: str | None, profile: Profile) -> Restrictions:
        """Return the restrictions of a room type, or of the hotel for None, for a kind of channel."""
        return self.derived(self.matrices[room_type], profile)

    def derived(self, matrix: AcceptanceMatrix, profile: Profile) -> Restrictions:
        """Return the restrictions of a matrix for a kind of channel."""
        limits = MilpLimits(
            min(_MILP_SECONDS, self.limits.seconds_left()),
            absolute_gap=WHOLE_COSTS_GAP,
            is_cancelled=self.limits.is_cancelled,
        )
        classes = matrix.classify(self.threshold)
        return derive(classes, matrix.start, profile, self.solve_milp, limits)


def open_selling(
    problem: Problem,
    plan: Plan,
    *,
    as_given: bool = False,
    threshold: Fraction = Fraction(0),
    most_resolves: int | None = None,
    backend: str = "auto",
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> Selling:
    """Return the cost of one more stay in a hotel.

    Parameters
    ----------
    problem, plan
        The hotel and a valid plan.
    as_given
        Whether every stay keeps its room of the plan; otherwise all may be re-arranged.
    threshold
        Most points that a good stay may cost.
    most_resolves
        Most stays of one component for which the hotel is replanned; None to choose by hotel size.
    backend, manager
        As for `optimizer_core.solving.solve`.
    limits
        When to stop; None for no limit.

    Raises
    ------
    BackendUnavailable
        If no backend here solves single models.
    """
    limits = _quiet(limits or Limits())
    solver = milp_solver(problem, backend, manager)
    if as_given:
        several = len(problem.room_types) > 1
        types = (*problem.room_types, None) if several else problem.room_types
        matrices = {name: matrix_as_given(problem, plan, room_type=name) for name in types}
    else:
        matrices = acceptance_matrices(
            problem,
            plan,
            solver,
            limits,
            longest_los=LONGEST_LOS_NIGHTS,
            verify_up_to=threshold,
            most_resolves=_resolves(problem) if most_resolves is None else most_resolves,
            most_costs=MOST_COSTS,
        )
    if None not in matrices:  # one type is the whole hotel
        (only,) = matrices.values()
        matrices[None] = replace(only, room_type=None)
    house_first = sorted(matrices, key=lambda name: name is not None)
    return Selling({name: matrices[name] for name in house_first}, threshold, solver, limits)


def selling_fields(
    loaded: LoadedProblem,
    result: ResultDocument,
    plan: Plan,
    *,
    threshold: Fraction = Fraction(0),
    profiles: Sequence[Profile] = PUBLISHED,
    most_plans: int = MOST_PLANS,
    most_resolves: int | None = None,
    backend: str = "auto",
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> dict[str, object]:
    """Return the fields of the result about what may still be sold; no fields without stays.

    Parameters
    ----------
    loaded
        The hotel and its document.
    result
        The result so far.
    plan
        The plan.
    threshold
        Most points that a good stay may cost.
    profiles
        Channels that get a calendar of each type.
    most_plans
        Plans that show how a longer stay fits; fewer in large hotels.
    most_resolves
        Most stays of one component for which the hotel is replanned; None to choose by hotel size.
    backend, limits, manager
        As for `optimizer_core.solving.solve`. Without time left the only field is a warning.

    Raises
    ------
    BackendUnavailable
        If no backend here solves single models.
    """
    problem = loaded.problem
    limits = _quiet(limits or Limits())
    if not has_nights_to_sell(problem):
        return {}
    if limits.is_over():
        return {"warnings": [*result.warnings, NO_TIME_TO_SELL]}
    as_given = bool(loaded.document.restrictions_for_initial_plan)
    selling = open_selling(
        problem,
        plan,
        as_given=as_given,
        threshold=threshold,
        most_resolves=most_resolves,
        backend=backend,
        limits=limits,
        manager=manager,
    )
    fields = _calendar_fields(problem, selling, profiles)
    if not as_given:
        planned = partial(solve, backend=backend, limits=limits, manager=manager)
        most = min(most_plans, _MOST_ENTRIES // (len(problem.stays) + 1))
        plans = []
        for stay in longer_stays(problem, plan, selling.matrices[None], threshold, most):
            better = planned(problem.replace(stays=(*problem.stays, stay))).plan
            if better is not None:
                plans.append(re_optimized_plan(loaded, result.optimized_plan, better, stay))
        fields["re_optimized_plans"] = plans
    return fields


def has_nights_to_sell(problem: Problem) -> bool:
    """Return whether restrictions can be derived: the hotel has stays, and its schedule is not past."""
    return bool(problem.stays) and (problem.today is None or problem.today < problem.end)


def _calendar_fields(problem: Problem, selling: Selling, profiles: Sequence[Profile]) -> dict[str, object]:
    """Return the fields of the established format, the matrices and a calendar for each type and profile."""
    threshold, house = selling.threshold, selling.matrices[None]
    names = [name for name in selling.matrices if name is None or len(problem.room_types) > 1]
    through = selling.restrictions(None, Profile.THROUGH)
    fields = established_fields(house.classify(threshold), through, _initial(problem, selling))
    fields["threshold"] = float(threshold)
    fields["longest_stay_considered"] = house.longest_los
    fields["acceptance_matrices"] = [acceptance_entry(selling.matrices[name], threshold) for name in names]
    fields["restriction_calendars"] = [
        calendar_entry(
            through if (name, profile) == (None, Profile.THROUGH) else selling.restrictions(name, profile),
            name,
        )
        for name in names
        for profile in profiles
    ]
    return fields


def _resolves(problem: Problem) -> int:
    return min(MOST_RESOLVES, _RESOLVED_STAYS // max(1, len(problem.stays)))


def longer_stays(
    problem: Problem, plan: Plan, house: AcceptanceMatrix, threshold: Fraction, most: int
) -> Iterator[Stay]:
    """Yield good stays that are longer than the rooms of the plan can take, largest gain first.

    Parameters
    ----------
    problem, plan
        The hotel and its plan.
    house
        Cost of one more stay of any type after re-arrangement.
    threshold
        Most points that a good stay may cost.
    most
        Greatest number of stays.
    """
    as_planned = matrix_as_given(problem, plan, longest_los=house.longest_los)
    lengths = np.arange(1, house.longest_los + 1)
    longest_now = np.where(as_planned.upper < UNSELLABLE, lengths, 0).max(axis=1)
    longest = np.where(house.classify(threshold) == GOOD, lengths, 0).max(axis=1)
    gain = longest - longest_now
    stay_id = "test"
    while stay_id in problem.stay_index:
        stay_id += "'"
    arrivals = [
        (night, house.start + timedelta(night)) for night in np.argsort(-gain, kind="stable").tolist()
    ]
    found = (
        Stay(stay_id, arrival, arrival + timedelta(int(longest[night])))
        for night, arrival in arrivals
        if gain[night] > 0
    )
    # A stay outside the movable nights must keep its current room, and a new stay has none.
    yield from islice((stay for stay in found if not problem.is_fixed(stay)), most)


def _initial(problem: Problem, selling: Selling) -> tuple[Classes, Restrictions] | None:
    """Return the classes and restrictions of the current rooms; None if these are not a valid plan."""
    given = current_plan(problem)
    if verify(problem, given):
        return None
    matrix = matrix_as_given(problem, given, longest_los=selling.matrices[None].longest_los)
    return matrix.classify(selling.threshold), selling.derived(matrix, Profile.THROUGH)


def _quiet(limits: Limits) -> Limits:
    """Return the same limits without a listener: the progress of the plan is already reported."""
    return Limits(limits.time_limit_seconds, limits.is_cancelled, started=limits.started)
