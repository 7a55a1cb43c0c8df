"""Minimum stays as planners read them: the shortest stay that may cover a night."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.restrictions import (
    UNLIMITED,
    Classes,
    Profile,
    binding_maximum,
    derive,
    least_stays,
    nights_by_least_stay,
    obstacles,
)

FIRST = date(2026, 5, 1)


def test_the_shortest_good_stay_that_covers_a_night_is_its_minimum() -> None:
    classes = np.array([[BAD, GOOD], [CLOSED, CLOSED], [GOOD, CLOSED]], dtype=np.int8)
    calendar = derive(classes, FIRST, Profile.THROUGH, run_highs).calendar
    assert least_stays(classes, calendar) == [2, 2, 1]


def test_a_night_without_good_stays_keeps_what_keeps_the_bad_ones_out() -> None:
    classes = np.array([[BAD], [CLOSED]], dtype=np.int8)
    calendar = derive(classes, FIRST, Profile.THROUGH_ONLY, run_highs).calendar
    assert least_stays(classes, calendar) == [2, None]


@pytest.mark.parametrize("seed", range(5))
def test_publishing_the_shortest_stay_as_the_minimum_refuses_no_more_good_stays(
    draw_classes: Callable[..., Classes], seed: int
) -> None:
    classes = draw_classes(seed, 12, 4)
    derived = derive(classes, FIRST, Profile.THROUGH, run_highs)
    minimum = [*least_stays(classes, derived.calendar), None]
    days = [
        DailyRestriction(
            closed_to_arrival=day.closed_to_arrival,
            closed_to_departure=day.closed_to_departure,
            min_los_through_nights=least,
            max_los_through_nights=None if least is not None and least > 4 else day.max_los_through_nights,
        )
        for day, least in zip(derived.calendar.days, minimum, strict=True)
    ]
    admitted = obstacles(RestrictionCalendar(FIRST, tuple(days)), 12, 4).admitted
    assert not (admitted & (classes == BAD)).any()
    assert int(((classes == GOOD) & ~admitted).sum()) == derived.tally.refused_good


def test_a_maximum_binds_below_the_longest_length_considered() -> None:
    days = (DailyRestriction(max_los_through_nights=3), DailyRestriction(max_los_through_nights=7))
    assert binding_maximum(RestrictionCalendar(FIRST, days), 7).tolist() == [3, UNLIMITED]


def test_nights_are_counted_before_and_after() -> None:
    assert nights_by_least_stay([2, 2, None], [1, 2, 1]) == {1: (0, 2), 2: (2, 1), None: (1, 0)}
