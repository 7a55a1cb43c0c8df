"""Brings adjacency groups together, by the cheapest method with a sufficient proof.

Swaps at no cost come first. The groups still separated are settled by the exact model if that is small,
otherwise by trying rooms for one group after the other: the members are held in adjacent rooms and the
component is replanned. For a pair, the choices cover every plan that joins it, so the least of their bounds
is a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.neighbors import Neighbors, bring_together, chains
from optimizer_core.network.timelines import Timelines
from optimizer_core.network.windows import windows_of_rooms
from optimizer_core.planning.by_paths import plan_by_paths
from optimizer_core.room_paths.values import penalty_units

EXACT_COLUMNS = 40_000
"""Columns up to which the exact model with groups is tried."""

SMALL_COLUMNS = 6_000
"""Columns up to which the exact model is solved even if the groups are joined, to find fewer moves."""

BONUS_AT_HOME = 10_000
"""Preference for a member's current room over the room with the longest free stretch."""

UNREACHABLE = 1 << 60
"""Cost of a group that no choice of rooms brings together."""

MOST_TRIALS = 60
"""Choices of rooms that are tried for one group."""


@dataclass(frozen=True, slots=True)
class GroupSettler:
    """Brings the groups of one component together.

    Parameters
    ----------
    grid, arcs, component
        The hotel, its gap arcs and the component.
    solve_milp, limits, seed
        The solver and its limits.
    """

    grid: Grid
    arcs: GapArcs
    component: Component
    solve_milp: MilpSolver
    limits: Limits
    seed: int

    def settle(self, answer: PartAnswer) -> PartAnswer:
        """Return the best plan with groups, starting from the best plan that ignores them.

        Value and bound of the answer include the penalties of members without a neighbor.
        """
        neighbors = Neighbors(self.grid, self.component.stays)
        if not neighbors.groups or answer.rooms is None or answer.value is None:
            return answer
        rooms, failed = self._join(self.grid, neighbors, answer.rooms)
        columns = self._exact_columns()
        if not failed and columns > SMALL_COLUMNS:
            return replace(answer, rooms=rooms)
        joined = self._judged(neighbors, replace(answer, rooms=rooms))
        if columns <= EXACT_COLUMNS:
            exact = plan_by_paths(
                self.grid,
                self.component,
                self.solve_milp,
                self.limits,
                self.seed,
                known=joined.rooms,
                most_upgrades=answer.upgrades,
            )
            return _better(joined, exact)
        return self._by_trial(neighbors, answer, joined, failed)

    def _join(
        self, grid: Grid, neighbors: Neighbors, rooms: Mapping[int, int]
    ) -> tuple[dict[int, int], list[int]]:
        """Swap members together at no cost; return the rooms and the groups still separated."""
        timelines = Timelines(grid, {**self._fixed(), **rooms})
        failed = bring_together(grid, timelines, neighbors, self.limits)
        return {stay: timelines.room_of[stay] for stay in self.component.stays}, failed

    def _fixed(self) -> dict[int, int]:
        here = set(self.component.kinds)
        fixed = enumerate(self.grid.fixed_room)
        return {s: room for s, room in fixed if room != NOWHERE and self.grid.room_type[room] in here}

    def _judged(self, neighbors: Neighbors, answer: PartAnswer) -> PartAnswer:
        """Return an answer whose value includes the penalties of its plan."""
        alone = self._alone(neighbors, answer.rooms or {})
        value = (answer.value or 0) + penalty_units(self.grid) * alone
        status = MilpStatus.OPTIMAL if value == answer.bound else MilpStatus.FEASIBLE
        return replace(answer, value=value, status=status)

    def _alone(self, neighbors: Neighbors, rooms: Mapping[int, int]) -> int:
        everywhere = {**{s: r for s, r in enumerate(self.grid.fixed_room) if r != NOWHERE}, **rooms}
        return sum(len(neighbors.apart(group, everywhere)) for group in neighbors.groups)

    def _exact_columns(self) -> int:
        """Return the estimated number of columns of the exact model."""
        density = self.arcs.tail.shape[0] / max(1, self.arcs.num_nodes)
        rooms = [room for kind in self.component.kinds for room in self.grid.rooms_of_type[kind]]
        windows = windows_of_rooms(self.grid, rooms)
        return (
            int(density * sum(window.span for window in windows))
            + len(windows) * len(self.component.stays) // 4
        )

    def _by_trial(
        self, neighbors: Neighbors, ignoring: PartAnswer, joined: PartAnswer, failed: Sequence[int]
    ) -> PartAnswer:
        """For one group after the other, hold its members in adjacent rooms and replan."""
        best, bound = joined, ignoring.bound
        held: dict[int, int] = {}
        for group in failed:
            choices = _Choices(self, neighbors, neighbors.groups[group], held)
            choices.try_all(bound)
            if choices.best is not None and (choices.best.value or 0) < (best.value or 0):
                best = choices.best
                held |= choices.chosen
            if choices.bound is not None and bound is not None:
                bound = max(bound, min(choices.bound, bound + 2 * penalty_units(self.grid)))
        status = MilpStatus.OPTIMAL if best.value == bound else MilpStatus.FEASIBLE
        return replace(best, bound=bound, status=status)

    def plan_held(
        self, neighbors: Neighbors, held: Mapping[int, int]
    ) -> tuple[PartAnswer | None, PartAnswer]:
        """Plan the component with some stays held in rooms.

        Returns
        -------
        tuple
            The plan with joined groups where possible and penalties in its value, None without a plan; and
            the answer that ignores the groups.
        """
        grid = Grid(self.grid.problem, held)
        kind = self.component.kinds[0]
        component = next(part for part in find_components(grid) if kind in part.kinds)
        answer = plan_component(grid, self.arcs, component, self.solve_milp, self.limits, seed=self.seed)
        if answer.rooms is None:
            return None, answer
        rooms, _ = self._join(grid, neighbors, {**answer.rooms, **held})
        upgrades = self.grid.count_upgrades(held)
        full = replace(answer, rooms=rooms, upgrades=answer.upgrades + upgrades)
        return self._judged(neighbors, full), answer


class _Choices:
    """The choices of adjacent rooms for one group, tried one after the other.

    Parameters
    ----------
    settler, neighbors
        The component and its groups.
    members
        The group.
    held
        Members of other groups that are already held in rooms.
    """

    def __init__(
        self, settler: GroupSettler, neighbors: Neighbors, members: Sequence[int], held: Mapping[int, int]
    ) -> None:
        self._settler, self._neighbors = settler, neighbors
        self._members, self._held = members, held
        self.best: PartAnswer | None = None
        self.chosen: dict[int, int] = {}
        self.bound: int | None = None

    def try_all(self, target: int | None) -> None:
        """Try the choices until one meets the target; record the best plan and the bound.

        The bound holds for plans in which the members of a pair are next to each other; larger groups have
        more adjacent choices than are tried, so they give no bound.
        """
        bounds: list[int] = []
        complete = len(self._members) == 2 and not self._held
        for trial, choice in enumerate(self._choices()):
            if trial == MOST_TRIALS or self._settler.limits.is_over():
                complete = False
                break
            found, answer = self._settler.plan_held(self._neighbors, {**self._held, **choice})
            if answer.status is not MilpStatus.INFEASIBLE:
                bounds.append(answer.bound or 0)
            if found is not None and (self.best is None or (found.value or 0) < (self.best.value or 0)):
                self.best, self.chosen = found, choice
                if found.value == target:
                    complete = False
                    break
        if complete:
            self.bound = min(bounds, default=UNREACHABLE)

    def _choices(self) -> Iterator[dict[int, int]]:
        grid = self._settler.grid
        reachable = []
        for member in self._members:
            fixed = grid.fixed_room[member]
            if fixed != NOWHERE:
                reachable.append({fixed: 0})
                continue
            rooms = {}
            for kind in grid.types_of_stay[member]:
                for window in windows_of_rooms(grid, grid.rooms_of_type[kind]):
                    if window.holds(grid.arrival[member], grid.departure[member]):
                        at_home = window.room == grid.current_room[member]
                        rooms[window.room] = window.span + (BONUS_AT_HOME if at_home else 0)
            reachable.append(rooms)
        for chain in chains(reachable, self._neighbors):
            movable = zip(self._members, chain, strict=True)
            yield {m: room for m, room in movable if grid.fixed_room[m] == NOWHERE}


def _better(joined: PartAnswer, exact: PartAnswer) -> PartAnswer:
    """Return the better plan of two, with the better bound."""
    bounds = [bound for bound in (joined.bound, exact.bound) if bound is not None]
    bound = max(bounds, default=None)
    has_exact = exact.rooms is not None and exact.value is not None
    best = exact if has_exact and (exact.value or 0) <= (joined.value or 0) else joined
    status = MilpStatus.OPTIMAL if best.value == bound else MilpStatus.FEASIBLE
    return replace(best, bound=bound, status=status)
