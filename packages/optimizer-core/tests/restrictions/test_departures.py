"""Departures are closed where that keeps more good stays."""

from collections.abc import Callable

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.network import MilpLimits
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.departures import choose_departures

DrawClasses = Callable[..., Classes]
LIMITS = MilpLimits(absolute_gap=0.999)


def test_one_bad_length_between_good_ones_closes_its_departure() -> None:
    classes = np.array([[GOOD, BAD, GOOD], [CLOSED] * 3, [CLOSED] * 3], dtype=np.int8)
    choice = choose_departures(classes, run_highs, LIMITS)
    assert choice.fewest_refused == 0
    assert choice.is_closed.tolist() == [False, False, True, False]


def test_a_departure_that_many_good_stays_need_stays_open() -> None:
    classes = np.array([[GOOD, BAD, GOOD], [GOOD, GOOD, CLOSED], [GOOD, CLOSED, CLOSED]], dtype=np.int8)
    classes = np.vstack([np.array([[CLOSED, GOOD, CLOSED]], dtype=np.int8), classes])
    choice = choose_departures(classes, run_highs, LIMITS)
    assert not choice.is_closed.any()
    assert choice.fewest_refused == 1


def test_without_bad_stays_nothing_is_closed() -> None:
    choice = choose_departures(np.full((5, 3), GOOD, dtype=np.int8), run_highs, LIMITS)
    assert not choice.is_closed.any()
    assert choice.fewest_refused == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_maximum_never_hurts(draw_classes: DrawClasses, seed: int) -> None:
    classes = draw_classes(seed, 15, 5)
    free, bound = (
        choose_departures(classes, run_highs, LIMITS, has_max_los=has_max_los).fewest_refused
        for has_max_los in (True, False)
    )
    assert free <= bound
