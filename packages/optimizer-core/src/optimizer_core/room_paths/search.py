"""The best plan for some weights and caps: prices, a small exact model, and a proof by reduced costs.

A plan that uses an arc of reduced cost above ``value - bound`` costs more than `value`. So the exact model
needs only the arcs below a threshold: if the threshold is at least the distance of its optimum and the
bound, its optimum is that of the whole model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.flows import WHOLE, milp_limits
from optimizer_core.network.milp import MilpModel, MilpSolver, MilpStatus
from optimizer_core.room_paths.adjacency import Masks
from optimizer_core.room_paths.group_prices import GroupPrices
from optimizer_core.room_paths.passes import reduced_costs
from optimizer_core.room_paths.question import Found, Question
from optimizer_core.room_paths.relaxation import Prices, Relaxation
from optimizer_core.room_paths.restricted import RestrictedModel, build_restricted
from optimizer_core.room_paths.whole import total_of, whole_proofs

FIRST_PASSES, FEW_PASSES, GROUP_PASSES = 100, 40, 20
"""Passes before the first model, before the first linear program if these refine prices, and before the first
model with groups that have no prices."""

PLACE_PASSES = 400
"""Passes that find the prices of the places of group members."""

MORE_PASSES = 120
"""Passes after each model, whose optimum limits the bound."""

SMALL_COLUMNS = 2_000
"""Columns that are allowed in every model."""

COLUMN_SHARES = (0.5, 1.0, 1.3, 1.6, 2.5, 4.0, math.inf)
"""Further columns of successive models, per arc of the best plan and of the current rooms."""

LARGE_SHARES = (1.0, 1.3)
"""The same for large components, whose larger models take minutes for the last tenths of a percent."""

GROUP_SHARES = (1.0, 1.3, math.inf)
"""The same with groups: paths ignore them, so that reduced costs exclude few arcs."""

EXACT_PAIRS = 50_000
"""Arcs of all rooms up to which the last model contains all arcs."""

REFINED_PAIRS, REFINING_ROUNDS, ROUND_PASSES, PLACE_ROUND_PASSES, REFINED = 10_000, 20, 30, 60, 0.001
"""Arcs of all rooms from which linear programs refine the prices, the most rounds, the passes after
each (more if groups have prices too), and the relative gap to reach."""

NEAR = 0.1
"""Relative gap of bound and linear program from which the prices of caps are those of the program.

Passes find prices of caps slowly: these couple all rooms. Farther away, the program has the wrong arcs. Its
prices of charges stay wrong for long and are not taken.
"""

LARGE_PAIRS, CLOSE = 100_000, 0.001
"""Pairs of arc and room from which a component is large, and the sufficient relative gap for it."""

SMALL_MODEL, SMALL_NODES, LARGE_NODES = 3_000, 5_000, 20
"""Columns of a small model, and nodes of branch and bound for a small and for a larger one."""

TIED = 1e-6
"""Reduced cost up to which an arc is on a shortest path."""

BLUR = 1e-9
"""Relative error of a bound in floating point, subtracted before it is rounded up."""


class Search:
    """Answers one question.

    Parameters
    ----------
    question
        The question to answer.
    solve_milp, limits, seed
        The solver and its limits.
    close
        Sufficient relative gap; large components end at `CLOSE` in any case.
    """

    def __init__(
        self,
        question: Question,
        solve_milp: MilpSolver,
        limits: Limits,
        seed: int = 0,
        *,
        close: float = 0.0,
    ) -> None:
        self.question = question
        parts = question.lattices, question.weights, question.caps
        # Certificates know no prices of groups, so these prices are found first and kept.
        self._plain = Relaxation(*parts, question.certain)
        self.relaxation = self._plain
        self._has_places = question.groups is not None and question.num_pairs > REFINED_PAIRS
        self._has_places &= question.weights.apart > 0
        if question.groups is not None and self._has_places:
            self.relaxation = Relaxation(*parts, groups=GroupPrices(question.groups, question.lattices))
        self._solve_milp, self._limits, self._seed = solve_milp, limits, seed
        self._close = close
        self._best: Masks | None = None
        self._value = math.inf
        self._solver_bound = -math.inf
        self._starts: tuple[Prices, ...] = ()
        self._ceiling = math.inf  # the least optimum of a linear program, which no bound of prices exceeds
        self._wanted = [np.zeros_like(lattice.allowed) for lattice in question.lattices]
        self._of_passes: Prices | None = None
        self._holds_caps = False
        self._has_charges = any(cap.usage.charge for cap in question.caps)

    def run(
        self, starts: Sequence[Prices], plans: Sequence[Masks] = (), *, is_bound_enough: bool = False
    ) -> Found:
        """Return the best plan and a bound.

        Parameters
        ----------
        starts
            Start prices, of which the best are taken.
        plans
            Known plans.
        is_bound_enough
            Whether to skip the models, so that the plan is the best known one.
        """
        for plan in plans:
            self._keep(plan)
        self._starts = tuple(starts)
        prices = max((self._plain.evaluate(start)[0] for start in starts), key=lambda p: p.bound)
        if self._is_closed(prices):
            return Found(self._best, self._value, prices, self._bound(prices))
        prices = self._climb(prices, self._first_passes(), None, self._plain)
        target = self._value if math.isfinite(self._value) else None
        if is_bound_enough:
            plain = prices = self._climb(prices, FIRST_PASSES, target, self._plain)
            if self._has_places:
                prices = self._climb(self._with_places(prices), FIRST_PASSES, target)
            return self._found(plain, prices)
        plain = prices
        if self._has_places:
            prices = self._climb(self._with_places(prices), PLACE_PASSES, target)
        prices = self._refine(prices)
        for share in self._shares():
            if self._is_closed(prices) or self._is_close_enough(prices) or self._limits.is_over():
                break
            if math.isinf(share) and self.question.num_pairs > EXACT_PAIRS:
                break
            center = self._between(prices)
            threshold, masks = self._choose(center, share)
            status, bound = self._solve(masks)
            self._solver_bound = max(self._solver_bound, min(bound, center.bound + threshold))
            known = {MilpStatus.OPTIMAL, MilpStatus.FEASIBLE, MilpStatus.INFEASIBLE}
            if status not in known or self._is_closed(prices):
                break
            if math.isfinite(self._value):
                prices = self._climb(prices, ROUND_PASSES if self._is_refined else MORE_PASSES, self._value)
            elif math.isinf(threshold):
                break
        return self._found(plain if self._has_places else prices, prices)

    def _found(self, plain: Prices, prices: Prices) -> Found:
        return Found(self._best, self._value, plain, self._bound(prices), prices)

    def _with_places(self, prices: Prices) -> Prices:
        """Return prices with those of places, or the prices to start from that have some already."""
        groups = self.relaxation.groups
        none = replace(prices, of_place=np.zeros(0 if groups is None else groups.size))
        starts = [none, *(start for start in self._starts if start.of_place.size == none.of_place.size)]
        return max((self.relaxation.evaluate(start)[0] for start in starts), key=lambda p: p.bound)

    def _refine(self, prices: Prices) -> Prices:
        """Return better prices, by linear programs on the arcs of small reduced cost.

        Such a program is small and quick to solve. Its optimum limits the bound, and often its point is a
        plan. Without these rounds the first exact model would have the wrong arcs.
        """
        if not self._is_refined:
            return prices
        passes = PLACE_ROUND_PASSES if self._has_places else ROUND_PASSES
        for _ in range(REFINING_ROUNDS):
            is_enough = self._close > 0 and self._is_close_enough(prices)
            if self._is_closed(prices) or is_enough or self._limits.is_over():
                break
            _, masks = self._choose(prices, 1.0)
            masks = tuple(mask | wanted for mask, wanted in zip(masks, self._wanted, strict=True))
            restricted, model = self._build(masks)
            program = replace(model, integral=np.zeros_like(model.integral))
            answer = self._solve_milp(program, milp_limits(self._limits, absolute_gap=0.0), seed=self._seed)
            if answer.status is not MilpStatus.OPTIMAL or answer.x is None:
                break
            if np.abs(answer.x - np.rint(answer.x)).max(initial=0.0) <= WHOLE:
                self._keep(masks_at(restricted, answer.x))
            least = float(program.cost @ answer.x)
            self._ceiling = min(self._ceiling, least)
            is_near = least - prices.bound <= NEAR * abs(least)
            if is_near and answer.duals is not None and not self._has_charges:
                prices = replace(prices, of_cap=restricted.cap_prices(answer.duals))
                self._holds_caps = True
            prices = self._at_duals(prices, restricted, answer.duals)
            prices = self._climb(prices, passes, least, tolerance=0.1)
            if least - prices.bound <= REFINED * abs(least):
                break
        return prices

    def _at_duals(
        self, prices: Prices, restricted: RestrictedModel, duals: NDArray[np.float64] | None
    ) -> Prices:
        """Return the prices of a linear program if their bound is better, else the given ones.

        Under these prices the shortest paths have the arcs that the program lacks most; the next programs
        have them too (column generation). That reaches the end where only moves count. With gap costs, the
        larger programs take longer than the passes that they save.
        """
        if duals is None or self._has_places or self.question.weights.gap:
            return prices
        of_cap = prices.of_cap if self._has_charges else restricted.cap_prices(duals)
        dual = replace(prices, of_class=restricted.class_prices(duals), of_cap=of_cap)
        found, _, _ = self.relaxation.evaluate(dual)
        for position, lattice in enumerate(self.question.lattices):
            shortest = reduced_costs(lattice, self.relaxation.costs(position, dual)) <= TIED
            self._wanted[position] |= shortest & lattice.allowed
        if found.bound <= prices.bound:
            return prices
        self._of_passes = prices
        return found

    def _between(self, prices: Prices) -> Prices:
        """Return prices between the given ones and the last ones of the passes.

        Those of a linear program are a corner of the optimal prices, where reduced costs say little about the
        arcs of good plans.
        """
        if self._of_passes is None:
            return prices
        middle = replace(
            prices,
            of_class=(prices.of_class + self._of_passes.of_class) / 2,
            of_cap=(prices.of_cap + self._of_passes.of_cap) / 2,
        )
        return self.relaxation.evaluate(middle)[0]

    @property
    def _is_refined(self) -> bool:
        """Whether linear programs refine the prices."""
        is_priced = self.question.groups is None or self._has_places
        return is_priced and self.question.num_pairs > REFINED_PAIRS

    def _first_passes(self) -> int:
        """Return the number of passes before the first model."""
        if self.question.groups is not None and not self._has_places:
            return GROUP_PASSES
        return FEW_PASSES if self._is_refined else FIRST_PASSES

    def _shares(self) -> tuple[float, ...]:
        """Return the column shares of the successive models."""
        if self._has_places and self._close:
            return GROUP_SHARES[:1]
        if self.question.groups is not None:
            return GROUP_SHARES
        if self.question.num_pairs > LARGE_PAIRS:
            return LARGE_SHARES
        # Refined prices are good enough for the second model at once.
        return COLUMN_SHARES[1:] if self._is_refined else COLUMN_SHARES

    def _is_close_enough(self, prices: Prices) -> bool:
        """Return whether value and bound are close enough to stop."""
        enough = max(self._close, CLOSE if self.question.num_pairs > LARGE_PAIRS else 0.0)
        return enough > 0 and self._value - self._bound(prices) <= enough * abs(self._value)

    def _climb(
        self,
        prices: Prices,
        passes: int,
        target: float | None,
        relaxation: Relaxation | None = None,
        *,
        tolerance: float = 0.5,
    ) -> Prices:
        return (relaxation or self.relaxation).climb(
            prices,
            passes=passes,
            target=target if target is None else min(target, self._ceiling),
            tolerance=tolerance,
            is_over=self._limits.is_over,
            holds_caps=self._holds_caps,
        )

    def _keep(self, plan: Masks) -> None:
        """Keep a plan if it is the best so far."""
        cost = self.question.cost(plan)
        if cost < self._value and self.question.keeps_to_caps(plan):
            self._best, self._value = plan, cost

    def _bound(self, prices: Prices) -> float:
        """Return the better bound of prices and solver, rounded up, since every cost is whole."""
        blur = BLUR * max(1.0, abs(prices.bound))
        bound = max(prices.bound - blur, self._solver_bound - 1e-6)
        if math.isinf(bound):
            return bound
        if math.ceil(bound) < self._value <= math.ceil(prices.bound + blur):
            bound = max(bound, self._whole(prices))
        return float(min(math.ceil(bound), self._value))

    def _whole(self, prices: Prices) -> float:
        """Return the bound of the prices in whole numbers, where floating point is not precise enough."""
        usages = (cap.usage.charge for cap in self.question.caps)
        if self.question.weights.charge or any(usages):
            return -math.inf
        proofs = whole_proofs(self._plain, prices)
        total = total_of(proofs, self.question.caps, prices)
        certain = self.question.weights.apart * self.question.certain
        return float(-(-total // proofs[0].parts)) + certain

    def _is_closed(self, prices: Prices) -> bool:
        return self._bound(prices) >= self._value

    def _choose(self, prices: Prices, share: float) -> tuple[float, Masks]:
        """Return a threshold, and the arcs below it with those of the best plan and the current rooms."""
        lattices = self.question.lattices
        reduced = [
            reduced_costs(lattice, self.relaxation.costs(position, prices))
            for position, lattice in enumerate(lattices)
        ]
        known = [np.zeros_like(lattice.allowed) for lattice in lattices]
        for lattice, mask in zip(lattices, known, strict=True):
            mask[lattice.home_arc, lattice.home_room] = True
        if self._best is not None:
            known = [mask | plan for mask, plan in zip(known, self._best, strict=True)]
        most = SMALL_COLUMNS + share * sum(int(mask.sum()) for mask in known)
        every = np.concatenate([of_lattice.ravel() for of_lattice in reduced])
        threshold = self._value - prices.bound  # no better plan uses an arc beyond it
        if every.shape[0] > most:
            threshold = min(threshold, float(np.partition(every, int(most))[int(most)]))
        masks = tuple(
            ((of_lattice <= threshold) & lattice.allowed) | mask
            for lattice, of_lattice, mask in zip(lattices, reduced, known, strict=True)
        )
        return threshold, masks

    def _build(self, masks: Masks) -> tuple[RestrictedModel, MilpModel]:
        """Return the model on some arcs, and the same with its groups."""
        question = self.question
        restricted = build_restricted(question.lattices, masks, question.weights, question.caps)
        if question.groups is None:
            return restricted, restricted.model
        return restricted, question.groups.widen(restricted, question.weights, question.caps)

    def _solve(self, masks: Masks) -> tuple[MilpStatus, float]:
        """Solve the model on some arcs, keep its plan, and return its status and bound."""
        question = self.question
        restricted, model = self._build(masks)
        is_exact = question.groups is not None and question.num_pairs <= EXACT_PAIRS
        nodes = SMALL_NODES if is_exact or model.num_columns <= SMALL_MODEL else LARGE_NODES
        if self._has_places and self._close:
            nodes = 1
        answer = self._solve_milp(model, milp_limits(self._limits, max_nodes=nodes), seed=self._seed)
        if answer.x is not None:
            self._keep(masks_at(restricted, answer.x))
        return answer.status, answer.bound


def masks_at(restricted: RestrictedModel, x: NDArray[np.float64]) -> Masks:
    """Return the arcs that a point of a model uses."""
    masks = []
    for position, lattice in enumerate(restricted.lattices):
        first, last = restricted.first_columns[position : position + 2]
        chosen = np.rint(x[first:last]) > 0
        mask = np.zeros_like(lattice.allowed)
        mask[restricted.arcs[position][chosen], restricted.rooms[position][chosen]] = True
        masks.append(mask)
    return tuple(masks)
