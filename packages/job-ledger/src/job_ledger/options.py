"""Options of a job that its user may choose."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

LONGEST_BACKEND_NAME = 64
MOST_MOVES = 1_000_000
HIGHEST_PRICE = 1_000_000
PRICE_DECIMALS = 3
FEWEST_POINTS = 2
MOST_POINTS = 100

_BACKEND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class JobOptions:
    """Options of a job that its user may choose.

    Parameters
    ----------
    backend
        Name of the backend; "auto" for the best one.
    time_limit_seconds
        Time limit of this job; None for the worker's default.
    max_moves
        Most stays that may leave their room; None for no limit.
    move_price
        Points of gap cost that a move must save. It is read as the decimal number that is written: 0.1 is
        exactly one tenth. None puts gap cost before any number of moves.
    curve_points
        Most points of the trade-off curve, which is computed in addition to the plan; None for no curve.

    Raises
    ------
    ValueError
        If the backend name is malformed, the time limit is not above 0, the moves are not 0 to 1,000,000, the
        price is not 0 to 1,000,000 with at most 3 decimals, the points are not 2 to 100, or points are
        combined with moves or a price.
    """

    backend: str = "auto"
    time_limit_seconds: float | None = None
    max_moves: int | None = None
    move_price: float | None = None
    curve_points: int | None = None

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
        if self.curve_points is None:
            return
        if not FEWEST_POINTS <= self.curve_points <= MOST_POINTS:
            raise ValueError(f"curve_points must be {FEWEST_POINTS} to {MOST_POINTS}")
        if self.max_moves is not None or price is not None:
            raise ValueError("curve_points is for all numbers of moves: leave out max_moves and move_price")

    def to_json(self) -> str:
        """Return the fields as JSON; equal options give equal text, also in earlier versions."""
        fields = asdict(self)
        if self.curve_points is None:
            del fields["curve_points"]
        return json.dumps(fields)


DEFAULT_OPTIONS = JobOptions()
"""Options of a job whose user chooses none."""
