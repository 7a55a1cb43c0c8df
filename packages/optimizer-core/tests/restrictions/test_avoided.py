"""A stay is put down to a restriction if nothing else keeps it out."""

from datetime import date

import numpy as np

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.restrictions import avoided_stays

FIRST = date(2026, 5, 1)


def test_each_bad_stay_is_listed_under_the_date_that_keeps_it_out() -> None:
    days = (
        DailyRestriction(closed_to_arrival=True),
        DailyRestriction(),
        DailyRestriction(closed_to_departure=True, max_los_through_nights=1),
        DailyRestriction(),
    )
    classes = np.full((3, 3), GOOD, dtype=np.int8)
    classes[0, 0] = classes[1, 0] = classes[1, 1] = BAD
    found = avoided_stays(classes, RestrictionCalendar(FIRST, days))
    assert found.by_closed_arrival == {0: ((0, 1),)}
    assert found.by_closed_departure == {2: ((1, 1),)}
    assert found.by_maximum == {2: ((1, 2),)}


def test_a_stay_that_two_restrictions_keep_out_is_listed_under_none() -> None:
    days = (DailyRestriction(closed_to_arrival=True), DailyRestriction(closed_to_departure=True))
    found = avoided_stays(np.array([[BAD]], dtype=np.int8), RestrictionCalendar(FIRST, days))
    assert not found.by_closed_arrival
    assert not found.by_closed_departure
