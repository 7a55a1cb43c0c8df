"""The acceptance matrix of a type as a document: the cost of one more stay, by arrival and length."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer_core.wire.kinds import Date, Nights
from optimizer_core.wire.model import Document

OUTSIDE = "-"
"""State of a stay that would end after the schedule."""


class AcceptanceEntry(Document):
    """Cost of one more stay of a type; row i is the arrival on ``Start`` + i, column n the length n + 1.

    Parameters
    ----------
    room_type
        The type; None for a run-of-house stay.
    start
        First arrival.
    longest_length
        Greatest length in nights.
    threshold
        Most points that a good stay may cost.
    states
        One text for each arrival, one letter for each length: G good, B bad (costs more, or is not proved
        good), C closed (does not fit), - past the end of the schedule.
    costs
        Marginal cost in points; None without an exact number.
    """

    room_type: str | None = None
    start: Date
    longest_length: Nights
    threshold: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    states: list[str] = []
    costs: list[list[Annotated[float, Field(allow_inf_nan=False)] | None]] = []
