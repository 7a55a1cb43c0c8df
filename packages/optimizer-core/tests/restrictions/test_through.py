"""Limits by night, published."""

import numpy as np

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.network import MilpLimits
from optimizer_core.restrictions.through import MOST_CELLS, restrict_through

LIMITS = MilpLimits(absolute_gap=0.999)


def test_a_night_that_nobody_may_occupy_asks_for_more_nights_than_were_considered() -> None:
    classes = np.full((3, 2), BAD, dtype=np.int8)
    classes[2, 1] = CLOSED
    days, fewest = restrict_through(classes, run_highs, LIMITS, has_closures=False)
    assert fewest == 0
    assert (days[1].min_los_through_nights, days[1].max_los_through_nights) == (3, None)


def test_the_longest_length_considered_is_the_maximum() -> None:
    days, _ = restrict_through(np.full((2, 2), GOOD, dtype=np.int8), run_highs, LIMITS, has_closures=True)
    assert [day.max_los_through_nights for day in days] == [2, 2, None]


def test_a_long_schedule_keeps_the_first_choice_and_claims_no_proof() -> None:
    classes = np.full((MOST_CELLS, 2), GOOD, dtype=np.int8)
    classes[-1, 1] = CLOSED
    classes[5, 0] = classes[6, 1] = BAD
    _, fewest = restrict_through(classes, run_highs, LIMITS, has_closures=False)
    assert fewest == 0
