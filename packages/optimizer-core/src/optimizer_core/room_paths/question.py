"""A question to the room-path model, and its answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer_core.room_paths.adjacency import GroupRows, Masks
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.relaxation import Prices, use


@dataclass(frozen=True)
class Question:
    """The plan to search for.

    Parameters
    ----------
    lattices
        The components.
    weights
        Weights of the cost to minimize: whole numbers.
    caps
        Limits on a plan.
    groups
        Adjacency groups to include; None without groups.
    """

    lattices: tuple[Lattice, ...]
    weights: Weights
    caps: tuple[Cap, ...] = ()
    groups: GroupRows | None = None

    def cost(self, masks: Masks) -> float:
        """Return the cost of a plan."""
        return self.used(masks, self.weights)

    def keeps_to_caps(self, masks: Masks) -> bool:
        """Return whether a plan is within the caps."""
        return all(self.used(masks, cap.usage) <= cap.limit + 1e-6 for cap in self.caps)

    def used(self, masks: Masks, usage: Weights) -> float:
        """Return the use of a cap by a plan."""
        pairs = zip(self.lattices, map(np.nonzero, masks), strict=True)
        used = sum(use(lattice, usage, arcs, rooms) for lattice, (arcs, rooms) in pairs)
        if usage.apart and self.groups is not None:
            used += usage.apart * self.groups.count_apart(masks)
        return used

    @property
    def certain(self) -> int:
        """Number of group members without a neighbor in every plan."""
        return 0 if self.groups is None else self.groups.certain

    @cached_property
    def num_pairs(self) -> int:
        """Number of arcs of all rooms."""
        return sum(int(lattice.allowed.sum()) for lattice in self.lattices)


@dataclass(frozen=True)
class Found:
    """The answer to a question.

    Parameters
    ----------
    masks
        The arcs of the best plan; None if no plan is known.
    value
        Its cost; infinite without a plan.
    prices
        Prices; one pass proves their bound.
    bound
        Lower bound on the cost, branching included; infinite if no plan exists.
    best_prices
        Prices with the best bound, those of places of group members included; None for `prices`.
    """

    masks: Masks | None
    value: float
    prices: Prices
    bound: float
    best_prices: Prices | None = None

    @property
    def is_optimal(self) -> bool:
        """Whether it is proved that no plan is better."""
        return self.masks is not None and self.bound >= self.value

    @property
    def is_infeasible(self) -> bool:
        """Whether it is proved that no plan exists."""
        return math.isinf(self.bound) and self.bound > 0
