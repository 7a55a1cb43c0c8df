"""Writes acceptance matrices as documents."""

from __future__ import annotations

from fractions import Fraction

from optimizer_core.acceptance import BAD, CLOSED, GOOD, AcceptanceMatrix
from optimizer_core.wire.acceptance import OUTSIDE, AcceptanceEntry

STATE_LETTERS = {GOOD: "G", BAD: "B", CLOSED: "C"}
"""Letter of each state of a stay."""


def acceptance_entry(matrix: AcceptanceMatrix, threshold: Fraction | int = 0) -> AcceptanceEntry:
    """Return a matrix as a document.

    Parameters
    ----------
    matrix
        The matrix.
    threshold
        Most points that a good stay may cost.
    """
    inside = matrix.inside.tolist()
    classes = matrix.classify(threshold).tolist()
    columns = range(matrix.longest_los)
    states = [
        "".join(STATE_LETTERS[row[n]] if is_inside[n] else OUTSIDE for n in columns)
        for row, is_inside in zip(classes, inside, strict=True)
    ]
    costs: list[list[float | None]] = []
    for arrival in range(matrix.num_arrivals):
        found = (matrix.cost(arrival, n + 1) for n in columns)
        costs.append([None if cost is None else float(cost) for cost in found])
    return AcceptanceEntry(
        room_type=matrix.room_type,
        start=matrix.start,
        longest_length=matrix.longest_los,
        threshold=float(threshold),
        states=states,
        costs=costs,
    )
