"""Chooses departures to close so that fewest good stays are refused, by a small MILP."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.network import MilpLimits, MilpModel, MilpSolver
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.rows import Rows, matrix_of


@dataclass(frozen=True)
class ClosedDepartures:
    """The choice of closed departures.

    Parameters
    ----------
    is_closed
        bool, shape (nights + 1,).
    fewest_refused
        Proved lower bound: no restrictions of this kind refuse fewer good stays.
    """

    is_closed: NDArray[np.bool_]
    fewest_refused: int


def choose_departures(
    classes: Classes, solve: MilpSolver, limits: MilpLimits, *, has_max_los: bool = True
) -> ClosedDepartures:
    """Return the departures to close, given that each arrival takes its best run of lengths.

    With z_d for a closed departure, and for each arrival the runs of good stays s = 0, 1, ... between
    the blocks of bad ones, u_s for "the minimum lets run s in" and t_s for "the maximum keeps it out"::

        minimize    refused good stays
        subject to  u and t do not fall with s,  t_s <= u_s
                    u_s - t_{s+1} <= z_d      for each bad stay between the runs s and s + 1, leaving on d
                    w <= u_s - t_s,  w <= 1 - z_d      for each good stay of run s

    Only z must be integral: for fixed z the rest are intervals. An arrival with only one run always takes it.
    Ties are broken by fewer closed departures.

    Parameters
    ----------
    classes
        The class of each stay.
    solve, limits
        The solver, and when it must stop; without a point no departure is closed.
    has_max_los
        Whether a maximum can be set; without a maximum, a minimum admits all longer stays.
    """
    model = _Model(classes, has_max_los=has_max_los)
    nights = classes.shape[0]
    is_closed = np.zeros(nights + 1, dtype=np.bool_)
    if not model.columns_of_departure:
        return ClosedDepartures(is_closed, 0)
    milp = model.build()
    answer = solve(milp, limits)
    if answer.x is not None:
        for departure, column in model.columns_of_departure.items():
            is_closed[departure] = answer.x[column] > 0.5
    return ClosedDepartures(is_closed, model.refused(answer.bound))


@dataclass
class _Model:
    """Builds the model; a refused good stay costs `weight`, a closed departure 1."""

    classes: Classes
    has_max_los: bool
    columns_of_departure: dict[int, int] = field(default_factory=dict)
    cost: list[int] = field(default_factory=list)
    rows: Rows = field(default_factory=list)
    row_upper: list[int] = field(default_factory=list)
    good_in_rows: int = 0

    def __post_init__(self) -> None:
        """Add a column for each departure that may be worth closing."""
        self.arrivals = [_split(row, has_max_los=self.has_max_los) for row in self.classes]
        self.weight: int = self.classes.shape[0] + 2
        for arrival, (_runs, blocks) in enumerate(self.arrivals):
            for los in (los for block in blocks for los in block):
                departure = arrival + los
                if departure not in self.columns_of_departure:
                    self.columns_of_departure[departure] = self._column(1)

    def refused(self, bound: float) -> int:
        """Return the proved least number of refused good stays for a bound of the model."""
        if not np.isfinite(bound):
            return 0
        most_closed = len(self.columns_of_departure)
        return max(0, math.ceil((bound + self.weight * self.good_in_rows - most_closed) / self.weight - 1e-9))

    def build(self) -> MilpModel:
        """Return the model."""
        for arrival, (runs, blocks) in enumerate(self.arrivals):
            if blocks:
                self._add_arrival(arrival, runs, blocks)
            else:
                for los in (los for run in runs for los in run):
                    column = self.columns_of_departure.get(arrival + los)
                    if column is not None:
                        self.cost[column] += self.weight
        columns = len(self.cost)
        matrix = matrix_of(self.rows, columns)
        integral = np.zeros(columns, dtype=np.bool_)
        integral[list(self.columns_of_departure.values())] = True
        return MilpModel(
            np.array(self.cost, dtype=np.float64),
            matrix,
            np.full(len(self.rows), -np.inf),
            np.array(self.row_upper, dtype=np.float64),
            np.zeros(columns),
            np.ones(columns),
            integral,
        )

    def _add_arrival(self, arrival: int, runs: list[list[int]], blocks: list[list[int]]) -> None:
        enters = [self._column(0) for _ in runs]
        ends = [self._column(0) for _ in runs] if self.has_max_los else []
        for first, second in (*pairwise(enters), *pairwise(ends)):
            self._row(0, (first, 1), (second, -1))
        for position, run in enumerate(runs):
            is_in = ((enters[position], -1), *(((ends[position], 1),) if ends else ()))
            if ends:
                self._row(0, *is_in)
            for los in run:
                self.good_in_rows += 1
                closed = self.columns_of_departure.get(arrival + los)
                if closed is None:
                    for column, value in is_in:
                        self.cost[column] += value * self.weight
                    continue
                kept = self._column(-self.weight)
                self._row(0, (kept, 1), *is_in)
                self._row(1, (kept, 1), (closed, 1))
        for position, block in enumerate(blocks):
            beyond = ((ends[position + 1], -1),) if ends else ()
            for los in block:
                closed = self.columns_of_departure[arrival + los]
                self._row(0, (enters[position], 1), *beyond, (closed, -1))

    def _column(self, cost: int) -> int:
        self.cost.append(cost)
        return len(self.cost) - 1

    def _row(self, upper: int, *pairs: tuple[int, int]) -> None:
        self.rows.append(pairs)
        self.row_upper.append(upper)


def _split(row: NDArray[np.int8], *, has_max_los: bool) -> tuple[list[list[int]], list[list[int]]]:
    """Return the runs of good lengths of an arrival and the blocks of bad ones between (or after) them."""
    runs: list[list[int]] = []
    blocks: list[list[int]] = []
    block: list[int] = []
    for los, kind in _sellable(row):
        if kind == BAD:
            block.append(los)
            continue
        if not runs or block:
            if runs:
                blocks.append(block)
            runs.append([])
            block = []
        runs[-1].append(los)
    if runs and block and not has_max_los:
        blocks.append(block)
    return runs, blocks


def _sellable(row: NDArray[np.int8]) -> Iterator[tuple[int, int]]:
    for position, kind in enumerate(row.tolist()):
        if kind in {GOOD, BAD}:
            yield position + 1, kind
