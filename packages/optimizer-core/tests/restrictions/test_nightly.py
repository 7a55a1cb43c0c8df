"""Limits of every night, found step by step."""

from collections.abc import Callable

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.nightly import NightlyChoice, first_choice, loosen

DrawClasses = Callable[..., Classes]


@pytest.mark.parametrize("has_closures", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_the_first_choice_refuses_every_bad_stay(
    draw_classes: DrawClasses, seed: int, has_closures: bool
) -> None:
    classes = draw_classes(seed, 20, 6)
    choice = first_choice(classes, has_closures=has_closures)
    assert not (choice.admitted() & (classes == BAD)).any()
    assert has_closures or not (choice.is_arrival_closed.any() or choice.is_departure_closed.any())


@pytest.mark.parametrize("seed", range(6))
def test_loosening_only_gains_good_stays(draw_classes: DrawClasses, seed: int) -> None:
    classes = draw_classes(seed, 20, 6)
    choice = first_choice(classes, has_closures=True)
    before = choice.refused(classes)
    loosen(classes, choice)
    assert choice.refused(classes) <= before
    assert not (choice.admitted() & (classes == BAD)).any()
    for allowed in choice.is_allowed:
        inside = np.flatnonzero(allowed)
        assert inside.size == 0 or inside[-1] - inside[0] == inside.size - 1


def test_a_limit_that_keeps_nothing_out_is_taken_back() -> None:
    choice = NightlyChoice.open(4, 3)
    choice.is_allowed[1, 0] = False
    choice.is_arrival_closed[2] = True
    choice.is_departure_closed[3] = True
    loosen(np.full((4, 3), GOOD, dtype=np.int8), choice)
    assert choice.is_allowed.all()
    assert not choice.is_arrival_closed.any()
    assert not choice.is_departure_closed.any()


def test_obstacles_are_counted_night_by_night() -> None:
    choice = NightlyChoice.open(3, 2)
    choice.is_allowed[1, 1] = False
    choice.is_departure_closed[2] = True
    assert choice.obstacles()[:, 1].tolist()[:2] == [2, 1]
    assert choice.obstacles()[:, 0].tolist() == [0, 1, 0]
