"""Prices for the stay classes: the volume algorithm.

It raises the Lagrangian bound and keeps an average of the shortest paths, which approaches the optimum of the
linear program (Barahona and Anbil: The volume algorithm, Mathematical Programming 87, 2000). Besides the
classes, limits on moves, upgrades or gap cost have prices, which are never negative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimizer_core.room_paths.group_prices import GroupPrices
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import Cap, Costs, Weights, forward, trace

LARGEST_SHARE = 0.2
"""Largest weight of one pass in the average of the paths."""

FIRST_STEP = 0.5
"""Factor on the first step; a step of 1 would reach the target if the bound were linear."""

WORSE_PASSES = 5
"""Passes in a row that do not raise the bound, after which the steps become shorter."""

SHORTER, LONGER, LONGEST = 0.66, 1.1, 2.0
"""Factors on the step after too many worse passes and after a good one, and the longest step."""

AHEAD = 0.05
"""How far the target is above the bound, as a share of it, while no plan gives a target."""

STALLED_PASSES = 40
"""Passes within which the bound must rise by a tenth of the tolerance."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices, and the bound that they prove.

    Parameters
    ----------
    of_class
        float64, shape (classes of all lattices,).
    of_cap
        float64, shape (caps,), not negative.
    bound
        Lower bound on the weighted cost of every plan within the caps, in floating point.
    of_place
        float64, shape (places of group members,); empty where groups have no prices.
    """

    of_class: NDArray[np.float64]
    of_cap: NDArray[np.float64]
    bound: float = -np.inf
    of_place: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


class Relaxation:
    """The Lagrangian relaxation of some components, with limits on their total use.

    Parameters
    ----------
    lattices
        The components.
    weights
        Weights of gap cost, moves, upgrades and charges.
    caps
        Limits on the total use of all components.
    certain
        Group members that no plan brings next to another member, where groups have no prices.
    groups
        The places of group members, which then have prices; None if groups have none.
    """

    def __init__(
        self,
        lattices: Sequence[Lattice],
        weights: Weights,
        caps: Sequence[Cap] = (),
        certain: int = 0,
        groups: GroupPrices | None = None,
    ) -> None:
        self.lattices, self.weights, self.caps = tuple(lattices), weights, tuple(caps)
        self.demand = np.concatenate([np.zeros(0), *(lattice.demand for lattice in lattices)])
        self.parts = np.cumsum([0, *(len(lattice.classes) for lattice in lattices)])
        self._costs = [Costs(lattice) for lattice in lattices]
        self.groups = groups
        certain = 0 if groups is not None else certain
        self._limits = np.array([cap.limit - cap.usage.apart * certain for cap in caps], dtype=np.float64)
        self._constant = weights.apart * certain
        self.passes = 0

    def weights_at(self, of_cap: NDArray[np.float64]) -> Weights:
        """Return the weights with the caps at their prices."""
        weights = self.weights
        for cap, price in zip(self.caps, of_cap.tolist(), strict=True):
            weights = weights.plus(cap.usage, price)
        return weights

    def share(self, position: int, of_class: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the prices of the classes of one lattice."""
        return of_class[self.parts[position] : self.parts[position + 1]]

    def costs(self, position: int, prices: Prices) -> NDArray[np.float64]:
        """Return cost less price of the arcs of one lattice; overwritten by the next call."""
        weights = self.weights_at(prices.of_cap)
        costs = self._costs[position].real(weights, self.share(position, prices.of_class))
        if self.groups is not None:
            self.groups.earn(position, prices.of_place, costs)
        return costs

    def evaluate(self, prices: Prices) -> tuple[Prices, NDArray[np.float64], NDArray[np.float64]]:
        """Return the prices with their bound, and how far the shortest paths violate classes and caps.

        Returns
        -------
        tuple
            The prices; stays of each class that no path covers (negative: covered too often), then by how
            much the groups take each place more than the paths; and what is used of each cap beyond its
            limit.
        """
        self.passes += 1
        bound = self._constant + float(self.demand @ prices.of_class - self._limits @ prices.of_cap)
        missing: list[NDArray[np.float64]] = []
        excess = -self._limits
        places = np.zeros(0)
        if self.groups is not None:
            choice = self.groups.choose(prices.of_place, self.weights_at(prices.of_cap).apart)
            bound += choice.cost
            places = choice.taken
            excess = excess + np.array(
                [cap.usage.apart * choice.apart for cap in self.caps], dtype=np.float64
            )
        for position, lattice in enumerate(self.lattices):
            distance, entered = forward(lattice, self.costs(position, prices))
            bound += float(distance[-1].sum())
            arcs, rooms = trace(lattice, entered)
            classes = lattice.stay_class[arcs]
            covered = np.bincount(classes[classes >= 0], minlength=len(lattice.classes))
            missing.append((lattice.demand - covered).astype(np.float64))
            if self.groups is not None:
                places = places - self.groups.taken_by(position, arcs, rooms)
            if self.caps:
                excess = excess + np.array([use(lattice, cap.usage, arcs, rooms) for cap in self.caps])
        if self.groups is not None:
            places = np.where(self.groups.is_priced, places, 0.0)
        of_place = prices.of_place[: places.shape[0]]  # none where groups have no prices
        return (
            replace(prices, bound=bound, of_place=of_place),
            np.concatenate([np.zeros(0), *missing, places]),
            excess,
        )

    def climb(
        self,
        start: Prices,
        *,
        passes: int,
        target: float | None = None,
        tolerance: float = 0.0,
        is_over: Callable[[], bool] = lambda: False,
        holds_caps: bool = False,
    ) -> Prices:
        """Return the best prices found in a number of passes.

        Parameters
        ----------
        start
            Prices to start from.
        passes
            Most passes.
        target
            A value that the bound cannot exceed, such as that of a plan; None if unknown.
        tolerance
            Stop when the bound is within this distance of the target.
        is_over
            Returns whether to end the climb early.
        holds_caps
            Whether the prices of caps stay as they are.
        """
        best, missing, excess = self.evaluate(start)
        step, worse, stalled = FIRST_STEP, 0, best.bound
        for count in range(1, passes):
            goal = best.bound + max(AHEAD * abs(best.bound), 1.0) if target is None else target
            usable = np.where((excess > 0) | (best.of_cap > 0), excess, 0.0)
            if holds_caps:
                usable[:] = 0.0
            length = float(missing @ missing + usable @ usable)
            if length < 1e-9 or goal - best.bound <= tolerance or is_over():
                break
            scale = step * (goal - best.bound) / length
            last = best.of_class.shape[0]
            trial = Prices(
                best.of_class + scale * missing[:last],
                np.maximum(0.0, best.of_cap + scale * usable),
                of_place=best.of_place + scale * missing[last:],
            )
            found, here, used = self.evaluate(trial)
            share = _share(np.append(missing, excess), np.append(here, used))
            if found.bound > best.bound:
                if float(missing @ here + excess @ used) > 0:
                    step = min(LONGEST, step * LONGER)
                best, worse = found, 0
            else:
                worse += 1
                if worse >= WORSE_PASSES:
                    step, worse = step * SHORTER, 0
            missing, excess = missing + share * (here - missing), excess + share * (used - excess)
            if count % STALLED_PASSES == 0:
                if best.bound - stalled <= max(0.1 * tolerance, 1e-6 * abs(best.bound)):
                    break
                stalled = best.bound
        return best


def use(lattice: Lattice, usage: Weights, arcs: NDArray[np.int64], rooms: NDArray[np.int64]) -> float:
    """Return the use of a cap by some (arc, room) pairs."""
    used = 0.0
    if usage.gap:
        used += usage.gap * float(lattice.gap[arcs].sum())
    if usage.move:
        used += usage.move * float(lattice.is_away[arcs, rooms].sum())
    if usage.upgrade and lattice.upgrade is not None:
        used += usage.upgrade * float(lattice.upgrade[arcs, rooms].sum())
    if usage.charge and lattice.charge is not None:
        used += usage.charge * float(lattice.charge[arcs, rooms].sum())
    return used


def _share(average: NDArray[np.float64], here: NDArray[np.float64]) -> float:
    """Return the weight of the last pass that minimizes the violation of the average."""
    change = here - average
    length = float(change @ change)
    if length <= 0:
        return LARGEST_SHARE
    share = -float(average @ change) / length
    return min(LARGEST_SHARE, share) if share > 0 else LARGEST_SHARE / 10
