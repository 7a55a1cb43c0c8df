"""The matrix keeps its bounds, tells exact cells from others, and sorts stays by a threshold."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, CLOSED, GOOD, UNSELLABLE, UPGRADING, AcceptanceMatrix


def matrix(lower: list[list[int]], upper: list[list[int]] | None = None) -> AcceptanceMatrix:
    """Return a matrix with four units in a point."""
    bounds = [np.array(cells, dtype=np.int64) for cells in (lower, upper or lower)]
    return AcceptanceMatrix("A", date(2026, 5, 1), 4, bounds[0], bounds[1])


def test_costs_are_points() -> None:
    """A cell of 6 units at 4 to the point costs one point and a half."""
    assert matrix([[6, -4]]).cost(0, 1) == Fraction(3, 2)
    assert matrix([[6, -4]]).cost(0, 2) == -1


def test_no_number_for_cells_without_one() -> None:
    """What is unsellable, needs upgrades or is not exact has no number."""
    cells = matrix([[UNSELLABLE, UPGRADING, 3]], [[UNSELLABLE, UPGRADING, 4]])
    assert [cells.cost(0, length) for length in (1, 2, 3)] == [None, None, None]
    assert cells.is_exact.tolist() == [[True, True, False]]


def test_what_is_not_proved_good_is_bad() -> None:
    """An open cell is good only if even its upper bound is within the threshold, and closed only by proof."""
    cells = matrix([[-4, 0, -4, -8, UPGRADING, UNSELLABLE]], [[0, 4, UNSELLABLE, -4, UNSELLABLE, UNSELLABLE]])
    assert cells.classify().tolist() == [[GOOD, BAD, BAD, GOOD, BAD, CLOSED]]
    assert cells.classify(1).tolist() == [[GOOD, GOOD, BAD, GOOD, BAD, CLOSED]]
    assert cells.classify(-1).tolist() == [[BAD, BAD, BAD, GOOD, BAD, CLOSED]]


def test_threshold_between_units_is_not_rounded_up() -> None:
    """A threshold of a third of a point admits one unit of four, not two."""
    assert matrix([[1, 2]]).classify(Fraction(1, 3)).tolist() == [[GOOD, BAD]]


def test_inside_ends_with_the_schedule() -> None:
    """A stay may depart on the last morning of the schedule and not later."""
    assert matrix([[0, 0], [0, UNSELLABLE]]).inside.tolist() == [[True, True], [True, False]]


def test_bounds_that_cross_are_refused() -> None:
    """A lower bound above its upper bound is a mistake of the caller."""
    with pytest.raises(ValueError, match="above its upper bound"):
        matrix([[1]], [[0]])


def test_shapes_must_agree() -> None:
    """Bounds of two shapes are a mistake of the caller."""
    with pytest.raises(ValueError, match="one shape"):
        matrix([[1, 2]], [[1]])


def test_bounds_cannot_be_written() -> None:
    """A value object does not change."""
    with pytest.raises(ValueError, match="read-only"):
        matrix([[1]]).lower[0, 0] = 2
