"""Fewest moves of a whole hotel at the value of its plan, one component after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.joint import plan_component
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.planning.certify import CertificateMaker
from optimizer_core.room_paths.fewest import fewest_moves
from optimizer_core.room_paths.passes import Weights
from optimizer_core.room_paths.rooms import RoomModel
from optimizer_core.room_paths.search import EXACT_PAIRS
from optimizer_core.room_paths.values import Valuer, penalty_units


def reduce_moves(
    grid: Grid,
    components: list[Component],
    rooms: Mapping[int, int],
    solve_milp: MilpSolver,
    limits: Limits,
    seed: int,
    *,
    least: Mapping[tuple[int, ...], int],
    maker: CertificateMaker,
) -> tuple[dict[int, int], int]:
    """Return a plan of at most the same value with fewer moves, and a lower bound on the moves.

    Parameters
    ----------
    grid, components
        The hotel.
    rooms
        Room of every stay in a plan.
    solve_milp, limits, seed
        The solver and its limits.
    least
        Proved least gap cost of components in units, by their types, without groups.
    maker
        Collects the prices that prove value and moves.
    """
    reducer = _Reducer(grid, solve_milp, limits, seed, least, maker)
    found, bound = dict(rooms), 0
    left = sum(len(component.stays) for component in components)
    for component in components:
        # Each gets a share of the time left, so that the value of the last one is proved too.
        reducer.limits = limits.part(len(component.stays) / max(1, left))
        left -= len(component.stays)
        if any(grid.current_room[stay] not in (NOWHERE, rooms[stay]) for stay in component.stays):
            better, at_least = reducer.run(component, rooms)
            found |= better
            bound += at_least
        else:
            reducer.prove_value(component, rooms)
    return found, bound


def prove_values(
    grid: Grid,
    components: Sequence[Component],
    rooms: Mapping[int, int],
    solve_milp: MilpSolver,
    limits: Limits,
    seed: int,
    *,
    maker: CertificateMaker,
) -> None:
    """Collect the prices that prove the value of a plan, without a search for fewer moves.

    Parameters are those of `reduce_moves`.
    """
    reducer = _Reducer(grid, solve_milp, limits, seed, {}, maker)
    for component in components:
        reducer.prove_value(component, rooms)


class _Reducer:
    """Reduces the moves of components."""

    def __init__(
        self,
        grid: Grid,
        solve_milp: MilpSolver,
        limits: Limits,
        seed: int,
        least: Mapping[tuple[int, ...], int],
        maker: CertificateMaker,
    ) -> None:
        self._grid, self._solve_milp, self._seed = grid, solve_milp, seed
        self.limits = limits
        self._least, self._maker = least, maker
        policy, scale = grid.problem.policy, grid.cost_scale
        self._is_ranked = policy.upgrade_price is None
        upgrade = int((policy.upgrade_price or 0) * scale)
        self._weights = Weights(gap=1, upgrade=upgrade, apart=penalty_units(grid))
        self._members = {
            grid.problem.stay_index[member.stay_id]
            for members in grid.problem.groups.values()
            for member in members
        }

    def run(self, component: Component, rooms: Mapping[int, int]) -> tuple[dict[int, int], int]:
        """Return the room of each movable stay of a component, and a lower bound on its moves."""
        grid = self._grid
        upgrades = grid.count_upgrades({stay: rooms[stay] for stay in component.stays})
        parts = self._parts(component, upgrades)
        has_groups = not self._members.isdisjoint(component.stays)
        model = self._model(grid, parts, with_groups=has_groups)
        if has_groups and model.num_pairs > EXACT_PAIRS:
            return self._held(component, parts, rooms)
        least = self._least_of(component, parts) if len(parts) > 1 else ()
        found = fewest_moves(model, rooms, self._weights, is_upgrade_ranked=self._is_ranked, least=least)
        if upgrades and self._is_ranked:
            self._maker.is_complete = False
        self._maker.add_moves(found.lattices, found)
        return found.rooms or {stay: rooms[stay] for stay in component.stays}, found.bound

    def prove_value(self, component: Component, rooms: Mapping[int, int]) -> None:
        """Collect prices that prove the value of a component without moves."""
        upgrades = self._grid.count_upgrades({stay: rooms[stay] for stay in component.stays})
        if not component.stays:
            return
        if upgrades and self._is_ranked:
            self._maker.is_complete = False
            return
        model = self._model(self._grid, self._parts(component, upgrades), with_groups=False)
        found = fewest_moves(
            model, rooms, self._weights, is_upgrade_ranked=self._is_ranked, is_bound_enough=True
        )
        self._maker.add_moves(found.lattices, found)

    def _parts(self, component: Component, upgrades: int) -> list[Component]:
        """Return the parts that can be planned separately: each type, if there are no ranked upgrades."""
        if not self._is_ranked or upgrades:
            return [component]
        every = find_components(self._grid, with_groups=False, own_types=True)
        return [part for part in every if part.kinds[0] in component.kinds]

    def _held(
        self, component: Component, parts: list[Component], rooms: Mapping[int, int]
    ) -> tuple[dict[int, int], int]:
        """Keep group members in their rooms of the plan; the bound ignores the groups."""
        grid, here = self._grid, set(component.kinds)
        free = self._model(grid, parts, with_groups=False)
        # Another plan may spend on gaps what this plan pays for separated members.
        valuer = Valuer(grid)
        apart = sum(valuer.apart(members, rooms) for members in valuer.groups)
        proved = fewest_moves(
            free,
            rooms,
            self._weights,
            is_upgrade_ranked=self._is_ranked,
            is_bound_enough=True,
            allowance=penalty_units(grid) * apart,
        )
        self._maker.add_moves(proved.lattices, proved)
        held = {stay: rooms[stay] for stay in self._members & set(component.stays)}
        fixed = Grid(grid.problem, {**grid.held, **held})
        every = find_components(fixed, with_groups=False, own_types=self._is_ranked and len(parts) > 1)
        rest = [part for part in every if part.kinds[0] in here and part.stays]
        better = {stay: rooms[stay] for stay in component.stays}
        for part in rest:
            model = self._model(fixed, [part], with_groups=False)
            found = fewest_moves(model, rooms, self._weights, is_upgrade_ranked=self._is_ranked)
            better |= found.rooms or {}
        return better, proved.bound

    def _model(self, grid: Grid, parts: list[Component], *, with_groups: bool) -> RoomModel:
        return RoomModel(grid, parts, self._solve_milp, self.limits, self._seed, with_groups=with_groups)

    def _least_of(self, component: Component, parts: list[Component]) -> list[int]:
        """Return the proved least gap cost of each part; empty if any is unknown."""
        grid = self._grid
        arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
        least = []
        for part in parts:
            if part.kinds in self._least and part.kinds == component.kinds:
                least.append(self._least[part.kinds])
                continue
            answer = plan_component(grid, arcs, part, self._solve_milp, self.limits, seed=self._seed)
            if answer.status is not MilpStatus.OPTIMAL or answer.bound is None:
                return []
            least.append(answer.bound)
        return least
