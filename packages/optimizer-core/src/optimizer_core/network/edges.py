"""Units of a flow that take the same way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """Units of a pooled flow on the same gap or stay class.

    Parameters
    ----------
    tail, head
        Nodes; head is greater.
    units
        Number of units.
    stay_class
        Position of the stay class; None for free nights.
    """

    tail: int
    head: int
    units: int
    stay_class: int | None = None
