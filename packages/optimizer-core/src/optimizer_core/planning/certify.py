"""Certificates of plans, from the rounded prices of all components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizer_core.certificate import LARGEST, Certificate, Inequality, build_certificate, build_inequality
from optimizer_core.domain import Problem
from optimizer_core.room_paths.fewest import FewestMoves
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.relaxation import Prices
from optimizer_core.room_paths.whole import MOST_PARTS

MOVE_WEIGHT = 1 << 10
"""Weight of a move in the proof of the least moves, so that the price of gap cost is a whole number."""

RANKED_UPGRADE = 1 << 6
"""Weight of an upgrade without a price, if no upgrade is needed, as a multiple of the largest gap cost."""


@dataclass
class CertificateMaker:
    """Collects prices of classes by stay, and makes the certificate of a plan of them.

    Parameters
    ----------
    problem
        The hotel.
    scale
        Units of cost in one point.
    upgrade
        Weight of an upgrade in units.
    """

    problem: Problem
    scale: int
    upgrade: int
    value: dict[int, int] = field(default_factory=dict)
    moves: dict[int, float] = field(default_factory=dict)
    gap_weight: float = 0.0
    is_complete: bool = True
    has_moves: bool = True

    def add_value(self, lattices: Sequence[Lattice], of_class: Sequence[float]) -> None:
        """Add the prices in units that prove the value of some components."""
        position = 0
        for lattice in lattices:
            for stay_class in lattice.classes:
                price = round(float(of_class[position]) * MOST_PARTS)
                self.value.update(dict.fromkeys(stay_class.stays, price))
                position += 1

    def add_moves(self, lattices: Sequence[Lattice], found: FewestMoves) -> None:
        """Add the prices that prove the value and the moves of some components."""
        of_value = np.concatenate([np.zeros(0), *(p.of_class / p.parts for p in found.value_proof)])
        self.add_value(lattices, of_value.tolist())
        of_point = found.unit_price
        self.gap_weight = max(self.gap_weight, of_point)
        of_moves = found.move_prices.of_class + of_point * of_value
        position = 0
        for lattice in lattices:
            for stay_class in lattice.classes:
                self.moves.update(dict.fromkeys(stay_class.stays, float(of_moves[position])))
                position += 1

    def make(self) -> Certificate | None:
        """Return the certificate; None if prices are missing or the numbers are too large."""
        if not self.is_complete:
            return None
        value = self._inequality(self.value, gap=1, upgrade=self.upgrade, parts=MOST_PARTS)
        if value is None:
            return None
        # Components with different prices of gap cost share no weight; then only the value is proved.
        moves = None
        if self.has_moves and not self.gap_weight:
            prices = {stay: round(price * MOVE_WEIGHT) for stay, price in self.moves.items()}
            moves = self._inequality(prices, move=1, parts=MOVE_WEIGHT)
        return build_certificate(
            self.problem, self.scale, value=value, within=value if moves else None, moves=moves
        )

    def _inequality(self, prices: Mapping[int, int], **weights: int) -> Inequality | None:
        if any(abs(price) > LARGEST for price in prices.values()):
            return None
        return build_inequality(self.problem, prices, **weights)


def certificate_of_trade(
    problem: Problem, scale: int, asked: Sequence[tuple[Question, Prices]]
) -> Certificate | None:
    """Return the certificate of a plan under a price or a budget for moves; None without prices.

    Parameters
    ----------
    problem
        The hotel.
    scale
        Units of cost in one point.
    asked
        The questions, which together cover the hotel, and the prices that prove their bounds.
    """
    weights: tuple[int, int, int] | None = None
    prices: dict[int, int] = {}
    for question, found in asked:
        at = question.weights
        for cap, price in zip(question.caps, np.rint(found.of_cap).tolist(), strict=True):
            at = at.plus(cap.usage, price)
        here = int(at.gap), int(at.move), int(at.upgrade)
        if weights not in (None, here):
            return None
        weights = here
        position = 0
        for lattice in question.lattices:
            for stay_class in lattice.classes:
                price = round(float(found.of_class[position]) * MOST_PARTS)
                prices.update(dict.fromkeys(stay_class.stays, price))
                position += 1
    if weights is None or any(abs(price) > LARGEST for price in prices.values()):
        return None
    gap, move, upgrade = weights
    value = build_inequality(problem, prices, gap=gap, move=move, upgrade=upgrade, parts=MOST_PARTS)
    return build_certificate(problem, scale, value=value)
