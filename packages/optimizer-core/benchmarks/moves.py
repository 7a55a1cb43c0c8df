"""Moves against gap cost: price, budget, fewest moves, curve and locks, each with its bound.

Each row is compared with the same hotel planned for its gap cost alone. The rows of the real hotel need the
bookings beside the repository; without them the table has the rows of invented hotels only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.hotels import make_hotel
from benchmarks.table import Row, Timing, stopwatch, timed
from optimizer_core import Problem

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"
TOOL = SHARED / "tools" / "hotel-bookings-to-problem"
BOOKINGS = SHARED / "data" / "hotel-bookings" / "city.csv.gz"
SECONDS = 120.0

MONTH = ("--start", "2016-10-01", "--days", "30", "--locked", "0.05")
QUARTER = ("--start", "2016-10-01", "--days", "90", "--locked", "0.2")
YEAR = ("--start", "2016-07-18", "--days", "365", "--locked", "0.05")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a hotel comes from.

    Parameters
    ----------
    name
        What the table calls it.
    arguments
        Of the tool that makes a problem of real bookings; empty for another source.
    size
        Rooms, nights and types of an invented hotel; None for another source.
    """

    name: str
    arguments: tuple[str, ...] = ()
    size: tuple[int, int, int] | None = None

    def problem(self) -> Problem:
        """Return the hotel."""
        from optimizer_core.wire import load_problem

        if self.size is not None:
            rooms, nights, types = self.size
            return make_hotel(rooms, nights, num_types=types)
        if not self.arguments:
            return load_problem((ROOT / "examples" / "city-hotel.json").read_bytes()).problem
        command = [sys.executable, str(TOOL), str(BOOKINGS), "--in-house-locked", *self.arguments]
        made = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own tool
        return load_problem(made.stdout).problem


EXAMPLE = Source("examples/city-hotel.json")
INVENTED = Source("100 rooms x 30 nights", size=(100, 30, 4))
LARGEST = Source("1,000 rooms x 365 nights", size=(1000, 365, 10))
REAL = {
    "month": Source("real hotel, 30 days", MONTH),
    "quarter": Source("real hotel, 90 days", QUARTER),
    "year": Source("real hotel, 365 days", YEAR),
}


def gap_cost_alone(source: Source) -> tuple[float, str]:
    """Time the best gap cost without a search for few moves."""
    from optimizer_core.backends.cvxpy_backend import CvxpyBackend
    from optimizer_core.domain import Limits
    from optimizer_core.planning import find_plan

    problem, solver = source.problem(), CvxpyBackend()
    seconds, found = stopwatch(
        lambda: find_plan(problem, solver.solve_milp, Limits(SECONDS), few_moves=False)
    )
    return seconds, f"{float(found.value or 0):g}"


def planned(source: Source, price: int | None, budget: int | None) -> tuple[float, str]:
    """Time the plan under a policy."""
    from optimizer_core import Policy
    from optimizer_core.domain import Limits
    from optimizer_core.solving import solve

    policy = Policy(max_moves=budget, move_price=None if price is None else Fraction(price))
    problem = source.problem().replace(policy=policy)
    seconds, outcome = stopwatch(lambda: solve(problem, backend="cvxpy", limits=Limits(SECONDS)))
    value, bound = float(outcome.value or 0), float(outcome.bound or 0)
    moves, least = outcome.moves
    note = f"value {value:g}, bound {bound:g}; {moves:,} moves"
    return seconds, note if price or budget else f"{note}, at least {least:,}"


def curve(source: Source) -> tuple[float, str]:
    """Time a curve of 15 points."""
    from optimizer_core.domain import Limits
    from optimizer_core.trade_off_curve import trade_off

    problem = source.problem()
    seconds, points = stopwatch(
        lambda: trade_off(problem, points=15, backend="cvxpy", limits=Limits(SECONDS))
    )
    gaps = [float((p.value - p.bound) / p.bound) for p in points if p.bound > 0]
    last = points[-1]
    worst = f"{max(gaps, default=0.0):.2%}"
    return seconds, f"{len(points)} points within {worst}; last {float(last.value):g}, {last.moves:,} moves"


def locks(source: Source) -> tuple[float, str]:
    """Time the prices of all locks, the plan not counted."""
    from optimizer_core.domain import Limits
    from optimizer_core.lock_report import price_locks
    from optimizer_core.solving import solve

    problem = source.problem()
    outcome = solve(problem, backend="cvxpy", limits=Limits(SECONDS))
    seconds, prices = stopwatch(
        lambda: price_locks(problem, outcome, backend="cvxpy", limits=Limits(SECONDS))
    )
    exact = sum(price.exact is not None for price in prices)
    return seconds, f"{len(prices):,} locks, {exact:,} exact, dearest {float(prices[0].at_least):g}"


Case = tuple[Source, str, Callable[..., tuple[float, Any]], tuple[Any, ...]]


def moves() -> list[Row]:
    """Return what plans with fewer moves take, against the best gap cost of the same hotel alone."""
    cases: list[Case] = [
        (EXAMPLE, "fewest moves", planned, (None, None)),
        (EXAMPLE, "at most 10 moves", planned, (None, 10)),
        (INVENTED, "fewest moves", planned, (None, None)),
        (INVENTED, "a move costs 10", planned, (10, None)),
        (INVENTED, "at most 20 moves", planned, (None, 20)),
        (INVENTED, "curve", curve, ()),
        (INVENTED, "locks", locks, ()),
        (LARGEST, "fewest moves", planned, (None, None)),
    ]
    if TOOL.is_file() and BOOKINGS.is_file():
        cases += [
            (REAL["month"], "fewest moves", planned, (None, None)),
            *((REAL["month"], f"at most {n} moves", planned, (None, n)) for n in (50, 100, 200)),
            (REAL["month"], "a move costs 10", planned, (10, None)),
            (REAL["quarter"], "a move costs 10", planned, (10, None)),
            (REAL["quarter"], "curve", curve, ()),
            (REAL["quarter"], "locks", locks, ()),
            (REAL["year"], "a move costs 10", planned, (10, None)),
        ]
    alone: dict[str, Timing] = {}
    rows = []
    for source, what, function, arguments in cases:
        if source.name not in alone:
            alone[source.name] = timed(gap_cost_alone, source)
        plain = alone[source.name]
        found = timed(function, source, *arguments)
        rows.append(
            Row(
                f"{source.name}, {what}",
                found.seconds,
                f"gap cost alone: {plain.result}",
                plain.seconds,
                found.megabytes,
                found.result,
            )
        )
    return rows
