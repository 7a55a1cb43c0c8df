"""Fewest moves among the best plans: first swaps, then exact models of stretches of nights.

Every stretch is planned anew with all its windows told apart; gap cost weighs more than all moves
together. The stretches grow and overlap. Where a whole type is small enough, one model covers it, and
its bound is a bound on the moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs, end_node
from optimizer_core.network.commodities import Commodity, Habits, stay_classes
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import TypeTask, route
from optimizer_core.network.keeping import keep_rooms
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import build_model
from optimizer_core.network.tasks import find_habits, rooms_of_stays
from optimizer_core.network.timelines import Timelines
from optimizer_core.network.windows import Window
from optimizer_core.objective import gap_cost

STRETCHES_NIGHTS = (14, 28)
"""Lengths of the stretches that are planned anew, one after the other."""

LARGEST_STRETCH_COLUMNS = 16_000
"""Columns of one model, by the estimate; longer stretches are cut down to it."""

MOST_COLUMNS = 20_000
"""Columns of all models of a run together: a budget that does not depend on the machine."""

STRETCH_NODES = 20
"""Nodes of branch and bound for one stretch."""

LARGEST_WHOLE_COLUMNS = 6_000
"""Columns up to which a whole type is one model, by the estimate."""

WHOLE_TYPE_NODES = 100
"""Nodes of branch and bound for a model of a whole type."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Stays that exchange rooms among themselves: what that costs, and how many more moves it takes."""

    cost: int
    moves: int
    rooms: dict[int, int]


@dataclass
class MoveReducer:
    """Lowers the moves of a plan without raising its cost, or trades the one for the other.

    Parameters
    ----------
    grid, arcs
        The hotel and its gap arcs.
    timelines
        A plan; changed in place.
    solve_milp, limits, seed
        The solver and its limits.
    price
        Gap cost that a move must save to be worth it, in units; None if gap cost ranks first.
    most_moves
        Moves that the plan may have; None for any number.
    columns_left
        Columns that the models of this run may have together.
    bounds
        Fewest moves of each type that was solved to the end.
    """

    grid: Grid
    arcs: GapArcs
    timelines: Timelines
    solve_milp: MilpSolver
    limits: Limits
    seed: int
    price: int | None = None
    most_moves: int | None = None
    columns_left: int = MOST_COLUMNS
    bounds: dict[int, int] = field(default_factory=dict)

    def run(self) -> None:
        """Plan small types anew as a whole, then stretches of the others."""
        keep_rooms(self.grid, self.timelines, self.limits)
        large = []
        for kind in sorted(self._movable):
            if self._columns(kind, self.grid.num_nights + 1) <= LARGEST_WHOLE_COLUMNS:
                self._plan_anew(kind, 0, self.grid.num_nights + 1, WHOLE_TYPE_NODES)
            else:
                large.append(kind)
        for nights in STRETCHES_NIGHTS:
            for kind in large:
                self._sweep(kind, nights)

    def num_away(self) -> int:
        """Return the moves of the plan."""
        return sum(len(self._away(kind)) for kind in self._movable)

    @cached_property
    def _movable(self) -> dict[int, list[int]]:
        """Movable stays that have a current room, by the type of their room, which no swap changes."""
        movable: dict[int, list[int]] = {}
        for stay, room in enumerate(self.grid.current_room):
            if room != NOWHERE and self.grid.fixed_room[stay] == NOWHERE:
                movable.setdefault(self.grid.room_type[self.timelines.room_of[stay]], []).append(stay)
        return movable

    def _away(self, kind: int) -> list[int]:
        """Return the movable stays in rooms of a type that are not in their current room."""
        current, room_of = self.grid.current_room, self.timelines.room_of
        return [stay for stay in self._movable.get(kind, ()) if current[stay] != room_of[stay]]

    def _columns(self, kind: int, nights: int) -> int:
        """Return about how many columns a stretch of a type has."""
        density = 2 * self.arcs.tail.shape[0] / self.arcs.num_nodes
        return int(len(self.grid.rooms_of_type[kind]) * nights * (density + 4))

    def _sweep(self, kind: int, nights: int) -> None:
        """Plan overlapping stretches of a type anew, as long as the budget lasts."""
        while nights > 3 and self._columns(kind, nights) > LARGEST_STRETCH_COLUMNS:
            nights -= 1
        if self._columns(kind, nights) > LARGEST_STRETCH_COLUMNS:
            return
        for first in range(0, self.grid.num_nights, max(1, nights // 2)):
            if self.limits.is_over() or self.columns_left <= 0:
                return
            away = (first <= self.grid.arrival[stay] < first + nights for stay in self._away(kind))
            if self._is_trading or any(away):
                self._plan_anew(kind, first, min(first + nights, self.grid.num_nights + 1), STRETCH_NODES)

    def _plan_anew(self, kind: int, first: int, last: int, max_nodes: int) -> None:
        """Plan what lies between two mornings anew; keep it if it is better."""
        windows = [
            window
            for room in self.grid.rooms_of_type[kind]
            for window in self.timelines.windows(room, first, last)
        ]
        inside = {window: self._inside(window) for window in windows}
        stays = sorted(stay for found in inside.values() for stay in found)
        if len(windows) < 2 or not stays:
            return
        classes = stay_classes(self.grid, stays, dict.fromkeys(stays, kind))
        wanted = find_habits(self.grid, windows, classes).wanted
        task = TypeTask(kind, tuple(windows), classes, Habits(wanted, {}, self.price))
        parts = [Commodity(kind, (window,)) for window in windows]
        flow_model = build_model(self.arcs, parts, classes, habits=task.habits)
        self.columns_left -= flow_model.model.num_columns
        answer = solve_flows(flow_model, self.solve_milp, self.limits, seed=self.seed, max_nodes=max_nodes)
        if answer.flows is None:
            return
        paths, _ = route(self.arcs, task, parts, answer.flows, self.limits)
        if paths is None:
            return
        for change in self._changes(inside, rooms_of_stays(self.grid, task, paths)):
            within = self.most_moves is None or self.num_away() + change.moves <= self.most_moves
            if within and self._is_better(change):
                self.timelines.assign(change.rooms)
        if first == 0 and last > self.grid.num_nights and answer.status is MilpStatus.OPTIMAL:
            self.bounds[kind] = len(self._away(kind))

    def _changes(self, inside: Mapping[Window, Sequence[int]], rooms: Mapping[int, int]) -> list[_Change]:
        """Split a re-arrangement into parts that exchange no stays, those that save most first."""
        root = {window.room: window.room for window in inside}

        def find(room: int) -> int:
            while root[room] != room:
                root[room] = root[root[room]]
                room = root[room]
            return room

        room_of = self.timelines.room_of
        for stay, room in rooms.items():
            root[find(room)] = find(room_of[stay])
        parts: dict[int, dict[int, int]] = {}
        for stay, room in rooms.items():
            if room != room_of[stay]:
                parts.setdefault(find(room), {})[stay] = room
        windows: dict[int, list[Window]] = {}
        for window in inside:
            windows.setdefault(find(window.room), []).append(window)
        changes = []
        for part, moved in parts.items():
            cost = -sum(self._cost(window, inside[window]) for window in windows[part])
            for window in windows[part]:
                cost += self._cost(window, _after(self.grid, window, windows[part], inside, moved))
            current = self.grid.current_room
            moves = sum((room != current[s]) - (room_of[s] != current[s]) for s, room in moved.items())
            changes.append(_Change(cost, moves, moved))
        return sorted(changes, key=lambda change: (change.cost / max(1, change.moves), change.moves))

    def _is_better(self, change: _Change) -> bool:
        """Return whether a change is worth making."""
        if self.price is None:
            return (change.cost, change.moves) < (0, 0)
        return (change.cost + self.price * change.moves, change.moves) < (0, 0)

    @property
    def _is_trading(self) -> bool:
        return self.price is not None or self.most_moves is not None

    def _inside(self, window: Window) -> list[int]:
        """Return the stays of a window as it is now."""
        last = self.grid.num_nights + 1 if window.sink == end_node(self.grid.num_nights) else window.sink // 2
        return self.timelines.between(window.room, window.source // 2, last)

    def _cost(self, window: Window, stays: Sequence[int]) -> int:
        """Return the gap cost of a window as it is now."""
        minimum, scale = self.grid.problem.minimum_stays, self.grid.cost_scale
        free_from = window.source // 2 if window.source % 2 else NOWHERE
        cost = 0
        sink = [window.sink // 2] if window.sink % 2 else []
        for arrival, departure in [(self.grid.arrival[s], self.grid.departure[s]) for s in stays] + [
            (morning, NOWHERE) for morning in sink
        ]:
            if free_from != NOWHERE and free_from < arrival:
                cost += gap_cost(minimum[free_from], arrival - free_from, scale)
            free_from = departure
        return cost


def _after(
    grid: Grid,
    window: Window,
    windows: Sequence[Window],
    inside: Mapping[Window, Sequence[int]],
    moved: Mapping[int, int],
) -> list[int]:
    """Return the stays of a window after a change, in order of arrival."""
    stays = [stay for stay in inside[window] if stay not in moved]
    for other in windows:
        stays.extend(
            stay
            for stay in inside[other]
            if moved.get(stay) == window.room and window.holds(grid.arrival[stay], grid.departure[stay])
        )
    return sorted(stays)
