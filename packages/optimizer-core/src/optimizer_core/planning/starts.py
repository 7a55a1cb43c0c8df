"""Plans to start from: the current rooms, and whole chains of moves applied one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.domain import Problem, current_plan
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.room_paths.values import Costs, Valuer
from optimizer_core.verification import verify

Rooms = Mapping[int, int]
"""Room of every stay, by position."""

ROUNDS = 4
"""Rounds over the chains; a chain may pay only after another one."""


def current_rooms(problem: Problem) -> dict[int, int] | None:
    """Return the current rooms if they are a valid plan."""
    plan = current_plan(problem)
    if verify(problem, plan):
        return None
    index = problem.room_index
    return {position: index[plan.room_by_stay[stay.stay_id]] for position, stay in enumerate(problem.stays)}


def find_chains(grid: Grid, before: Rooms, after: Rooms) -> list[tuple[int, ...]]:
    """Return the changes between two plans, split into chains that can be made independently.

    Two changes belong together if one stay takes the room of the other on one of its nights.

    Parameters
    ----------
    grid
        The hotel.
    before, after
        The plans.
    """
    changed = [stay for stay in sorted(before) if before[stay] != after[stay]]
    root = {stay: stay for stay in changed}

    def find(stay: int) -> int:
        while root[stay] != stay:
            root[stay] = root[root[stay]]
            stay = root[stay]
        return stay

    left: dict[int, list[int]] = {}
    for stay in changed:
        left.setdefault(before[stay], []).append(stay)
    for comer in changed:
        for goer in left.get(after[comer], ()):
            if grid.arrival[goer] < grid.departure[comer] and grid.arrival[comer] < grid.departure[goer]:
                root[find(comer)] = find(goer)
    chains: dict[int, list[int]] = {}
    for stay in changed:
        chains.setdefault(find(stay), []).append(stay)
    return [tuple(stays) for stays in chains.values()]


@dataclass(frozen=True, slots=True)
class _Gain:
    """The effect of a chain: the rank of the plan without moves, and the moves."""

    upgrades: int
    value: int
    moves: int


class Chains:
    """Applies chains of changes from one plan to another while they pay.

    Parameters
    ----------
    grid
        The hotel.
    before, after
        The plans.
    """

    def __init__(self, grid: Grid, before: Rooms, after: Rooms) -> None:
        self._grid, self._valuer = grid, Valuer(grid)
        self.rooms = dict(before)
        self._before, self._after = dict(before), after
        self._chains = find_chains(grid, before, after)
        self._lines: dict[int, list[int]] = {}
        for stay in sorted(self.rooms):
            self._lines.setdefault(self.rooms[stay], []).append(stay)
        self._groups: dict[int, list[tuple[int, ...]]] = {}
        for members in self._valuer.groups:
            for member in members:
                self._groups.setdefault(member, []).append(members)
        self.moves = sum(self._is_moved(stay, room) for stay, room in self.rooms.items())
        self._changes: dict[int, int] = {}
        self._known: dict[tuple[int, ...], tuple[int, _Gain]] = {}

    def take(self, most_moves: int | None, price: int) -> dict[int, int]:
        """Return the plan after all chains that pay, largest saving per move first.

        Parameters
        ----------
        most_moves
            Most moves of the plan; None for any number.
        price
            Price of a move in units.
        """
        left = list(self._chains)
        for _ in range(ROUNDS):
            gains = [(self._gain(chain), chain) for chain in left]
            order = sorted(gains, key=lambda pair: (_ratio(pair[0]), pair[1]))
            left = []
            for _, chain in order:
                gain = self._gain(chain)
                fits = most_moves is None or self.moves + gain.moves <= most_moves
                if fits and (gain.upgrades, gain.value + price * gain.moves, gain.moves) < (0, 0, 0):
                    self._apply(chain)
                    self._count_changes(chain)
                    self.moves += gain.moves
                else:
                    left.append(chain)
            if len(left) == len(order):
                break
        return self.rooms

    def _is_moved(self, stay: int, room: int) -> bool:
        return self._grid.current_room[stay] not in (NOWHERE, room)

    def _gain(self, chain: tuple[int, ...]) -> _Gain:
        """Return the effect of a chain on the present plan; recomputed only where the plan changed."""
        state = sum(self._changes.get(room, 0) for room in self._touched(chain))
        known = self._known.get(chain)
        if known is None or known[0] != state:
            known = self._known[chain] = (state, self._measured_gain(chain))
        return known[1]

    def _touched(self, chain: tuple[int, ...]) -> set[int]:
        """Return the rooms whose changes may change the effect of a chain."""
        members = {m for stay in chain for group in self._groups.get(stay, ()) for m in group}
        return {room for stay in (*chain, *members) for room in (self._before[stay], self._after[stay])}

    def _count_changes(self, chain: tuple[int, ...]) -> None:
        for room in self._touched(chain):
            self._changes[room] = self._changes.get(room, 0) + 1

    def _measured_gain(self, chain: tuple[int, ...]) -> _Gain:
        before = self._measure(chain)
        old = {stay: self.rooms[stay] for stay in chain}
        self._apply(chain)
        after = self._measure(chain, old)
        self._put(old)
        return _Gain(
            self._rank(after)[0] - self._rank(before)[0],
            self._rank(after)[1] - self._rank(before)[1],
            after.moves - before.moves,
        )

    def _rank(self, costs: Costs) -> tuple[int, int]:
        policy, scale = self._grid.problem.policy, self._grid.cost_scale
        without_moves = self._valuer.value(costs) - int((policy.move_price or 0) * scale) * costs.moves
        return (costs.upgrades if policy.upgrade_price is None else 0), without_moves

    def _measure(self, chain: tuple[int, ...], old: Rooms | None = None) -> Costs:
        """Return the terms of the rooms, groups and stays that a chain touches."""
        rooms = {self.rooms[stay] for stay in chain} | {self._after[stay] for stay in chain}
        rooms |= set() if old is None else set(old.values())
        groups = {members for stay in chain for members in self._groups.get(stay, ())}
        return Costs(
            self._grid.count_upgrades({stay: self.rooms[stay] for stay in chain}),
            sum(self._valuer.apart(members, self.rooms) for members in sorted(groups)),
            sum(self._valuer.line_cost(self._lines.get(room, [])) for room in sorted(rooms)),
            sum(self._is_moved(stay, self.rooms[stay]) for stay in chain),
        )

    def _apply(self, chain: tuple[int, ...]) -> None:
        self._put({stay: self._after[stay] for stay in chain})

    def _put(self, rooms: Rooms) -> None:
        for stay in rooms:
            self._lines[self.rooms[stay]].remove(stay)
        for stay, room in rooms.items():
            line = self._lines.setdefault(room, [])
            line.append(stay)
            line.sort()
            self.rooms[stay] = room


def _ratio(gain: _Gain) -> tuple[Fraction, Fraction]:
    """Return the sort key of a chain: most upgrades avoided, then most value saved, for each move."""
    moves = max(1, gain.moves)
    return Fraction(gain.upgrades, moves), Fraction(gain.value, moves)


def undo_needless(grid: Grid, rooms: Rooms, home: Rooms | None, price: int | None = None) -> dict[int, int]:
    """Return a plan without the chains of moves that save nothing.

    Parameters
    ----------
    grid
        The hotel.
    rooms
        Room of every stay in the plan.
    home
        The current rooms; None if they are not a valid plan, then nothing is undone.
    price
        Price of a move in units; None for that of the policy.
    """
    if home is None:
        return dict(rooms)
    if price is None:
        price = int((grid.problem.policy.move_price or 0) * grid.cost_scale)
    return Chains(grid, rooms, home).take(None, price)
