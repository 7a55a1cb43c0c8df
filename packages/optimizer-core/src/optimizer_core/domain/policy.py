"""What the operator is willing to pay for a better plan."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.errors import Fault, InvalidProblem


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

    Raises
    ------
    InvalidProblem
        If a value is negative.
    """

    max_moves: int | None = None
    move_price: Fraction | None = None
    upgrade_price: Fraction | None = None

    def __post_init__(self) -> None:
        """Check that nothing is negative."""
        given = (
            ("max_moves", self.max_moves, "limit"),
            ("move_price", self.move_price, "price"),
            ("upgrade_price", self.upgrade_price, "price"),
        )
        faults = [
            Fault(("policy", name), f"{value} is below 0; give 0 or more, or None for no {what}")
            for name, value, what in given
            if value is not None and value < 0
        ]
        if faults:
            raise InvalidProblem(faults)
