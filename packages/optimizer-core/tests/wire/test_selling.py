"""The established fields say of the house what its calendar says."""

from datetime import date, timedelta

import numpy as np

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.restrictions import Profile, derive
from optimizer_core.wire.result import ResultDocument
from optimizer_core.wire.selling import NO_MINIMUM, established_fields

FIRST = date(2026, 5, 1)


def day(position: int) -> date:
    return FIRST + timedelta(position)


def result_of(classes: np.ndarray[tuple[int, int], np.dtype[np.int8]]) -> ResultDocument:
    through = derive(classes, FIRST, Profile.THROUGH, run_highs)
    given = np.full_like(classes, CLOSED)
    fields = established_fields(classes, through, (given, derive(given, FIRST, Profile.THROUGH, run_highs)))
    bare = ResultDocument(problem_id="p", processing_date=FIRST, succeeded=True)
    return bare.model_copy(update=fields)


def test_min_stays_are_the_shortest_stays_that_may_cover_a_date() -> None:
    classes = np.array([[BAD, GOOD], [BAD, CLOSED], [GOOD, CLOSED]], dtype=np.int8)
    result = result_of(classes)
    assert result.min_stays == {day(0): 2, day(1): 2, day(2): 1}
    assert result.max_stays == {}  # nothing binds below the longest length considered
    assert {key: (days.initial, days.optimized) for key, days in result.quality_comparison.items()} == {
        "1": (0, 1),
        "2": (0, 2),
        NO_MINIMUM: (3, 0),
    }


def test_a_maximum_that_binds_is_told_with_the_stays_it_keeps_out() -> None:
    classes = np.array([[GOOD, BAD], [GOOD, CLOSED]], dtype=np.int8)
    result = result_of(classes)
    (binding,) = result.max_stays.items()
    assert binding[1] == 1
    kept_out = [stay for stays in result.stays_avoided_by_max.values() for stay in stays]
    assert [(stay.arrival, stay.length) for stay in kept_out] == [(day(0), 2)]


def test_every_avoided_stay_is_bad() -> None:
    classes = np.random.default_rng(11).choice([BAD, GOOD], size=(8, 3)).astype(np.int8)
    classes[np.arange(8)[:, None] + np.arange(1, 4) > 8] = CLOSED
    result = result_of(classes)
    for stays in (result.stays_avoided_by_ca, result.stays_avoided_by_cd, result.stays_avoided_by_max):
        for listed in stays.values():
            for stay in listed:
                assert classes[(stay.arrival - FIRST).days, stay.length - 1] == BAD
