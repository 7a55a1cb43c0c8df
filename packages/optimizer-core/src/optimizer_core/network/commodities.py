"""Commodities of the network: sets of interchangeable rooms, and the stays that they share."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.arcs import day_node
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.windows import Window


@dataclass(frozen=True, slots=True)
class StayClass:
    """Stays with equal nights, equal allowed types and the same own type.

    Parameters
    ----------
    arrival, departure
        Positions of the first night and of the morning after the last.
    types
        Positions of the types they may be given.
    stays
        Positions of the stays, in canonical order.
    """

    arrival: int
    departure: int
    types: tuple[int, ...]
    stays: tuple[int, ...]


@dataclass(frozen=True)
class Commodity:
    """Interchangeable rooms of one type.

    Parameters
    ----------
    kind
        Position of the type.
    windows
        The windows that its units fill.
    """

    kind: int
    windows: tuple[Window, ...]

    @cached_property
    def source(self) -> int:
        """First node of any window."""
        return min(window.source for window in self.windows)

    @cached_property
    def sink(self) -> int:
        """Last node of any window."""
        return max(window.sink for window in self.windows)


@dataclass(frozen=True)
class Habits:
    """The current use of the rooms: among plans of equal cost, similar ones need fewer moves.

    Parameters
    ----------
    wanted
        For each window, the classes with a stay that is now in its room.
    usual
        For each window, the current gaps of its room, as (tail, head).
    price
        Reward for a stay that keeps its room, in units of gap cost; None if gap cost ranks first and
        similarity only decides between plans of equal cost.
    """

    wanted: Mapping[Window, frozenset[int]]
    usual: Mapping[Window, tuple[tuple[int, int], ...]]
    price: int | None = None

    @cached_property
    def most(self) -> int:
        """Greatest number of kept stays and gaps of a plan."""
        return sum(map(len, self.wanted.values())) + sum(map(len, self.usual.values()))


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of one commodity in a solution.

    Parameters
    ----------
    kind
        Position of its type.
    arcs
        int64, shape (number of gap arcs,): units on each gap arc.
    classes
        Units on each stay class that it serves.
    """

    kind: int

    arcs: NDArray[np.int64]
    classes: dict[int, int]


def stay_classes(
    grid: Grid, stays: Iterable[int], given: Mapping[int, int] | None = None
) -> tuple[StayClass, ...]:
    """Return the classes of some stays, by nights and types.

    Parameters
    ----------
    grid
        The hotel.
    stays
        Positions of the stays.
    given
        Type of each stay if already decided; None to leave it open.
    """
    members: dict[tuple[int, int, tuple[int, ...], int], list[int]] = {}
    for stay in stays:
        types = grid.types_of_stay[stay] if given is None else (given[stay],)
        own = grid.own_type(stay) if len(types) > 1 else NOWHERE
        members.setdefault((grid.arrival[stay], grid.departure[stay], types, own), []).append(stay)
    return tuple(
        StayClass(arrival, departure, types, tuple(found))
        for (arrival, departure, types, _), found in sorted(members.items())
    )


def split_windows(kind: int, windows: Iterable[Window], own: Container[Window]) -> list[Commodity]:
    """Return the pool of a type, unless empty, then its separate windows, equal ones merged."""
    pool = []
    equal: dict[tuple[int, int], list[Window]] = {}
    for window in windows:
        if window in own:
            equal.setdefault((window.source, window.sink), []).append(window)
        else:
            pool.append(window)
    alone = [Commodity(kind, tuple(equal[ends])) for ends in sorted(equal)]
    return [Commodity(kind, tuple(pool)), *alone] if pool else alone


def serving(
    commodities: Sequence[Commodity], classes: Sequence[StayClass]
) -> tuple[list[list[int]], list[int]]:
    """Return the classes that each commodity may serve, and for each class the number of such commodities.

    A pool may only serve a class that fits into one of its windows: it merges the rooms, but a stay longer
    than every stretch between two fixed stays still needs another type.
    """
    by_kind: dict[int, list[tuple[int, Commodity, list[int]]]] = {}
    for position, commodity in enumerate(commodities):
        by_kind.setdefault(commodity.kind, []).append((position, commodity, _reach(commodity)))
    served: list[list[int]] = [[] for _ in commodities]
    num_users = []
    for index, stay_class in enumerate(classes):
        first, last = day_node(stay_class.arrival), day_node(stay_class.departure)
        users = 0
        for kind in stay_class.types:
            for position, commodity, reach in by_kind.get(kind, ()):
                base = commodity.source
                if base <= first and first - base < len(reach) and last <= reach[first - base]:
                    served[position].append(index)
                    users += 1
        num_users.append(users)
    return served, num_users


def _reach(commodity: Commodity) -> list[int]:
    """Return, for each node from the commodity's source, the furthest end of a window that starts by then."""
    base = commodity.source
    reach = [0] * (commodity.sink - base + 1)
    for window in commodity.windows:
        reach[window.source - base] = max(reach[window.source - base], window.sink)
    for offset in range(1, len(reach)):
        reach[offset] = max(reach[offset], reach[offset - 1])
    return reach
