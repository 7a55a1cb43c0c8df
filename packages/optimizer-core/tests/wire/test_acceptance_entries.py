"""The acceptance matrix as a document: one letter and one number for each stay."""

from datetime import date
from fractions import Fraction

import numpy as np

from optimizer_core.acceptance import UNSELLABLE, UPGRADING, AcceptanceMatrix
from optimizer_core.wire.acceptance import AcceptanceEntry
from optimizer_core.wire.acceptance_entries import acceptance_entry


def matrix() -> AcceptanceMatrix:
    """Return three arrivals with one cell of every kind, four units in a point."""
    lower = [[-4, 1, UPGRADING], [0, UNSELLABLE, UNSELLABLE], [-8, UNSELLABLE, UNSELLABLE]]
    upper = [[-4, 1, UPGRADING], [6, UNSELLABLE, UNSELLABLE], [-8, UNSELLABLE, UNSELLABLE]]
    cells = [np.array(bounds, dtype=np.int64) for bounds in (lower, upper)]
    return AcceptanceMatrix("Double", date(2026, 5, 1), 4, *cells)


def test_each_state_has_its_letter() -> None:
    """Good, bad, closed and outside the schedule are told apart."""
    assert acceptance_entry(matrix()).states == ["GBB", "BC-", "G--"]


def test_threshold_decides_what_is_good() -> None:
    """With a quarter of a point allowed, the stay that costs as much is good, and the open one is not."""
    entry = acceptance_entry(matrix(), Fraction(1, 4))
    assert entry.states == ["GGB", "BC-", "G--"]
    assert entry.threshold == 0.25


def test_only_exact_numbers_are_written() -> None:
    """Bounds, upgrades and what cannot be sold have no number."""
    assert acceptance_entry(matrix()).costs == [[-1.0, 0.25, None], [None, None, None], [-2.0, None, None]]


def test_it_comes_back_from_json() -> None:
    """The document that is written is the document that is read."""
    entry = acceptance_entry(matrix())
    text = entry.model_dump_json()
    assert '"RoomType":"Double"' in text
    assert AcceptanceEntry.model_validate_json(text) == entry
