"""The whole objective of a plan: named terms, their order of weight, and the difference of two plans."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.domain import Plan, Problem
from optimizer_core.objective.adjacency import adjacency_term
from optimizer_core.objective.gaps import gap_term
from optimizer_core.objective.moves import move_term
from optimizer_core.objective.term import Match, Term
from optimizer_core.objective.upgrades import upgrade_term


@dataclass(frozen=True, slots=True)
class Score:
    """The cost of a plan, term by term.

    Plans are compared by `rank`: first the stays outside their own type, then gap cost plus adjacency
    penalties, then moves. A price in the problem's `Policy` takes a term out of that order and adds it
    to the middle one.

    Parameters
    ----------
    upgrades, adjacency, gaps, moves
        The terms; `adjacency` and `gaps` in units of ``1 / scale`` points, the others as counts.
    scale
        Units in one point.
    upgrade_price, move_price
        Points for one upgrade and one move; None if ranked instead.
    """

    upgrades: Term
    adjacency: Term
    gaps: Term
    moves: Term
    scale: int
    upgrade_price: Fraction | None = None
    move_price: Fraction | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms in their order of weight."""
        return self.upgrades, self.adjacency, self.gaps, self.moves

    @property
    def gap_cost(self) -> Fraction:
        """Gap cost in points."""
        return Fraction(self.gaps.total, self.scale)

    @property
    def value(self) -> Fraction:
        """Gap cost plus adjacency penalties plus priced terms, in points."""
        value = Fraction(self.gaps.total + self.adjacency.total, self.scale)
        value += (self.upgrade_price or 0) * self.upgrades.total
        return value + (self.move_price or 0) * self.moves.total

    @property
    def rank(self) -> tuple[int, Fraction, int]:
        """Sort key: the smaller, the better the plan."""
        ranked_upgrades = self.upgrades.total if self.upgrade_price is None else 0
        return ranked_upgrades, self.value, self.moves.total


def score(problem: Problem, plan: Plan) -> Score:
    """Return the score of a plan that `optimizer_core.verification.verify` accepts."""
    return Score(
        upgrade_term(problem, plan),
        adjacency_term(problem, plan),
        gap_term(problem, plan),
        move_term(problem, plan),
        problem.cost_scale,
        problem.policy.upgrade_price,
        problem.policy.move_price,
    )


def difference(before: Score, after: Score) -> dict[str, tuple[tuple[Match, ...], tuple[Match, ...]]]:
    """Return, for each term, the matches of only the first and of only the second score."""
    changes = {}
    for old, new in zip(before.terms, after.terms, strict=True):
        kept = set(old.matches) & set(new.matches)
        changes[old.name] = (
            tuple(match for match in old.matches if match not in kept),
            tuple(match for match in new.matches if match not in kept),
        )
    return changes
