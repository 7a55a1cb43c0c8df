"""The independent verification of a result document: its plan, and the basis of its claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from optimizer_core.domain import Plan, Policy, Reason, count_orphan_nights, current_plan, relative_gap
from optimizer_core.objective import Score, score
from optimizer_core.verification import verify
from optimizer_core.wire.claims import Claim, claims_of, contradictions, in_words, proved_by
from optimizer_core.wire.convert import LoadedProblem, to_problem
from optimizer_core.wire.entries import name_by_row
from optimizer_core.wire.horizon import planned_on
from optimizer_core.wire.plan_entries import rooms_of
from optimizer_core.wire.problem import ProblemDocument
from optimizer_core.wire.result import PolicyEntry, ResultDocument
from optimizer_core.wire.shortages import ShortageEntry
from optimizer_core.wire.trade_points import faults_of_points

_TOLERANCE = 1e-6
"""The relative gap is a rounded quotient; all other figures are compared exactly."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a result.

    Parameters
    ----------
    reasons
        The faults in plain words; empty if the result is right.
    score
        The score of the plan; None without a valid plan.
    claims
        The claims of the result, each with its basis; empty if there are faults.
    """

    reasons: tuple[str, ...]
    score: Score | None = None
    claims: tuple[Claim, ...] = ()


def judge(document: ProblemDocument, result: ResultDocument) -> Judgement:
    """Return whether a result is a right answer to a problem.

    The plan is read from ``OptimizedPlan`` alone and all its figures are computed again; the stated figures
    must agree. A result without a plan is right if it says so and if its shortages can be counted. Bounds are
    computed from the certificate if there is one; bounds that it does not prove are not wrong, but are
    claimed by the solver alone.

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
    on_its_day = planned_on(document, result.today, None if result.today is None else result.freeze_days)
    loaded = to_problem(on_its_day, policy=_policy(result.policy))
    reasons = list(_other_problem(loaded, result))
    if not result.succeeded:
        return _without_plan(loaded, result, reasons)
    rooms, faults = rooms_of(loaded, result.optimized_plan)
    reasons += faults
    plan, name_of = Plan(rooms), name_by_row(loaded)
    for violation in verify(loaded.problem, plan):
        stays = " and ".join(
            name_of(stay_id)
            if stay_id not in loaded.row_by_stay
            else f"Reservations[{loaded.row_by_stay[stay_id]}]"
            for stay_id in violation.stay_ids
        )
        where = "" if violation.room_number is None else f" in room {violation.room_number!r}"
        reasons.append(f"broken: {violation.rule}: {stays}{where}")
    if reasons:
        return Judgement(tuple(reasons))
    actual = score(loaded.problem, plan)
    proved, faults = proved_by(loaded, result, actual)
    reasons += _statements(loaded, plan, actual, result)
    reasons += [*contradictions(loaded, result, actual), *in_words(result, actual), *faults]
    reasons += faults_of_points(loaded, result, actual)
    claims = () if reasons else tuple(claims_of(loaded, result, actual, proved))
    return Judgement(tuple(reasons), actual, claims)


def _policy(entry: PolicyEntry) -> Policy:
    return Policy(entry.max_moves, _price(entry.move_price), _price(entry.upgrade_price))


def _price(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(str(number))  # 0.1 means one tenth


def _other_problem(loaded: LoadedProblem, result: ResultDocument) -> Iterator[str]:
    if result.problem_id != loaded.document.problem_id:
        yield f"the result is for the problem {result.problem_id!r}, not {loaded.document.problem_id!r}"
    elif result.problem_digest and result.problem_digest != loaded.problem.digest:
        yield "the result is for another version of this problem: its digest differs"


def _without_plan(loaded: LoadedProblem, result: ResultDocument, reasons: list[str]) -> Judgement:
    """Return the judgement on a result that states that no plan exists."""
    proved, faults = proved_by(loaded, result, None)
    reasons = [*reasons, *_denials(loaded, result), *faults]
    claims = () if reasons else tuple(claims_of(loaded, result, None, proved))
    return Judgement(tuple(reasons), claims=claims)


def _denials(loaded: LoadedProblem, result: ResultDocument) -> Iterator[str]:
    """Yield the faults of a result that states that no plan exists."""
    if result.optimized_plan:
        yield "the result contains a plan although it says that there is no plan"
    if result.current_schedule_infeasible != (result.solver_status == Reason.INFEASIBLE):
        yield f"SolverStatus {result.solver_status!r} contradicts CurrentScheduleInfeasible"
    if result.solver_status in {Reason.OPTIMAL, Reason.FEASIBLE}:
        yield f"SolverStatus is {result.solver_status!r}, but there is no plan"
    if result.current_schedule_infeasible and not verify(loaded.problem, current_plan(loaded.problem)):
        yield "CurrentScheduleInfeasible is stated, but the current rooms are a valid plan"
    for index, shortage in enumerate(result.shortages):
        if not shortage.locks and not _is_there(loaded, shortage):
            yield f"Shortages[{index}] is wrong: there are enough rooms for the stays on each of its nights"


def _is_there(loaded: LoadedProblem, shortage: ShortageEntry) -> bool:
    """Return whether, on some night, stays bound to these types outnumber their rooms without a block."""
    problem, types = loaded.problem, set(shortage.room_types)
    numbers = {room.number for room in problem.rooms if room.room_type in types}
    blocks = [stay for stay in problem.stays if stay.is_block and stay.current_room in numbers]
    bound_to_them = [stay for stay in problem.guest_stays if set(problem.allowed_types(stay)) <= types]
    needing = [*bound_to_them, *blocks]
    nights = (shortage.first + timedelta(day) for day in range((shortage.last - shortage.first).days + 1))
    return any(
        sum(stay.arrival <= night < stay.departure for stay in needing) >= len(numbers) + shortage.rooms_short
        for night in nights
    )


def _statements(loaded: LoadedProblem, plan: Plan, actual: Score, result: ResultDocument) -> Iterator[str]:
    """Yield each wrong figure of the result."""
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
    comparable = result.upgraded_stays == result.upgrades_bound  # else upgrades rank above points
    if comparable and result.bound is not None and result.objective_value is not None:
        if result.bound > result.objective_value:
            yield f"Bound {result.bound:,} is above ObjectiveValue {result.objective_value:,}"
        elif not _follows(result.gap, result.objective_value, result.bound):
            yield f"Gap {result.gap} does not follow from ObjectiveValue and Bound"
    if result.solver_status == Reason.OPTIMAL and result.bound != result.objective_value:
        yield "SolverStatus says optimal, but Bound and ObjectiveValue differ"
    most = loaded.problem.policy.max_moves
    if most is not None and actual.moves.total > most:
        yield f"{actual.moves.total:,} stays move; at most {most:,} were allowed"


def _follows(gap: float | None, value: float, bound: float) -> bool:
    """Return whether a stated gap matches the value and the bound; it may be missing."""
    if gap is None:
        return True
    true = relative_gap(Fraction(value), Fraction(bound))
    return true is not None and abs(gap - float(true)) <= _TOLERANCE * max(1.0, gap)
