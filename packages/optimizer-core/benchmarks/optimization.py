"""The proved best plan: against the straightforward model, and as hotels grow."""

from __future__ import annotations

from benchmarks.hotels import make_hotel
from benchmarks.straightforward import straightforward_model
from benchmarks.table import Row, stopwatch, timed

STRAIGHTFORWARD_LIMIT_SECONDS = 90.0
GROWTH_ROOMS = (50, 100, 200, 400, 800)


def ours(
    num_rooms: int, num_nights: int, num_types: int, backend: str, *, assigned: bool
) -> tuple[float, str]:
    """Time the whole solve of a hotel, 10 % locked; the backend is imported before."""
    from optimizer_core.solving import solve

    solve(make_hotel(2, 10), backend=backend)
    problem = make_hotel(num_rooms, num_nights, num_types=num_types, assigned=assigned)
    seconds, outcome = stopwatch(lambda: solve(problem, backend=backend))
    value = "no plan" if outcome.value is None else f"{float(outcome.value):g}"
    return seconds, f"{len(problem.stays):,} stays: {value}, {outcome.reason}, {outcome.moves[0]:,} moves"


def straightforward(num_rooms: int, num_nights: int) -> tuple[float, str]:
    """Time the straightforward model of the same hotel, with HiGHS."""
    from optimizer_core.backends.highs import run_highs
    from optimizer_core.network import MilpLimits

    problem = make_hotel(num_rooms, num_nights, assigned=False)
    limits = MilpLimits(STRAIGHTFORWARD_LIMIT_SECONDS, absolute_gap=0.999)
    seconds, answer = stopwatch(lambda: run_highs(straightforward_model(problem), limits))
    if answer.x is None:
        return seconds, answer.status
    value = float(straightforward_model(problem).cost @ answer.x) / problem.cost_scale
    return seconds, f"{value:g}, {answer.status}, bound {answer.bound / problem.cost_scale:g}"


def compare() -> list[Row]:
    """Return ours against the straightforward model on 20 rooms x 60 nights, 10 % locked.

    Only locked stays have a room, so both answer the same question: the least gap cost.
    """
    plain = timed(straightforward, 20, 60)
    rows = []
    for backend in ("cvxpy", "highs"):
        mine = timed(ours, 20, 60, 1, backend, assigned=False)
        rows.append(
            Row(
                f"20 rooms x 60 nights, {backend}",
                mine.seconds,
                f"0/1 model: {plain.result}",
                plain.seconds,
                mine.megabytes,
                mine.result,
            )
        )
    return rows


def growth() -> list[Row]:
    """Return how time grows with the rooms, each size against half of it."""
    rows: list[Row] = []
    for num_rooms in GROWTH_ROOMS:
        found = timed(ours, num_rooms, 90, 1, "cvxpy", assigned=False)
        before = rows[-1] if rows else None
        rows.append(
            Row(
                f"{num_rooms} rooms x 90 nights",
                found.seconds,
                "" if before is None else "half the rooms",
                None if before is None else before.seconds,
                found.megabytes,
                found.result,
            )
        )
    return rows


def largest() -> list[Row]:
    """Return 1,000 rooms of 10 types and a year, without and with the search for fewest moves."""
    return [
        Row(
            f"1,000 rooms x 365 nights, {backend}, {'with' if assigned else 'no'} current rooms",
            found.seconds,
            megabytes=found.megabytes,
            note=found.result,
        )
        for backend in ("cvxpy", "highs")
        for assigned in (False, True)
        for found in [timed(ours, 1000, 365, 10, backend, assigned=assigned)]
    ]
