"""The model of limits by night agrees with the limits it stands for."""

from collections.abc import Callable

import numpy as np
import pytest

from optimizer_core.acceptance import BAD
from optimizer_core.backends.highs import run_highs
from optimizer_core.network import MilpLimits
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.nightly import first_choice, loosen
from optimizer_core.restrictions.through_model import _Model, improve

DrawClasses = Callable[..., Classes]


@pytest.mark.parametrize("seed", range(6))
def test_a_choice_is_a_point_of_the_model_and_comes_back_from_it(
    draw_classes: DrawClasses, seed: int
) -> None:
    classes = draw_classes(seed, 12, 5)
    choice = first_choice(classes, has_closures=True)
    loosen(classes, choice)
    model = _Model(classes, has_closures=True)
    milp = model.build()
    x = model.point(choice)
    assert (milp.matrix @ x <= milp.row_upper + 1e-9).all()
    assert milp.cost @ x == choice.refused(classes) - model.num_good
    back = model.choice(x)
    assert not (back.admitted() & (classes == BAD)).any()
    assert back.refused(classes) == choice.refused(classes)


def test_it_is_never_worse_than_its_start(draw_classes: DrawClasses) -> None:
    classes = draw_classes(4, 10, 4)
    start = first_choice(classes, has_closures=False)
    limits = MilpLimits(absolute_gap=0.999)
    better, fewest = improve(classes, start, run_highs, limits, has_closures=False)
    assert fewest <= better.refused(classes) <= start.refused(classes)
    assert not np.any(better.admitted() & (classes == BAD))
