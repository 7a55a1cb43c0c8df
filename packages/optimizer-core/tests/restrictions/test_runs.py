"""Each arrival sells the run of lengths that keeps most good stays."""

import numpy as np

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.restrictions import Profile
from optimizer_core.restrictions.runs import best_run, restrict_arrivals

OPEN = np.zeros(5, dtype=np.bool_)


def row(*kinds: int) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return np.array(kinds, dtype=np.int8)


def test_the_longest_run_without_a_bad_stay_wins() -> None:
    assert best_run(row(GOOD, BAD, GOOD, GOOD, BAD), OPEN) == (3, 4)


def test_equal_counts_are_decided_by_nights() -> None:
    assert best_run(row(GOOD, GOOD, BAD, GOOD, GOOD), OPEN) == (4, 5)


def test_a_run_takes_in_what_inventory_closes() -> None:
    assert best_run(row(CLOSED, GOOD, CLOSED, BAD, CLOSED), OPEN) == (1, 3)


def test_a_closed_departure_joins_two_runs() -> None:
    kept_out = OPEN.copy()
    kept_out[1] = True
    assert best_run(row(GOOD, BAD, GOOD, GOOD, BAD), kept_out) == (1, 4)


def test_without_a_maximum_the_run_must_reach_the_end() -> None:
    assert best_run(row(GOOD, GOOD, GOOD, BAD, GOOD), OPEN, has_max_los=False) == (5, 5)
    assert best_run(row(GOOD, GOOD, GOOD, GOOD, BAD), OPEN, has_max_los=False) is None


def test_nothing_good_closes_the_arrival_and_nothing_bad_leaves_it_open() -> None:
    assert best_run(row(BAD, CLOSED, CLOSED, CLOSED, CLOSED), OPEN) is None
    assert best_run(row(CLOSED, CLOSED, CLOSED, CLOSED, CLOSED), OPEN) == (1, 5)


def test_a_departure_that_keeps_nothing_out_is_opened_again() -> None:
    days = restrict_arrivals(np.full((3, 2), GOOD, dtype=np.int8), np.ones(4, dtype=np.bool_), Profile.FULL)
    assert not any(day.closed_to_departure for day in days)
