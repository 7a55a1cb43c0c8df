"""The MILP of restrictions through the night."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.network import MilpLimits, MilpModel, MilpSolver
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.nightly import NightlyChoice
from optimizer_core.restrictions.rows import Rows, matrix_of

MOST_NODES = 50
"""Most branch-and-bound nodes of the MILP; real hotels need fewer, and each can take a while."""


def improve(
    classes: Classes, start: NightlyChoice, solve: MilpSolver, limits: MilpLimits, *, has_closures: bool
) -> tuple[NightlyChoice, int]:
    """Return the limits of every night that refuse fewest good stays, and the proved fewest.

    With u_{d,n} for "the minimum of night d lets length n in" and t_{d,n} for "its maximum keeps it
    out", x = u - t, and y, z for closed arrivals and departures::

        minimize    refused good stays
        subject to  u and t do not fall with n,  t <= u
                    sum of x_{d,n} over the nights of the stay <= n - 1 + y + z     for each bad stay
                    w <= x_{d,n} for each night,  w <= 1 - y,  w <= 1 - z           for each good stay

    Parameters
    ----------
    classes
        The class of each stay.
    start
        Limits that refuse every bad stay.
    solve, limits
        The solver, and when it must stop; without a point the start is returned.
    has_closures
        Whether arrivals and departures can be closed too.
    """
    model = _Model(classes, has_closures=has_closures)
    milp = model.build()
    if limits.max_nodes is None:
        limits = replace(limits, max_nodes=MOST_NODES)
    answer = solve(milp, limits, start=model.point(start))
    kept_at_most = math.floor(1e-6 - answer.bound) if np.isfinite(answer.bound) else model.num_good
    fewest = max(0, model.num_good - kept_at_most)
    return (start if answer.x is None else model.choice(answer.x)), fewest


@dataclass
class _Model:
    """Builds the model; nights without a bad stay keep all their lengths."""

    classes: Classes
    has_closures: bool
    num_good: int = 0
    enters: dict[tuple[int, int], int] = field(default_factory=dict)
    ends: dict[tuple[int, int], int] = field(default_factory=dict)
    arrivals: dict[int, int] = field(default_factory=dict)
    departures: dict[int, int] = field(default_factory=dict)
    kept: dict[tuple[int, int], int] = field(default_factory=dict)
    rows: Rows = field(default_factory=list)
    row_upper: list[int] = field(default_factory=list)
    num_columns: int = 0

    def __post_init__(self) -> None:
        """Add columns for each night with bad stays and each date that could be closed."""
        self.bad = [(int(a), int(p) + 1) for a, p in np.argwhere(self.classes == BAD)]
        self.good = [(int(a), int(p) + 1) for a, p in np.argwhere(self.classes == GOOD)]
        self.num_good = len(self.good)
        touched = {night for arrival, los in self.bad for night in range(arrival, arrival + los)}
        lengths: dict[int, set[int]] = {night: set() for night in touched}
        for arrival, los in (*self.bad, *self.good):
            for night in range(arrival, arrival + los):
                if night in lengths:
                    lengths[night].add(los)
        for night in sorted(touched):
            self._add_night(night, sorted(lengths[night]))
        if self.has_closures:
            for arrival, los in self.bad:
                if arrival not in self.arrivals:
                    self.arrivals[arrival] = self._column()
                if arrival + los not in self.departures:
                    self.departures[arrival + los] = self._column()

    def _add_night(self, night: int, lengths: list[int]) -> None:
        for los in lengths:
            self.enters[night, los] = self._column()
            self.ends[night, los] = self._column()
            self._row(0, (self.ends[night, los], 1), (self.enters[night, los], -1))
        for first, second in pairwise(lengths):
            for part in (self.enters, self.ends):
                self._row(0, (part[night, first], 1), (part[night, second], -1))

    def build(self) -> MilpModel:
        """Return the model."""
        for arrival, los in self.bad:
            row = [pair for night in range(arrival, arrival + los) for pair in self._is_in(night, los)]
            row += [(column, -1) for column in self._closures(arrival, los)]
            self._row(los - 1, *row)
        for arrival, los in self.good:
            nights = [night for night in range(arrival, arrival + los) if (night, los) in self.enters]
            closures = self._closures(arrival, los)
            if nights or closures:
                kept = self.kept[arrival, los] = self._column()
                for night in nights:
                    self._row(0, (kept, 1), *((column, -value) for column, value in self._is_in(night, los)))
                for column in closures:
                    self._row(1, (kept, 1), (column, 1))
        return self._milp()

    def _milp(self) -> MilpModel:
        always_kept = self.num_good - len(self.kept)
        cost = np.zeros(self.num_columns + 1)
        cost[list(self.kept.values())] = -1.0
        cost[-1] = -always_kept  # a column fixed at 1 counts the stays that cannot be refused
        lower = np.zeros(self.num_columns + 1)
        lower[-1] = 1.0
        integral = np.ones(self.num_columns + 1, dtype=np.bool_)
        integral[list(self.kept.values())] = False
        return MilpModel(
            cost,
            matrix_of(self.rows, self.num_columns + 1),
            np.full(len(self.rows), -np.inf),
            np.array(self.row_upper, dtype=np.float64),
            lower,
            np.ones(self.num_columns + 1),
            integral,
        )

    def point(self, choice: NightlyChoice) -> NDArray[np.float64]:
        """Return a choice as a point of the model."""
        x = np.zeros(self.num_columns + 1)
        x[-1] = 1.0
        for night, los in self.enters:
            allowed = np.flatnonzero(choice.is_allowed[night]) + 1
            x[self.enters[night, los]] = float(allowed.size > 0 and los >= allowed[0])
            x[self.ends[night, los]] = float(allowed.size > 0 and los > allowed[-1])
        for arrival, column in self.arrivals.items():
            x[column] = float(choice.is_arrival_closed[arrival])
        for departure, column in self.departures.items():
            x[column] = float(choice.is_departure_closed[departure])
        admitted = choice.admitted()
        for (arrival, los), column in self.kept.items():
            x[column] = float(admitted[arrival, los - 1])
        return x

    def choice(self, x: NDArray[np.float64]) -> NightlyChoice:
        """Return a point of the model as a choice."""
        found = NightlyChoice.open(*self.classes.shape)
        for night in {night for night, _ in self.enters}:
            found.is_allowed[night] = False
        inside: dict[int, list[int]] = {}
        for (night, los), column in self.enters.items():
            if x[column] - x[self.ends[night, los]] > 0.5:
                inside.setdefault(night, []).append(los)
        for night, lengths in inside.items():
            found.is_allowed[night, min(lengths) - 1 : max(lengths)] = True
        for arrival, column in self.arrivals.items():
            found.is_arrival_closed[arrival] = x[column] > 0.5
        for departure, column in self.departures.items():
            found.is_departure_closed[departure] = x[column] > 0.5
        return found

    def _is_in(self, night: int, los: int) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self.enters[night, los], 1), (self.ends[night, los], -1)

    def _closures(self, arrival: int, los: int) -> list[int]:
        columns = (self.arrivals.get(arrival), self.departures.get(arrival + los))
        return [column for column in columns if column is not None]

    def _column(self) -> int:
        self.num_columns += 1
        return self.num_columns - 1

    def _row(self, upper: int, *pairs: tuple[int, int]) -> None:
        self.rows.append(pairs)
        self.row_upper.append(upper)
