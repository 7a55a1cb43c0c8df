"""Blockades: stays on one night that need more windows than there are.

On any night, each movable stay of a type that covers it needs a window of its own which begins no later than
the stay and ends no earlier. Pooled flows ignore that. By Hall's theorem a set of stays that together fit
into fewer windows than it has members has no plan: a valid cut for the pooled model, and a clear reason for
infeasibility.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimizer_core.network.arcs import day_node
from optimizer_core.network.commodities import StayClass
from optimizer_core.network.windows import Window


@dataclass(frozen=True, slots=True)
class Blockade:
    """Classes of stays that have too few windows on a night.

    Parameters
    ----------
    kind
        Position of the type.
    night
        Position of the night.
    classes
        The classes; all of them cover the night.
    num_windows
        Windows that any of them fits into: an upper limit on the number of these stays in this type.
    """

    kind: int
    night: int
    classes: frozenset[int]
    num_windows: int


def find_blockades(
    kind: int,
    windows: Sequence[Window],
    classes: Sequence[StayClass],
    units: Mapping[int, int],
    num_nights: int,
) -> list[Blockade]:
    """Return at most one blockade for each night, in order of nights.

    Parameters
    ----------
    kind
        Position of the type.
    windows
        Windows of the type.
    classes
        All stay classes.
    units
        Number of stays of each class to place in the type.
    num_nights
        Nights of the horizon.
    """
    open_windows: list[list[Window]] = [[] for _ in range(num_nights)]
    for window in sorted(windows, key=lambda window: window.source):
        for night in window.nights:
            open_windows[night].append(window)
    covering: list[list[int]] = [[] for _ in range(num_nights)]
    for index in sorted(units):
        for night in range(classes[index].arrival, classes[index].departure):
            covering[night] += [index] * units[index]
    blockades = []
    for night in range(num_nights):
        needed = _unmatched(open_windows[night], covering[night], classes)
        if needed is not None:
            blocked = frozenset(
                index
                for index, c in enumerate(classes)
                if kind in c.types
                and c.arrival <= night < c.departure
                and all(w in needed for w in open_windows[night] if w.holds(c.arrival, c.departure))
            )
            blockades.append(Blockade(kind, night, blocked, len(needed)))
    return blockades


def _unmatched(
    windows: Sequence[Window], stays: Sequence[int], classes: Sequence[StayClass]
) -> set[Window] | None:
    """Return windows that are fewer than the stays that need them; None if each stay gets a window.

    Stays are taken in order of arrival, so that each may use the windows of earlier ones and more. Taking the
    first-ending window that is long enough then gives a maximum matching.
    """
    free: list[tuple[int, int]] = []  # (sink, position) of windows that have begun
    taken: dict[int, int] = {}
    begun = 0
    for index in stays:
        first, last = day_node(classes[index].arrival), day_node(classes[index].departure)
        while begun < len(windows) and windows[begun].source <= first:
            insort(free, (windows[begun].sink, begun))
            begun += 1
        at = bisect_left(free, (last, -1))
        if at == len(free):
            return _hall_set(windows, taken, index, classes)
        taken[free.pop(at)[1]] = index
    return None


def _hall_set(
    windows: Sequence[Window], taken: Mapping[int, int], unmatched: int, classes: Sequence[StayClass]
) -> set[Window]:
    """Return the windows that an unmatched stay and its competitors fit into."""
    needed: set[int] = set()
    queue, seen = [unmatched], {unmatched}
    while queue:
        stay_class = classes[queue.pop()]
        for position, rival in taken.items():
            if position not in needed and windows[position].holds(stay_class.arrival, stay_class.departure):
                needed.add(position)
                if rival not in seen:
                    seen.add(rival)
                    queue.append(rival)
    return {windows[position] for position in needed}
