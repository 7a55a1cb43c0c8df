"""The answer of the network method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from optimizer_core.certificate import Certificate
from optimizer_core.domain import Limit, Plan, Reason, Shortage


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of `optimizer_core.network.find_plan`.

    Parameters
    ----------
    reason, limit
        What is known, and what ended the search.
    plan
        The best plan found; None if no plan was found.
    value, bound
        Objective of the plan and proved lower bound, in points; None if unknown.
    upgrades, moves
        Proved lower bounds on the stays outside their own type, and on the moves of a plan of this value.
    shortages
        Where rooms are short, if the problem is infeasible.
    statistics
        Counts and times of the method.
    certificate
        Prices that prove the value, and the moves; None if not available.
    detail
        One sentence in plain words.
    """

    reason: Reason
    limit: Limit = Limit.NONE
    plan: Plan | None = None
    value: Fraction | None = None
    bound: Fraction | None = None
    upgrades: int = 0
    moves: int = 0
    shortages: tuple[Shortage, ...] = ()
    statistics: Mapping[str, int | float | str] = field(default_factory=dict)
    certificate: Certificate | None = None
    detail: str = ""
