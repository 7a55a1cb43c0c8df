"""The trade-off curve as an entry of the result document."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from optimizer_core.wire.kinds import Number
from optimizer_core.wire.model import Document


class TradePointEntry(Document):
    """One plan of the curve.

    Parameters
    ----------
    moves
        Stays that change rooms.
    gap_cost
        Points of gap cost.
    orphan_nights
        Nights in orphan gaps.
    value
        Gap cost with the penalties of adjacency groups and priced upgrades, in points.
    bound
        Proved lower bound on the value of every plan with at most as many moves, in points.
    proved
        Whether the bound meets the value.
    rooms
        Room numbers of the stays that are not in their current room, by position in the document's
        ``Reservations``, from 0, as text; all others keep theirs.
    """

    moves: int
    gap_cost: Number
    orphan_nights: int
    value: Number
    bound: Number
    proved: bool
    rooms: dict[str, str] = {}


class TradeOffEntry(Document):
    """Moves against gap cost: plans from the fewest moves to the best value.

    Parameters
    ----------
    points_asked
        Requested number of points.
    points_not_reached
        How many of them were not searched because the time was over; 0 if the curve is complete.
    points
        In order of moves; each has a lower value than the one before.
    """

    points_asked: int
    points_not_reached: int = 0
    points: list[TradePointEntry] = []
