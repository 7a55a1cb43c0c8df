"""What the operator is willing to pay for a better plan."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Policy:
    """Prices and budgets that replace the default order of the objective.

    Parameters
    ----------
    max_moves
        At most this many stays may leave their current room; None for no limit.
    move_price
        Gap cost that one move must save to be worth it; None lets gap cost win over any number of moves.
    upgrade_price
        Gap cost that one stay outside its own type must save; None lets the number of such stays
        win over any gap cost.
    """

    max_moves: int | None = None
    move_price: Fraction | None = None
    upgrade_price: Fraction | None = None
