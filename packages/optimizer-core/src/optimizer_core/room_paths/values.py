"""The cost of a plan, term by term, in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.objective import adjacency_penalty, gap_cost


@dataclass(frozen=True, slots=True)
class Costs:
    """The terms of a plan.

    Parameters
    ----------
    upgrades, apart, moves
        Stays outside their own type, group members without a neighbor, and stays that move.
    gap
        Gap cost in units.
    """

    upgrades: int
    apart: int
    gap: int
    moves: int


class Valuer:
    """Computes the costs of plans of a hotel.

    Parameters
    ----------
    grid
        The hotel.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        problem = grid.problem
        self._adjacent = [frozenset(problem.room_index[n] for n in room.adjacent) for room in problem.rooms]
        self.groups = [
            tuple(problem.stay_index[member.stay_id] for member in members)
            for members in problem.groups.values()
        ]

    def costs(self, rooms: Mapping[int, int]) -> Costs:
        """Return the terms of a plan.

        Parameters
        ----------
        rooms
            Room of every stay.
        """
        grid = self._grid
        lines: dict[int, list[int]] = {}
        for stay in sorted(rooms):  # in order of arrival
            lines.setdefault(rooms[stay], []).append(stay)
        return Costs(
            grid.count_upgrades(rooms),
            sum(self.apart(group, rooms) for group in self.groups),
            sum(self.line_cost(line) for line in lines.values()),
            sum(grid.current_room[stay] not in (NOWHERE, room) for stay, room in rooms.items()),
        )

    def line_cost(self, stays: list[int]) -> int:
        """Return the gap cost of the stays of one room, in order of arrival."""
        grid, minimum = self._grid, self._grid.problem.minimum_stays
        cost, free_from = 0, NOWHERE
        for stay in stays:
            arrival = grid.arrival[stay]
            if NOWHERE < free_from < arrival:
                cost += gap_cost(minimum[free_from], arrival - free_from, grid.cost_scale)
            free_from = grid.departure[stay]
        return cost

    def apart(self, members: tuple[int, ...], rooms: Mapping[int, int]) -> int:
        """Return the number of members of a group without a neighbor from it."""
        return sum(
            not any(rooms[other] in self._adjacent[rooms[member]] for other in members if other != member)
            for member in members
        )

    def value(self, costs: Costs) -> int:
        """Return the value that ranks before moves, in units: gaps, penalties and priced terms."""
        policy, scale = self._grid.problem.policy, self._grid.cost_scale
        value = costs.gap + penalty_units(self._grid) * costs.apart
        value += int((policy.upgrade_price or 0) * scale) * costs.upgrades
        return value + int((policy.move_price or 0) * scale) * costs.moves

    def rank(self, costs: Costs) -> tuple[int, int, int]:
        """Return the sort key of a plan: the smaller, the better."""
        ranked = costs.upgrades if self._grid.problem.policy.upgrade_price is None else 0
        return ranked, self.value(costs), costs.moves


def penalty_units(grid: Grid) -> int:
    """Return the penalty of a member without a neighbor, in units of ``1 / Grid.cost_scale``."""
    return adjacency_penalty(grid.problem) * (grid.cost_scale // grid.problem.cost_scale)
