"""Prices and budgets for moves and upgrades."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from optimizer_core.domain.wrong_types import check_number, check_whole
from optimizer_core.errors import Fault, InvalidProblem

PRICE_STEP = Fraction(1, 1024)
"""Prices are multiples of this. Gap costs are dyadic too, so that all costs stay short whole numbers."""

HIGHEST_PRICE = 1_000_000_000
"""Highest price in points; at a minimum stay of 21 nights a gap of one night costs two million."""

MOST_MOVES = 1_000_000
"""Largest budget of moves: more than any hotel has stays."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """A price that is not a multiple of `PRICE_STEP`.

    Parameters
    ----------
    name
        Name of the price, such as ``move_price``.
    given, used
        The given price, and the one used instead.
    """

    name: str
    given: Fraction
    used: Fraction


@dataclass(frozen=True, slots=True)
class Policy:
    """Prices and budgets that replace the default order of the objective.

    Parameters
    ----------
    max_moves
        Most stays that may leave their current room, up to `MOST_MOVES`; None for no limit.
    move_price
        Gap cost that one move must save, at most `HIGHEST_PRICE`; None ranks gap cost above any number of
        moves. It is rounded to the nearest multiple of `PRICE_STEP`, but to 0 only if it is 0.
    upgrade_price
        Gap cost that one stay outside its own type must save, rounded likewise; None ranks the number of such
        stays above any gap cost.
    rounded
        The prices that were rounded.

    Raises
    ------
    InvalidProblem
        If a value is negative, NaN or infinite, or above its limit.
    TypeError
        If a value is of a wrong type.
    """

    max_moves: int | None = None
    move_price: Fraction | None = None
    upgrade_price: Fraction | None = None
    rounded: tuple[Rounding, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the type and the range of each value, then round the prices."""
        check_whole("Policy.max_moves", self.max_moves, or_none=True)
        check_number("Policy.move_price", self.move_price, or_none=True)
        check_number("Policy.upgrade_price", self.upgrade_price, or_none=True)
        given = (
            ("max_moves", self.max_moves, MOST_MOVES, "limit"),
            ("move_price", self.move_price, HIGHEST_PRICE, "price"),
            ("upgrade_price", self.upgrade_price, HIGHEST_PRICE, "price"),
        )
        faults = [
            Fault(("policy", name), f"{message}, or None for no {what}")
            for name, value, most, what in given
            for message in _faults(value, most)
        ]
        if faults:
            raise InvalidProblem(faults)
        rounded = []
        for name, price, _, _ in given[1:]:
            if price is None:
                continue
            used = _rounded(Fraction(price))
            if used != price:
                rounded.append(Rounding(name, Fraction(price), used))
            object.__setattr__(self, name, used)
        object.__setattr__(self, "rounded", tuple(rounded))


def _faults(value: Fraction | float | None, most: int) -> Iterator[str]:
    """Yield the fault of a value: at most one message."""
    if value is None:
        return
    if isinstance(value, float) and not math.isfinite(value):
        yield f"{value} is not a number; give 0 to {most:,}"
    elif value < 0:
        yield f"{value} is below 0; give 0 or more"
    elif value > most:
        yield f"{value} is above {most:,}; give at most that"


def _rounded(price: Fraction) -> Fraction:
    steps = round(price / PRICE_STEP)
    return PRICE_STEP * (steps or int(price > 0))
