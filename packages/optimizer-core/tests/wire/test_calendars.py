"""A calendar survives the result document."""

from datetime import date

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.restrictions import Profile, derive
from optimizer_core.wire.calendars import calendar_entry, calendar_of, pattern_of, pattern_text
from optimizer_core.wire.restriction_entries import CalendarEntry

FIRST = date(2026, 5, 1)


@pytest.mark.parametrize("profile", list(Profile))
def test_an_entry_gives_the_calendar_back_through_json(profile: Profile) -> None:
    classes = np.random.default_rng(7).choice([BAD, GOOD], size=(10, 4)).astype(np.int8)
    derived = derive(classes, FIRST, profile, run_highs)
    text = calendar_entry(derived, "A").model_dump_json(by_alias=True)
    entry = CalendarEntry.model_validate_json(text, strict=False)
    assert calendar_of(entry) == derived.calendar
    assert entry.refused_good_stays == derived.tally.refused_good
    assert sum(entry.refused_good_stays_by_length.values()) == entry.refused_good_stays
    assert sum(entry.refused_good_stays_by_restriction.values()) == entry.refused_good_stays
    assert entry.admitted_bad_stays == 0


def test_a_pattern_is_written_from_one_night_on() -> None:
    assert pattern_text((True, False)) == "YN"
    assert pattern_of("YN") == (True, False)
