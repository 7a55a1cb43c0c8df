"""No bad stay is admitted, and no other restrictions of the profile refuse fewer good ones."""

import itertools
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.restrictions import Profile, derive, obstacles, tally
from optimizer_core.restrictions.admission import Classes

DrawClasses = Callable[..., Classes]

FIRST = date(2026, 5, 1)


def fewest_refused_by_arrival(classes: Classes, *, has_ctd: bool, has_max_los: bool) -> int:
    """Try every set of closed departures, and for each arrival every run of lengths."""
    nights, longest = classes.shape
    best = int((classes == GOOD).sum())
    departures = range(1, nights + 1) if has_ctd else ()
    for count in range(len(departures) + 1):
        for closed in itertools.combinations(departures, count):
            kept = 0
            for arrival in range(nights):
                most = 0
                for low in range(1, longest + 1):
                    for high in range(low, longest + 1) if has_max_los else (longest,):
                        left = [los for los in range(low, high + 1) if arrival + los not in closed]
                        sold = [classes[arrival, los - 1] for los in left]
                        if BAD not in sold:
                            most = max(most, sold.count(GOOD))
                kept += most
            best = min(best, int((classes == GOOD).sum()) - kept)
    return best


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("profile", [Profile.FULL, Profile.NO_CTD, Profile.NO_MAXLOS, Profile.ARRIVAL_ONLY])
def test_restrictions_by_arrival_are_as_good_as_the_best_of_all(
    draw_classes: DrawClasses, seed: int, profile: Profile
) -> None:
    classes = draw_classes(seed, 6, 4)
    found = derive(classes, FIRST, profile, run_highs)
    best = fewest_refused_by_arrival(classes, has_ctd=profile.has_ctd, has_max_los=profile.has_max_los)
    assert found.tally.admitted_bad == 0
    assert found.tally.refused_good == best == found.fewest_refused


def fewest_refused_through(classes: Classes, *, has_closures: bool) -> int:
    """Try every pair of limits on every night, and every set of closed dates."""
    nights, longest = classes.shape
    pairs = [(low, high) for low in range(1, longest + 1) for high in range(low, longest + 1)]
    choices = [*pairs, (longest + 1, longest + 1)]
    closures = itertools.product((False, True), repeat=nights) if has_closures else [(False,) * nights]
    best = int((classes == GOOD).sum())
    for closed in closures:
        for left in itertools.product((False, True), repeat=nights) if has_closures else [(False,) * nights]:
            for limits in itertools.product(choices, repeat=nights):
                days = [
                    DailyRestriction(None, None, closed[night], night > 0 and left[night - 1], *limits[night])
                    for night in range(nights)
                ]
                days.append(DailyRestriction(closed_to_departure=left[nights - 1]))
                calendar = RestrictionCalendar(FIRST, tuple(days))
                found = tally(classes, obstacles(calendar, nights, longest))
                if not found.admitted_bad:
                    best = min(best, found.refused_good)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_restrictions_through_the_night_are_as_good_as_the_best_of_all(
    draw_classes: DrawClasses, seed: int
) -> None:
    classes = draw_classes(seed, 3, 3)
    found = derive(classes, FIRST, Profile.THROUGH_ONLY, run_highs)
    assert found.tally.admitted_bad == 0
    assert found.tally.refused_good == fewest_refused_through(classes, has_closures=False)
    assert found.is_proved


def test_closed_dates_help_restrictions_through_the_night(draw_classes: DrawClasses) -> None:
    classes = draw_classes(2, 3, 2)
    found = derive(classes, FIRST, Profile.THROUGH, run_highs)
    assert found.tally.admitted_bad == 0
    assert found.tally.refused_good == fewest_refused_through(classes, has_closures=True)


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("seed", range(3))
def test_every_profile_keeps_all_bad_stays_out_and_never_asks_for_more_than_it_allows(
    draw_classes: DrawClasses, profile: Profile, seed: int
) -> None:
    classes = draw_classes(seed, 14, 5)
    found = derive(classes, FIRST, profile, run_highs)
    assert found.tally.admitted_bad == 0
    assert found.tally.refused_good >= found.fewest_refused
    for day in found.calendar.days:
        assert profile.has_ctd or not day.closed_to_departure
        assert profile.has_cta or not day.closed_to_arrival
        assert profile.has_max_los or day.max_los_arrival_nights is None
        assert profile.is_through or day.min_los_through_nights is None


@pytest.mark.parametrize("seed", range(5))
def test_what_a_channel_lacks_never_helps(draw_classes: DrawClasses, seed: int) -> None:
    classes = draw_classes(seed, 30, 6)
    lost = {
        profile: derive(classes, FIRST, profile, run_highs).tally.refused_good
        for profile in Profile
        if not profile.is_through
    }
    assert lost[Profile.FPLOS] == 0
    assert lost[Profile.FULL] <= lost[Profile.NO_CTD] == lost[Profile.ARRIVAL_ONLY]
    assert lost[Profile.FULL] <= lost[Profile.NO_MAXLOS]


def test_the_maximum_is_published_at_the_longest_length_considered() -> None:
    found = derive(np.full((3, 2), GOOD, dtype=np.int8), FIRST, Profile.FULL, run_highs)
    assert [day.max_los_arrival_nights for day in found.calendar.days] == [2, 2, 2, None]
    assert all(day.min_los_arrival_nights is None for day in found.calendar.days)


def test_an_arrival_with_bad_stays_only_is_closed_and_one_sold_out_is_not() -> None:
    classes = np.array([[BAD, BAD], [CLOSED, CLOSED], [GOOD, CLOSED]], dtype=np.int8)
    found = derive(classes, FIRST, Profile.FULL, run_highs)
    assert [day.closed_to_arrival for day in found.calendar.days] == [True, False, False, False]


def test_a_channel_that_closes_no_arrivals_asks_for_more_nights_than_were_considered() -> None:
    classes = np.array([[BAD, BAD], [GOOD, CLOSED]], dtype=np.int8)
    found = derive(classes, FIRST, Profile.ARRIVAL_ONLY, run_highs)
    assert found.calendar.days[0] == DailyRestriction(min_los_arrival_nights=3)


def test_a_departure_is_closed_only_where_it_keeps_a_bad_stay_out() -> None:
    classes = np.array([[GOOD, BAD, GOOD], [BAD, GOOD, CLOSED], [GOOD, CLOSED, CLOSED]], dtype=np.int8)
    found = derive(classes, FIRST, Profile.FULL, run_highs)
    assert [day.closed_to_departure for day in found.calendar.days] == [False, False, True, False]
    assert found.tally.refused_good == 0


def test_a_solver_without_an_answer_costs_good_stays_but_lets_no_bad_one_in(
    draw_classes: DrawClasses,
) -> None:
    def gives_up(model: MilpModel, limits: MilpLimits, *, start: object = None, seed: int = 0) -> MilpAnswer:
        del model, limits, start, seed
        return MilpAnswer(MilpStatus.NO_POINT)

    classes = draw_classes(1, 20, 5)
    for profile in (Profile.FULL, Profile.THROUGH):
        found = derive(classes, FIRST, profile, gives_up)
        assert found.tally.admitted_bad == 0
        assert not found.is_proved
