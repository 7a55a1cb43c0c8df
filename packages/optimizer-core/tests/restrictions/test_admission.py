"""Stays are counted all at once as they are one by one."""

import random
from datetime import date, timedelta

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.restrictions import obstacles, tally

FIRST = date(2026, 5, 1)


def random_calendar(seed: int, nights: int) -> RestrictionCalendar:
    chance = random.Random(seed)

    def limits() -> tuple[int | None, int | None]:
        least = chance.choice([None, None, 2, 3])
        return least, chance.choice([None, None, 3, 4])

    def day() -> DailyRestriction:
        arrival, through = limits(), limits()
        pattern = chance.choice([None, None, (True, False, True)])
        is_closed = chance.random() < 0.2, chance.random() < 0.2
        return DailyRestriction(*arrival, *is_closed, *through, pattern)

    return RestrictionCalendar(FIRST, tuple(day() for _ in range(nights + 1)))


@pytest.mark.parametrize("seed", range(20))
def test_the_matrix_of_admitted_stays_is_what_the_calendar_admits_one_by_one(seed: int) -> None:
    nights, longest = 7, 4
    calendar = random_calendar(seed, nights)
    admitted = obstacles(calendar, nights, longest).admitted
    for arrival in range(nights):
        for los in range(1, min(longest, nights - arrival) + 1):
            assert admitted[arrival, los - 1] == calendar.admits(FIRST + timedelta(arrival), los)


def test_refused_stays_add_up_by_kind_and_by_length() -> None:
    nights, longest = 9, 4
    classes = np.random.default_rng(3).choice([BAD, GOOD], size=(nights, longest)).astype(np.int8)
    found = tally(classes, obstacles(random_calendar(5, nights), nights, longest))
    assert found.refused_good > 0
    assert sum(found.refused_good_by_kind.values()) == found.refused_good
    assert sum(found.refused_good_by_los.values()) == found.refused_good
    assert found.refused_good_nights == sum(los * n for los, n in found.refused_good_by_los.items())
    assert found.good + found.bad == classes.size


def test_what_one_kind_alone_keeps_out_is_let_in_when_it_is_lifted() -> None:
    closed = DailyRestriction(closed_to_arrival=True, min_los_arrival_nights=2)
    found = obstacles(RestrictionCalendar(FIRST, (closed, DailyRestriction())), 1, 3)
    assert found.only("closed_to_arrival").tolist() == [[False, True, True]]
    assert not found.only("minimum").any()
