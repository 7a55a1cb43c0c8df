"""Fewest moves among the plans of at most a given value.

Prices for the value alone give charges: reduced costs that are never negative and add up, over a plan, to its
value less a proved bound. An arc with a charge above ``value - bound`` is in no such plan. If the bound
equals the value, only arcs of charge 0 remain, and no further limit is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer_core.room_paths.adjacency import GroupRows
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.relaxation import Prices, Relaxation
from optimizer_core.room_paths.rooms import RoomModel, masks_of, rooms_of, without_upgrades
from optimizer_core.room_paths.search import Search
from optimizer_core.room_paths.values import penalty_units
from optimizer_core.room_paths.whole import WholeBound, total_of, whole_proofs

VALUE_PASSES = 400
"""Passes that raise the bound on the value before the charges are computed."""

CLASS_STARTS = (0.0, 0.5, 1.0)
"""Start prices of every class, in moves."""

POINT_STARTS = (0.0, 0.25, 1.0)
"""Start prices of one point of value, in moves."""


@dataclass(frozen=True)
class FewestMoves:
    """A plan with few moves.

    Parameters
    ----------
    rooms
        Room of each movable stay; None if none was found.
    moves, bound
        Moves of the plan, and the proved least number among plans of at most the value.
    value_prices
        Prices that prove the bound on the value, by class of all components.
    value_proof
        For each component, the bound in whole numbers from which the charges follow.
    move_prices
        Prices that prove the bound on the moves, by class and of the charges.
    unit_price
        Price of a unit of value in moves; 0 if only arcs of charge 0 are left.
    lattices
        The components.
    """

    rooms: dict[int, int] | None
    moves: int
    bound: int
    value_prices: Prices
    value_proof: tuple[WholeBound, ...]
    move_prices: Prices
    unit_price: float = 0.0
    lattices: tuple[Lattice, ...] = ()


def fewest_moves(
    model: RoomModel,
    rooms: Mapping[int, int],
    weights: Weights,
    *,
    is_upgrade_ranked: bool,
    least: Sequence[int] = (),
    is_bound_enough: bool = False,
    allowance: int = 0,
) -> FewestMoves:
    """Return the plan with the fewest moves among those of at most the value of a plan.

    Parameters
    ----------
    model
        The components.
    rooms
        Room of every stay in a plan.
    weights
        Weights of the value, `Weights.apart` included.
    is_upgrade_ranked
        Whether plans with more upgrades than this one are excluded, whatever they would save.
    least
        Proved lower bound on the gap cost of each component, in units; empty if the prices give the best
        known ones.
    is_bound_enough
        Whether to compute only a bound, not a better plan.
    allowance
        How much more than the plan other plans may cost, in units.

    Raises
    ------
    ValueError
        If the rooms are not a valid plan of these components.
    """
    value, lattices, caps = _value_of(model, rooms, weights, is_upgrade_ranked=is_upgrade_ranked)
    value += allowance
    relaxation = Relaxation(lattices, weights, caps)
    prices = _value_prices(model, relaxation, float(value))
    proofs = whole_proofs(relaxation, prices)
    certain = 0 if model.groups is None else model.groups.certain
    parts = proofs[0].parts
    penalty = penalty_units(model.grid) * parts
    slack = value * parts - total_of(proofs, caps, prices) - penalty * certain
    # This component cannot use what the other components cost above their proved bounds.
    more = [max(0, parts * best - q.total) for best, q in zip(least, proofs, strict=True)] if least else []
    beyond = [slack - sum(more) + own for own in more] if more else [slack] * len(proofs)
    both = zip(lattices, proofs, beyond, strict=True)
    within = [lattice.allowed & (proof.reduced <= most) for lattice, proof, most in both]
    charged, step = _charged(lattices, proofs, within, penalty if penalty <= slack else 0)
    most = slack // step
    apart, counted = min(penalty // step, most + 1), caps
    if slack > 0 or (model.groups is not None and penalty):
        counted = (*caps, Cap(Weights(charge=1, apart=apart), most + apart * certain))
    groups = None if model.groups is None else GroupRows(model.grid, charged)
    question = Question(tuple(charged), Weights(move=1), counted, groups)
    search = Search(question, model.solve_milp, model.limits, model.seed)
    plan = masks_of(model.grid, charged, rooms)
    starts = _starts(question, model.grid.cost_scale * parts // step)
    found = search.run(starts, () if plan is None else (plan,), is_bound_enough=is_bound_enough)
    offset = model.num_homeless
    return FewestMoves(
        None if found.masks is None else rooms_of(model.grid, charged, found.masks),
        int(found.value) - offset if found.masks is not None else 0,
        max(0, int(found.bound) - offset) if np.isfinite(found.bound) else 0,
        prices,
        proofs,
        found.prices,
        _unit_price(counted, found.prices) * parts / step,
        lattices,
    )


def _unit_price(caps: Sequence[Cap], prices: Prices) -> float:
    """Return the price of a unit of charge in moves."""
    priced = zip(caps, prices.of_cap.tolist(), strict=True)
    return sum((price for cap, price in priced if cap.usage.charge), 0.0)


def _value_of(
    model: RoomModel, rooms: Mapping[int, int], weights: Weights, *, is_upgrade_ranked: bool
) -> tuple[int, tuple[Lattice, ...], tuple[Cap, ...]]:
    """Return the value of a plan, and the components and cap for plans with no more upgrades than it has."""
    lattices = model.lattices
    known = masks_of(model.grid, lattices, rooms)
    if known is None:
        raise ValueError("the search for fewest moves starts from a valid plan; these rooms are not one")
    whole = Question(lattices, weights, (), model.groups)
    value, upgrades = (round(whole.used(known, used)) for used in (weights, Weights(upgrade=1)))
    if is_upgrade_ranked and upgrades == 0:
        return value, tuple(map(without_upgrades, lattices)), ()
    if is_upgrade_ranked and any(lattice.upgrade is not None for lattice in lattices):
        return value, lattices, (Cap(Weights(upgrade=1), upgrades),)
    return value, lattices, ()


def _charged(
    lattices: Sequence[Lattice],
    proofs: Sequence[WholeBound],
    within: Sequence[NDArray[np.bool_]],
    penalty: int,
) -> tuple[list[Lattice], int]:
    """Return the lattices with charges on the remaining arcs, and the common divisor of the charges.

    Dividing by it makes the numbers small, as a floating-point solver needs. A penalty above the slack is
    never paid: it counts as 0 here, and need only just exceed the slack.
    """
    used = [proof.charge[mask] for proof, mask in zip(proofs, within, strict=True)]
    step = int(np.gcd.reduce(np.concatenate([[penalty], *used]))) or 1
    charged = [
        lattice.charged(proof.charge // step).restrict(mask)
        for lattice, proof, mask in zip(lattices, proofs, within, strict=True)
    ]
    return charged, step


def _starts(question: Question, point: float) -> list[Prices]:
    """Return start prices, equal for every class and for every point of value."""
    num_classes = sum(len(lattice.classes) for lattice in question.lattices)
    starts = []
    for of_class in CLASS_STARTS:
        for of_point in POINT_STARTS if question.caps else (0.0,):
            charges = [of_point / max(1.0, point) if cap.usage.charge else of_point for cap in question.caps]
            starts.append(Prices(np.full(num_classes, of_class), np.array(charges, dtype=np.float64)))
    return starts


def _value_prices(model: RoomModel, relaxation: Relaxation, value: float) -> Prices:
    """Return prices with the best bound on the value after a number of passes."""
    none = np.zeros(len(relaxation.caps))
    prices, _, _ = relaxation.evaluate(Prices(model.pool_prices, none + float(model.grid.cost_scale)))
    if value - prices.bound > 0.5:
        prices = relaxation.climb(
            prices, passes=VALUE_PASSES, target=value, tolerance=0.01, is_over=model.limits.is_over
        )
    return prices
