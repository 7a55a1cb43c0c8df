"""How a job is to be done: what its user may choose."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

LONGEST_BACKEND_NAME = 64
MOST_MOVES = 1_000_000
HIGHEST_PRICE = 1_000_000
PRICE_DECIMALS = 3

_BACKEND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What a user may choose about a job.

    Parameters
    ----------
    backend
        Name of the backend; "auto" for the best one.
    time_limit_seconds
        Time limit of this job; None for the worker's own.
    max_moves
        At most so many stays may leave their room; None for no limit.
    move_price
        Points of gap cost that a move must save, as the decimal number that it is written as: 0.1 is one
        tenth. None lets gap cost win over any number of moves.

    Raises
    ------
    ValueError
        If the name is none that a backend can have, the time limit is not above 0, the moves are not 0 to
        1,000,000, or the price is not 0 to 1,000,000 with at most 3 decimals.
    """

    backend: str = "auto"
    time_limit_seconds: float | None = None
    max_moves: int | None = None
    move_price: float | None = None

    def __post_init__(self) -> None:
        """Check each value."""
        if len(self.backend) > LONGEST_BACKEND_NAME or not _BACKEND.fullmatch(self.backend):
            raise ValueError("backend must be a name of lower-case letters, digits and single hyphens")
        if self.time_limit_seconds is not None and not self.time_limit_seconds > 0:
            raise ValueError("time_limit_seconds must be above 0")
        if self.max_moves is not None and not 0 <= self.max_moves <= MOST_MOVES:
            raise ValueError(f"max_moves must be 0 to {MOST_MOVES:,}")
        price = self.move_price
        if price is not None and not (0 <= price <= HIGHEST_PRICE and round(price, PRICE_DECIMALS) == price):
            most = f"{HIGHEST_PRICE:,} with at most {PRICE_DECIMALS} decimals"
            raise ValueError(f"move_price must be 0 to {most}")

    def to_json(self) -> str:
        """Return the fields as JSON; equal options give equal text."""
        return json.dumps(asdict(self))


DEFAULT_OPTIONS = JobOptions()
"""What a job has whose user chooses nothing."""
