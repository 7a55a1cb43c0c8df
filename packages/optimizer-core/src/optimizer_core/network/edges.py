"""Units of a flow that take the same way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """Units of a pooled flow that take the same way.

    Parameters
    ----------
    tail, head
        Nodes; head is greater.
    units
        Units that take it.
    stay_class
        Position of the stay class that it is, None for free nights.
    """

    tail: int
    head: int
    units: int
    stay_class: int | None = None
