"""The claims of a result, and the basis of each claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimizer_core.certificate import Proved, Refused
from optimizer_core.domain import Problem, Reason, current_plan, relative_gap
from optimizer_core.objective import Score, score
from optimizer_core.report.proof import points
from optimizer_core.verification import verify
from optimizer_core.wire.certified import certified
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.result import ResultDocument
from optimizer_core.wire.shortages import ShortageEntry

_PERCENT = re.compile(r"at most ([\d,.]+) % above the best")
_AT_LEAST = re.compile(r"; at least ([\d,]+) must")
_HUNDREDTH = 1e-4
"""Percentages are rounded up, in steps of 0.01 % or coarser."""


class Basis(StrEnum):
    """Why a claim may be believed."""

    RECOMPUTED = "recomputed"
    CERTIFICATE = "proved by the certificate"
    SOLVER = "not proved: only the solver claims it"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that a result claims to be proved.

    Parameters
    ----------
    name, value
        Field of the result and its statement, in words.
    basis
        Why it may be believed.
    detail
        Further facts; empty if there are no others.
    """

    name: str
    value: str
    basis: Basis
    detail: str = ""

    def __str__(self) -> str:
        """Return one line for people."""
        detail = f"; {self.detail}" if self.detail else ""
        return f"{self.name} {self.value}: {self.basis}{detail}"


def proved_by(
    loaded: LoadedProblem, result: ResultDocument, actual: Score | None
) -> tuple[Proved | None, list[str]]:
    """Return what the certificate of a result proves, and its faults.

    Parameters
    ----------
    loaded
        The hotel and its document.
    result
        The result.
    actual
        The score of its plan; None without a plan.

    Returns
    -------
    tuple
        What is proved, None without a valid certificate; and the faults as sentences.
    """
    proved, faults = None, []
    if result.certificate is not None:
        value = None if actual is None else actual.value
        upgraded = 0 if actual is None else actual.upgrades.total
        least = upgraded if result.upgrades_bound is None else result.upgrades_bound
        try:
            certificate = result.certificate.to_certificate()
            proved = certified(loaded.problem, certificate, value, (upgraded, least))
        except Refused as error:
            faults.append(f"Certificate is refused: {error}")
    stated = (
        ("CertifiedBound", result.certified_bound, None if proved is None else proved.bound),
        ("CertifiedMovesBound", result.certified_moves_bound, None if proved is None else proved.moves),
    )
    for name, number, true in stated:
        if number is None:
            continue
        if true is None:
            faults.append(f"{name} is stated as {number:,}, but no certificate proves any")
        elif number > float(true):
            faults.append(f"{name} is stated as {number:,}, but the certificate proves {float(true):,}")
    return proved, faults


def contradictions(loaded: LoadedProblem, result: ResultDocument, actual: Score) -> Iterator[str]:
    """Yield the bounds of a result that its plan or the current rooms disprove."""
    if result.moves_bound is not None and result.moves_bound > actual.moves.total:
        yield f"MovesBound {result.moves_bound:,} is above MovedStays {actual.moves.total:,}"
    if result.upgrades_bound is not None and result.upgrades_bound > actual.upgrades.total:
        yield f"UpgradesBound {result.upgrades_bound:,} is above UpgradedStays {actual.upgrades.total:,}"
    if result.solver_status in {Reason.INFEASIBLE, Reason.NO_PLAN_FOUND}:
        yield f"SolverStatus is {result.solver_status!r}, but there is a plan"
    if result.current_schedule_infeasible:
        yield "CurrentScheduleInfeasible is stated, but there is a plan"
    given = _rooms_as_given(loaded.problem)
    if given is None:
        return
    is_ranked = loaded.problem.policy.upgrade_price is None
    least = actual.upgrades.total if result.upgrades_bound is None else result.upgrades_bound
    if least > given.upgrades.total:
        yield f"UpgradesBound {least:,} is above the {given.upgrades.total:,} of the current rooms"
    comparable = not is_ranked or given.upgrades.total == least
    if comparable and result.bound is not None and Fraction(result.bound) > given.value:
        yield f"Bound {result.bound:,} is above the cost {points(given.value)} of the current rooms"
    as_good = given.value <= actual.value and (not is_ranked or given.upgrades.total <= actual.upgrades.total)
    if as_good and result.moves_bound:
        yield f"MovesBound is {result.moves_bound:,}, but the current rooms cost no more than the plan"


def in_words(result: ResultDocument, actual: Score) -> Iterator[str]:
    """Yield the contradictions between ``Message`` and the figures of a result with a plan."""
    line = result.message.split("\n", 1)[0]
    if result.objective_value is not None and result.bound is not None and (found := _PERCENT.search(line)):
        gap = relative_gap(Fraction(result.objective_value), Fraction(result.bound))
        stated = float(found[1].replace(",", "").rstrip(".")) / 100
        if gap is None or stated < float(gap) * (1 - _HUNDREDTH):
            true = "no percentage follows" if gap is None else f"it is {100 * float(gap):,.4g} %"
            yield f"Message states at most {found[1]} % above the best; {true} from ObjectiveValue and Bound"
    if "; proved: no plan is better" in line and result.solver_status not in {"", Reason.OPTIMAL}:
        yield f"Message says that no plan is better, but SolverStatus is {result.solver_status!r}"
    fewest = "proved the fewest at this cost" in line
    least = int(found[1].replace(",", "")) if (found := _AT_LEAST.search(line)) else 0
    least = actual.moves.total if fewest else least
    if result.moves_bound is not None and least > result.moves_bound:
        yield f"Message says that at least {least:,} stays must move, but MovesBound is {result.moves_bound}"


def claims_of(
    loaded: LoadedProblem, result: ResultDocument, actual: Score | None, proved: Proved | None
) -> Iterator[Claim]:
    """Yield the claims of a result, each with its basis.

    Parameters
    ----------
    loaded, result, actual
        The hotel, the result and the score of its plan; None without a plan.
    proved
        What the certificate proves; None if nothing.
    """
    proved = proved or Proved()
    if actual is None:
        if result.current_schedule_infeasible:
            yield _infeasible(loaded, result, proved)
        return
    is_ranked = loaded.problem.policy.upgrade_price is None
    has_fewest_upgrades = not is_ranked or actual.upgrades.total <= proved.upgrades
    if result.bound is not None:
        yield _claim("Bound", result.bound, proved.bound)
    if result.solver_status == Reason.OPTIMAL:
        is_proved = has_fewest_upgrades and max(proved.bound or 0, 0) >= actual.value
        basis = Basis.CERTIFICATE if actual.value > 0 else Basis.RECOMPUTED
        yield Claim("SolverStatus", "optimal", basis if is_proved else Basis.SOLVER)
    if is_ranked and result.upgrades_bound is not None:
        yield _claim("UpgradesBound", result.upgrades_bound, proved.upgrades)
    if result.moves_bound is not None:
        yield _claim("MovesBound", result.moves_bound, proved.moves)
        if 0 < result.moves_bound == actual.moves.total:
            is_proved = proved.moves is not None and proved.moves >= actual.moves.total
            basis = Basis.CERTIFICATE if is_proved else Basis.SOLVER
            yield Claim("fewest moves", f"{actual.moves.total:,}", basis)
    if result.trade_off is not None:
        count = len(result.trade_off.points)
        yield Claim("TradeOff", f"bounds of {count:,} {'point' if count == 1 else 'points'}", Basis.SOLVER)


def short_by(problem: Problem, shortage: ShortageEntry) -> int:
    """Count the rooms that the types of a shortage lack on the worst of its nights.

    Counts movable stays that may use no other types, against the rooms of the types without a fixed stay.
    """
    types = set(shortage.room_types)
    worst = 0
    bound_to_them = [
        stay
        for stay in problem.stays
        if not problem.is_fixed(stay) and set(problem.allowed_types(stay)) <= types
    ]
    fixed = [stay for stay in problem.stays if problem.is_fixed(stay)]
    for night in range(problem.night(shortage.first), problem.night(shortage.last) + 1):
        day = problem.date(night)
        kept = {stay.current_room for stay in fixed if stay.arrival <= day < stay.departure}
        free = sum(room.room_type in types and room.number not in kept for room in problem.rooms)
        worst = max(worst, sum(stay.arrival <= day < stay.departure for stay in bound_to_them) - free)
    return worst


def _infeasible(loaded: LoadedProblem, result: ResultDocument, proved: Proved) -> Claim:
    if proved.is_infeasible:
        cut = proved.cut
        detail = ""
        if cut is not None:
            first, last = (loaded.problem.date(night) for night in (cut.first, cut.last))
            types = " and ".join(repr(name) for name in cut.types)
            detail = f"{cut.rooms_short:,} stays too many for type {types} from {first} to {last}"
        return Claim("CurrentScheduleInfeasible", "true", Basis.CERTIFICATE, detail)
    counted = any(short_by(loaded.problem, shortage) > 0 for shortage in result.shortages)
    return Claim("CurrentScheduleInfeasible", "true", Basis.RECOMPUTED if counted else Basis.SOLVER)


def _claim(name: str, stated: float, true: Fraction | int | None) -> Claim:
    """Return the claim of a lower bound, given the proved number."""
    number = f"{stated:,}".removesuffix(".0")
    if stated <= 0:
        return Claim(name, number, Basis.RECOMPUTED)  # nothing is less than 0
    if true is not None and stated <= float(true):
        return Claim(name, number, Basis.CERTIFICATE)
    detail = "" if true is None or true <= 0 else f"the certificate proves {points(Fraction(true))}"
    return Claim(name, number, Basis.SOLVER, detail)


def _rooms_as_given(problem: Problem) -> Score | None:
    """Return the score of the current rooms; None if they are not a valid plan."""
    plan = current_plan(problem)
    return None if verify(problem, plan) else score(problem, plan)
