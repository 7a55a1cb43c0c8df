"""Lower bounds on the cost of locks, from plans that move one stay to another room."""

from __future__ import annotations

from fractions import Fraction

from optimizer_core.domain import Plan, Problem
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.room_paths.values import Valuer


class Trials:
    """Tries small changes of a plan that become possible without one lock.

    Parameters
    ----------
    problem, plan
        The hotel and a valid plan of it.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem, self._grid = problem, Grid(problem)
        self._valuer = Valuer(self._grid)
        index = problem.room_index
        self._rooms = [index[plan.room_by_stay[stay.stay_id]] for stay in problem.stays]
        self._lines: list[list[int]] = [[] for _ in problem.rooms]
        for stay, room in enumerate(self._rooms):
            self._lines[room].append(stay)
        self._costs = [self._valuer.line_cost(line) for line in self._lines]
        policy = problem.policy
        self._price = int((policy.move_price or 0) * self._grid.cost_scale)
        moved = sum(self._is_moved(stay, room) for stay, room in enumerate(self._rooms))
        self._moves_left = None if policy.max_moves is None else policy.max_moves - moved
        self._grouped = {
            problem.stay_index[m.stay_id] for members in problem.groups.values() for m in members
        }

    def saved(self, stay: int) -> Fraction:
        """Return the points saved by the best exchange with another room of the same type.

        The stay moves to the other room, and the stays in its way there move to its room. Members of
        adjacency groups do not move.

        Parameters
        ----------
        stay
            Position of a locked stay.
        """
        home, grid = self._rooms[stay], self._grid
        if stay in self._grouped:
            return Fraction(0)
        left = [other for other in self._lines[home] if other != stay]
        best = 0
        for room in grid.rooms_of_type[grid.room_type[home]]:
            if room != home:
                best = max(best, self._exchange(stay, left, room))
        return Fraction(best, grid.cost_scale)

    def _exchange(self, stay: int, left: list[int], room: int) -> int:
        """Return the units that an exchange with a room saves, 0 or less if it does not fit or save."""
        grid, home = self._grid, self._rooms[stay]
        coming = [other for other in self._lines[room] if self._overlap(stay, other)]
        for other in coming:
            if grid.fixed_room[other] != NOWHERE or other in self._grouped:
                return 0
            if any(self._overlap(other, neighbor) for neighbor in left):
                return 0
        moves = 1
        for other in coming:
            moves += self._is_moved(other, home) - self._is_moved(other, room)
        if self._moves_left is not None and moves > self._moves_left:
            return 0
        there = sorted([stay, *(other for other in self._lines[room] if other not in coming)])
        here = sorted([*left, *coming])
        now = self._valuer.line_cost(there) + self._valuer.line_cost(here)
        return self._costs[home] + self._costs[room] - now - self._price * moves

    def _overlap(self, one: int, other: int) -> bool:
        grid = self._grid
        return grid.arrival[one] < grid.departure[other] and grid.arrival[other] < grid.departure[one]

    def _is_moved(self, stay: int, room: int) -> bool:
        return self._grid.current_room[stay] not in (NOWHERE, room)
