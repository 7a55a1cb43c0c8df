"""Bounds in whole numbers: what rounded prices prove, without floating point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import FAR, Cap, Weights, whole_costs, whole_distances
from optimizer_core.room_paths.relaxation import Prices, Relaxation

MOST_PARTS = 64
"""Most parts of a unit to which prices are rounded; fewer if the sums would grow too large."""

LARGEST_SUM = 1 << 60
"""Sums stay below this, half of `FAR`, so that a missing path is never confused with a long one."""


@dataclass(frozen=True)
class WholeBound:
    """A bound in whole numbers, and the reduced costs under its prices.

    Parameters
    ----------
    parts
        Parts of a unit: prices and costs are counted in them.
    of_class
        int64, shape (classes,): price of each class.
    total
        Lower bound on the weighted cost of every plan, in parts of a unit.
    charge
        int64, shape (arcs, rooms): ``behind[tail] + cost - behind[head]``, 0 where the room must not use the
        arc. Over the path of a room they add up to its cost less that of its shortest path.
    reduced
        int64, shape (arcs, rooms): by how much the shortest path through the arc exceeds the shortest path of
        the room; at least `LARGEST_SUM` without such a path.
    """

    parts: int
    of_class: NDArray[np.int64]
    total: int
    charge: NDArray[np.int64]
    reduced: NDArray[np.int64]


def find_parts(lattice: Lattice, weights: Weights, prices: NDArray[np.float64]) -> int:
    """Return the number of parts of a unit to which prices can be rounded without an overflow.

    Parameters
    ----------
    lattice
        The component.
    weights
        Whole numbers.
    prices
        float64, shape (classes,), in units.
    """
    largest = float(lattice.gap.max(initial=0)) * weights.gap + weights.move + weights.upgrade
    largest = max(largest, float(np.abs(prices).max(initial=0.0)), 1.0) * lattice.num_mornings * 4
    parts = MOST_PARTS
    while parts > 1 and largest * parts >= LARGEST_SUM:
        parts //= 2
    return parts


def whole_bound(lattice: Lattice, weights: Weights, prices: NDArray[np.float64], parts: int) -> WholeBound:
    """Return the bound of rounded prices, computed in 64-bit integers.

    Parameters
    ----------
    lattice
        The component.
    weights
        Whole numbers of units.
    prices
        float64, shape (classes,), in units; rounded to parts of a unit.
    parts
        Parts of a unit.
    """
    of_class = np.rint(prices * parts).astype(np.int64)
    cost = whole_costs(lattice, weights, of_class, parts)
    behind, ahead = whole_distances(lattice, cost)
    shortest = behind[-1]
    total = sum(int(n) * int(p) for n, p in zip(lattice.demand, of_class, strict=True))
    total += sum(int(length) for length in shortest)
    usable = lattice.allowed & (behind[lattice.tail] < FAR // 2) & (ahead[lattice.head] < FAR // 2)
    charge = np.where(usable, behind[lattice.tail] + cost - behind[lattice.head], 0)
    reduced = np.where(usable, behind[lattice.tail] + cost + ahead[lattice.head] - shortest, LARGEST_SUM)
    return WholeBound(parts, of_class, total, charge, reduced)


def whole_proofs(relaxation: Relaxation, prices: Prices) -> tuple[WholeBound, ...]:
    """Return the bound of each component in whole numbers, all in equal parts of a unit.

    Parameters
    ----------
    relaxation
        The components, weights and caps.
    prices
        Prices in floating point; they are rounded.
    """
    weights = _rounded(relaxation, prices)
    shares = [relaxation.share(position, prices.of_class) for position in range(len(relaxation.lattices))]
    both = list(zip(relaxation.lattices, shares, strict=True))
    parts = min(find_parts(lattice, weights, share) for lattice, share in both)
    return tuple(whole_bound(lattice, weights, share, parts) for lattice, share in both)


def total_of(proofs: Sequence[WholeBound], caps: Sequence[Cap], prices: Prices) -> int:
    """Return the bound of all components in parts of a unit, less the terms of the caps."""
    of_cap = np.rint(prices.of_cap).astype(np.int64).tolist()
    given = sum(int(cap.limit) * price for cap, price in zip(caps, of_cap, strict=True))
    return int(sum(proof.total for proof in proofs) - proofs[0].parts * given)


def _rounded(relaxation: Relaxation, prices: Prices) -> Weights:
    """Return the weights with the prices of the caps rounded to whole units."""
    return relaxation.weights_at(np.rint(prices.of_cap))
