"""Random classes of stays, from small hotels and from nothing."""

from collections.abc import Callable

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.restrictions.admission import Classes

DrawClasses = Callable[..., Classes]


@pytest.fixture
def draw_classes() -> DrawClasses:
    """Return a maker of classes without any structure; stays that outlast the schedule are closed."""

    def draw(seed: int, nights: int, longest: int, bad: float = 0.3, closed: float = 0.2) -> Classes:
        chance = np.random.default_rng(seed)
        share = [closed, bad, 1 - bad - closed]
        classes = chance.choice([CLOSED, BAD, GOOD], size=(nights, longest), p=share).astype(np.int8)
        beyond = np.arange(nights)[:, None] + np.arange(1, longest + 1) > nights
        classes[beyond] = CLOSED
        return classes

    return draw
