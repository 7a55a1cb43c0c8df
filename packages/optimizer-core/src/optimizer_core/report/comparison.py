"""The current rooms compared with the plan, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.domain import Gap, Plan, Problem, current_plan, find_gaps
from optimizer_core.objective import gap_cost
from optimizer_core.report.chains import MoveChain
from optimizer_core.report.moves import Move, explain_moves
from optimizer_core.verification import Rule, Violation, verify

_RULES_OF_COMPARISON = {Rule.EVERY_STAY_HOUSED, Rule.KNOWN_ROOM, Rule.ONE_STAY_A_NIGHT}


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The gaps of a plan, in figures.

    Parameters
    ----------
    orphan_nights
        Free nights in gaps shorter than the minimum stay.
    orphan_gaps
        Number of those gaps.
    gap_cost
        Points of gap cost.
    """

    orphan_nights: int
    orphan_gaps: int
    gap_cost: Fraction


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a plan changes.

    Parameters
    ----------
    before
        Figures of the current rooms; None if they cannot be compared.
    after
        Figures of the plan.
    obstacles
        Why the current rooms cannot be compared; empty if they can.
    moves, chains
        Stays that change rooms, and the chains that they form.
    newly_housed
        Ids of the stays without a current room.
    """

    before: PlanFigures | None
    after: PlanFigures
    obstacles: tuple[Violation, ...]
    moves: tuple[Move, ...]
    chains: tuple[MoveChain, ...]
    newly_housed: tuple[str, ...]


def compare(problem: Problem, plan: Plan) -> Comparison:
    """Return what a plan changes in the current rooms.

    A room of a wrong type does not prevent a comparison; a stay without a room, or two stays in one room on
    one night, does.

    Parameters
    ----------
    problem
        The hotel.
    plan
        A plan that `optimizer_core.verification.verify` accepts.
    """
    given = current_plan(problem)
    obstacles = tuple(fault for fault in verify(problem, given) if fault.rule in _RULES_OF_COMPARISON)
    gaps = find_gaps(problem, given), find_gaps(problem, plan)
    moves, chains = explain_moves(problem, (given, plan), gaps, is_comparable=not obstacles)
    return Comparison(
        None if obstacles else _figures(problem, gaps[0]),
        _figures(problem, gaps[1]),
        obstacles,
        moves,
        chains,
        tuple(stay.stay_id for stay in problem.stays if stay.stay_id not in given.room_by_stay),
    )


def _figures(problem: Problem, gaps: Sequence[Gap]) -> PlanFigures:
    orphans = [gap for gap in gaps if gap.is_orphan]
    scale = problem.cost_scale
    cost = sum(gap_cost(gap.minimum_stay_nights, gap.nights, scale) for gap in gaps)
    return PlanFigures(sum(gap.nights for gap in orphans), len(orphans), Fraction(cost, scale))
