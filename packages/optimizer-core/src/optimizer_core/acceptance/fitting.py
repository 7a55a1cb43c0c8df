"""Which stays fit into some window of a type."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.arcs import day_node
from optimizer_core.network.windows import Window


def fitting_cells(windows: Iterable[Window], num_nights: int, longest_los: int) -> NDArray[np.bool_]:
    """Return which stays fit into one of some windows if nothing else is in it.

    Parameters
    ----------
    windows
        The windows.
    num_nights, longest_los
        Arrivals and lengths.

    Returns
    -------
    bool, shape (num_nights, longest_los)
        Whether the stay of each arrival and length fits.
    """
    reach = np.zeros(num_nights, dtype=np.int64)
    for window in windows:
        first = window.source // 2
        if first < num_nights:
            reach[first] = max(reach[first], window.sink)
    reach = np.maximum.accumulate(reach)
    departures = np.arange(num_nights)[:, None] + np.arange(1, longest_los + 1)[None, :]
    fits = (day_node(0) + 2 * departures <= reach[:, None]) & (departures <= num_nights)
    return np.asarray(fits, dtype=np.bool_)
