"""A named part of the objective, with its items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Match:
    """One item of the cost of a plan, with its reason.

    Parameters
    ----------
    cost
        Cost in units of ``1 / Problem.cost_scale`` points (a count for terms that count).
    stay_ids, room_numbers
        The stays and rooms concerned.
    start, nights
        First night and number of nights concerned; None and 0 if no night is concerned.
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
        Its items, by room and date.
    """

    name: str
    matches: tuple[Match, ...] = ()

    @cached_property
    def total(self) -> int:
        """Sum of the matches' costs."""
        return sum(match.cost for match in self.matches)
