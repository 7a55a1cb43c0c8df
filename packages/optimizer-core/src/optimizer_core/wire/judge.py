"""The independent judge of a result document: whether its plan is right and costs what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from optimizer_core.domain import Plan, Policy, Reason, count_orphan_nights
from optimizer_core.objective import Score, score
from optimizer_core.verification import verify
from optimizer_core.wire.convert import LoadedProblem, to_problem
from optimizer_core.wire.plan_entries import rooms_of
from optimizer_core.wire.problem import ProblemDocument
from optimizer_core.wire.result import PolicyEntry, ResultDocument
from optimizer_core.wire.shortages import ShortageEntry

_TOLERANCE = 1e-6
"""The relative gap is a rounded quotient; all other figures are compared exactly."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge found.

    Parameters
    ----------
    reasons
        What is wrong, in plain words; empty if nothing is.
    score
        What the plan costs; None where there is no plan, or a wrong one.
    """

    reasons: tuple[str, ...]
    score: Score | None = None


def judge(document: ProblemDocument, result: ResultDocument) -> Judgement:
    """Return whether a result is a right answer to a problem.

    The plan is read from ``OptimizedPlan`` alone and everything about it is computed anew; what the
    result states must agree. A result without a plan is right if it says so and if the shortages it
    gives can be counted.

    Parameters
    ----------
    document
        The problem document.
    result
        The result document.

    Raises
    ------
    InvalidProblem
        If the problem contradicts itself.
    """
    loaded = to_problem(document, policy=_policy(result.policy))
    reasons = list(_other_problem(loaded, result))
    if not result.succeeded:
        return Judgement((*reasons, *_without_plan(loaded, result)))
    rooms, faults = rooms_of(loaded, result.optimized_plan)
    reasons += faults
    plan = Plan(rooms)
    for violation in verify(loaded.problem, plan):
        stays = " and ".join(f"Reservations[{loaded.row_by_stay[stay_id]}]" for stay_id in violation.stay_ids)
        where = "" if violation.room_number is None else f" in room {violation.room_number!r}"
        reasons.append(f"broken: {violation.rule}: {stays}{where}")
    if reasons:
        return Judgement(tuple(reasons))
    actual = score(loaded.problem, plan)
    reasons += _statements(loaded, plan, actual, result)
    return Judgement(tuple(reasons), actual)


def _policy(entry: PolicyEntry) -> Policy:
    return Policy(entry.max_moves, _price(entry.move_price), _price(entry.upgrade_price))


def _price(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))  # 0.1 means one tenth


def _other_problem(loaded: LoadedProblem, result: ResultDocument) -> Iterator[str]:
    if result.problem_id != loaded.document.problem_id:
        yield f"the result is for the problem {result.problem_id!r}, not {loaded.document.problem_id!r}"
    elif result.problem_digest and result.problem_digest != loaded.problem.digest:
        yield "the result is for another version of this problem: its digest differs"


def _without_plan(loaded: LoadedProblem, result: ResultDocument) -> Iterator[str]:
    if result.optimized_plan:
        yield "the result holds a plan though it says that there is none"
    if result.current_schedule_infeasible != (result.solver_status == Reason.INFEASIBLE):
        yield f"SolverStatus {result.solver_status!r} contradicts CurrentScheduleInfeasible"
    for index, shortage in enumerate(result.shortages):
        if not shortage.locks and not _is_there(loaded, shortage):
            yield f"Shortages[{index}] is not there: the rooms suffice for the stays on each of its nights"


def _is_there(loaded: LoadedProblem, shortage: ShortageEntry) -> bool:
    """Return whether, on a night, stays that may use no other types outnumber the rooms of these."""
    problem, types = loaded.problem, set(shortage.room_types)
    rooms = sum(room.room_type in types for room in problem.rooms)
    bound_to_them = [stay for stay in problem.stays if set(problem.allowed_types(stay)) <= types]
    nights = (shortage.first + timedelta(day) for day in range((shortage.last - shortage.first).days + 1))
    return any(
        sum(stay.arrival <= night < stay.departure for stay in bound_to_them) >= rooms + shortage.rooms_short
        for night in nights
    )


def _statements(loaded: LoadedProblem, plan: Plan, actual: Score, result: ResultDocument) -> Iterator[str]:
    """Yield each figure of the result that is not so."""
    ratio = None if result.gap is None or not result.objective_value else 1 - result.gap
    stated = [
        ("ObjectiveValue", result.objective_value, float(actual.value)),
        ("GapCostAfter", result.gap_cost_after, float(actual.gap_cost)),
        ("OrphanNightsAfter", result.orphan_nights_after, count_orphan_nights(loaded.problem, plan)),
        ("MovedStays", result.moved_stays, actual.moves.total),
        ("UpgradedStays", result.upgraded_stays, actual.upgrades.total),
    ]
    for name, given, true in stated:
        if given is not None and given != true:
            yield f"{name} is stated as {given:,} but is {true:,}"
    scales = {"gaps": actual.scale, "adjacency": actual.scale}
    totals = {term.name: term.total / scales.get(term.name, 1) for term in actual.terms}
    for term in result.score:
        if term.name not in totals:
            yield f"Score states {term.name!r} as {term.total:,} but there is no such term"
        elif totals[term.name] != term.total:
            yield f"Score states {term.name!r} as {term.total:,} but it is {totals[term.name]:,}"
    comparable = result.upgraded_stays == result.upgrades_bound  # else upgrades come before points
    if comparable and result.bound is not None and result.objective_value is not None:
        if result.bound > result.objective_value:
            yield f"Bound {result.bound:,} is above ObjectiveValue {result.objective_value:,}"
        elif ratio is not None and abs(result.bound - ratio * result.objective_value) > _TOLERANCE:
            yield f"Gap {result.gap} does not follow from ObjectiveValue and Bound"
    if result.solver_status == Reason.OPTIMAL and result.bound != result.objective_value:
        yield "SolverStatus says optimal, but Bound and ObjectiveValue differ"
    most = loaded.problem.policy.max_moves
    if most is not None and actual.moves.total > most:
        yield f"{actual.moves.total:,} stays move; at most {most:,} were allowed"
