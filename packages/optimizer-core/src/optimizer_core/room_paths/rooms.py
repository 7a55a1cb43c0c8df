"""The room-path model of some components: converts between rooms of stays, arcs and prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.components import Component
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.room_paths.adjacency import GroupRows, Masks
from optimizer_core.room_paths.incumbents import Paths
from optimizer_core.room_paths.lattice import Lattice, build_lattice
from optimizer_core.room_paths.pool import pool_prices

RANKED_UPGRADE = 4
"""Price of an upgrade in the pooled model if upgrades rank first, as a multiple of the largest gap cost."""


class RoomModel:
    """The rooms and stays of some components, as arcs and back.

    Parameters
    ----------
    grid
        The hotel.
    components
        The components.
    solve_milp, limits, seed
        The solver and its limits.
    with_groups
        Whether each member of an adjacency group gets its own class, so that groups can be included.
    """

    def __init__(
        self,
        grid: Grid,
        components: Sequence[Component],
        solve_milp: MilpSolver,
        limits: Limits,
        seed: int = 0,
        *,
        with_groups: bool = False,
    ) -> None:
        self.grid, self.components = grid, tuple(components)
        self.solve_milp, self.limits, self.seed = solve_milp, limits, seed
        problem = grid.problem
        apart = [problem.stay_index[m.stay_id] for members in problem.groups.values() for m in members]
        self.lattices = tuple(
            build_lattice(grid, component, apart if with_groups else ()) for component in components
        )
        groups = GroupRows(grid, self.lattices) if with_groups else None
        self.groups = groups if groups is not None and groups.groups else None

    @property
    def num_pairs(self) -> int:
        """Number of arcs of all rooms."""
        return sum(int(lattice.allowed.sum()) for lattice in self.lattices)

    @cached_property
    def num_homeless(self) -> int:
        """Number of movable stays without a current room, for which no room is a move."""
        stays = (stay for component in self.components for stay in component.stays)
        return sum(self.grid.current_room[stay] == NOWHERE for stay in stays)

    @cached_property
    def pool_prices(self) -> NDArray[np.float64]:
        """Prices of the classes for the value without moves, from the pooled model; 0 if a limit ended it."""
        found = [np.zeros(0)]
        price, grid = self.grid.problem.policy.upgrade_price, self.grid
        dearest = max((int(lattice.gap.max(initial=1)) for lattice in self.lattices), default=1)
        upgrade = float(RANKED_UPGRADE * dearest if price is None else price * grid.cost_scale)
        for component, lattice in zip(self.components, self.lattices, strict=True):
            prices = pool_prices(
                grid,
                component,
                lattice.classes,
                self.solve_milp,
                self.limits,
                seed=self.seed,
                upgrade=upgrade,
            )
            found.append(np.zeros(len(lattice.classes)) if prices is None else prices)
        return np.concatenate(found)


def masks_of(grid: Grid, lattices: Sequence[Lattice], rooms: Mapping[int, int]) -> Masks | None:
    """Return the arcs of a plan; None if it needs a missing arc.

    Parameters
    ----------
    grid
        The hotel.
    lattices
        The components, possibly restricted.
    rooms
        Room of every stay, fixed stays included.
    """
    masks = []
    for lattice in lattices:
        mask = Paths(lattice, grid).arcs_of(rooms)
        if mask is None or (mask[lattice.class_arcs].sum(axis=1) != lattice.demand).any():
            return None
        masks.append(mask)
    return tuple(masks)


def rooms_of(grid: Grid, lattices: Sequence[Lattice], masks: Masks) -> dict[int, int]:
    """Return the room of each movable stay of a plan; within a class, stays keep their room first."""
    found: dict[int, int] = {}
    for lattice, mask in zip(lattices, masks, strict=True):
        for stay_class, arc in zip(lattice.classes, lattice.class_arcs.tolist(), strict=True):
            takers = [lattice.rooms[column] for column in np.flatnonzero(mask[arc]).tolist()]
            found |= share_out(grid, stay_class.stays, takers)
    return found


def share_out(grid: Grid, stays: Sequence[int], rooms: Sequence[int]) -> dict[int, int]:
    """Return a room for each stay of a class: its current one if among them, else in order."""
    free = sorted(rooms)
    found: dict[int, int] = {}
    rest = []
    for stay in stays:
        if grid.current_room[stay] in free:
            found[stay] = grid.current_room[stay]
            free.remove(found[stay])
        else:
            rest.append(stay)
    found.update(zip(rest, free, strict=True))
    return found


def without_upgrades(lattice: Lattice) -> Lattice:
    """Return the lattice without the arcs that are upgrades."""
    return lattice if lattice.upgrade is None else lattice.restrict(lattice.allowed & ~lattice.upgrade)
