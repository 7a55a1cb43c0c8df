"""A named part of the objective, with what it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Match:
    """One thing in a plan that costs something, and why.

    Parameters
    ----------
    cost
        Cost in units of ``1 / Problem.cost_scale`` points (a count for terms that count).
    stay_ids, room_numbers
        What it concerns.
    start, nights
        First night and number of nights concerned; None and 0 where no night is.
    why
        The reason in plain words.
    """

    cost: int
    stay_ids: tuple[str, ...]
    room_numbers: tuple[str, ...] = ()
    start: date | None = None
    nights: int = 0
    why: str = ""


@dataclass(frozen=True)
class Term:
    """A named part of the objective.

    Parameters
    ----------
    name
        Its name.
    matches
        What it consists of, by room and date.
    """

    name: str
    matches: tuple[Match, ...] = ()

    @cached_property
    def total(self) -> int:
        """Sum of the matches' costs."""
        return sum(match.cost for match in self.matches)
