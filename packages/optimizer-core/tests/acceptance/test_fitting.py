"""A stay fits a type only if one of its windows holds it whole."""

import numpy as np
import pytest

from optimizer_core.acceptance.fitting import fitting_cells
from optimizer_core.network.arcs import day_node, end_node, idle_node
from optimizer_core.network.windows import Window

NIGHTS = 9
WINDOWS = (
    Window(0, idle_node(0), day_node(3)),
    Window(0, day_node(5), day_node(8)),
    Window(1, day_node(6), end_node(NIGHTS)),
)


@pytest.mark.parametrize("longest", [1, 4, 9])
def test_it_says_what_the_windows_say(longest: int) -> None:
    """Every cell agrees with asking each window."""
    fits = fitting_cells(WINDOWS, NIGHTS, longest)
    for arrival, column in np.ndindex(NIGHTS, longest):
        departure = arrival + column + 1
        inside = departure <= NIGHTS and any(window.holds(arrival, departure) for window in WINDOWS)
        assert fits[arrival, column] == inside, (arrival, departure)


def test_no_window_holds_nothing() -> None:
    """A type whose rooms are all locked takes no stay."""
    assert not fitting_cells((), 4, 2).any()
