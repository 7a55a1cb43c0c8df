"""The acceptance matrix: against planning the hotel anew for every stay, and of hotels of several types."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from benchmarks.hotels import make_hotel
from benchmarks.table import Row, stopwatch, timed

SAMPLE_OF_CELLS = 12
"""Stays for which the hotel is planned again, spread over the year."""


def whole_year(num_rooms: int, num_nights: int) -> tuple[float, tuple[int, float]]:
    """Time every arrival and every length of a hotel without locks; return cells and seconds a cell anew."""
    from optimizer_core.acceptance import acceptance_matrices
    from optimizer_core.backends.highs import HighsBackend
    from optimizer_core.domain import Limits, Stay
    from optimizer_core.planning import find_plan

    solve_milp = HighsBackend().solve_milp
    problem = make_hotel(num_rooms, num_nights, locked=0.0, assigned=False)
    best = find_plan(problem, solve_milp, Limits())
    if best.plan is None or best.value is None:
        raise AssertionError("the hotel has no plan")
    plan, longest = best.plan, problem.num_nights
    seconds, matrices = stopwatch(
        lambda: acceptance_matrices(problem, plan, solve_milp, Limits(), longest_los=longest)
    )
    matrix = matrices["A"]
    anew = 0.0
    for position in range(SAMPLE_OF_CELLS):
        arrival, nights = position * (longest - 21) // SAMPLE_OF_CELLS, 1 + position % 10
        first = problem.date(arrival)
        newcomer = Stay("newcomer", first, first + timedelta(nights), "A")
        wider = replace(problem, stays=(*problem.stays, newcomer))
        taken, again = stopwatch(partial(find_plan, wider, solve_milp, Limits()))
        anew += taken
        cost = None if again.value is None else again.value - best.value
        if matrix.cost(arrival, nights) != cost:
            raise AssertionError(
                f"night {arrival}, {nights} nights: {matrix.cost(arrival, nights)}, not {cost}"
            )
    return seconds, (int(matrix.inside.sum()), anew / SAMPLE_OF_CELLS)


def many_types(num_rooms: int, num_nights: int, num_types: int, locked: float) -> tuple[float, str]:
    """Time the matrices of all types and run of house, up to 21 nights, of a hotel with locks."""
    from optimizer_core.acceptance import GOOD, acceptance_matrices
    from optimizer_core.backends.highs import HighsBackend
    from optimizer_core.domain import Limits
    from optimizer_core.planning import find_plan

    solve_milp = HighsBackend().solve_milp
    problem = make_hotel(num_rooms, num_nights, num_types=num_types, locked=locked, assigned=False)
    plan = find_plan(problem, solve_milp, Limits()).plan
    if plan is None:
        raise AssertionError("the hotel has no plan")
    seconds, matrices = stopwatch(lambda: acceptance_matrices(problem, plan, solve_milp, Limits()))
    good = sum(int((matrix.classify() == GOOD).sum()) for matrix in matrices.values())
    open_cells = sum(int(((m.lower <= 0) & (m.upper > 0)).sum()) for m in matrices.values())
    cells = sum(int(matrix.inside.sum()) for matrix in matrices.values())
    return seconds, f"{cells:,} stays, {good:,} good, {open_cells} undecided"


def acceptance() -> list[Row]:
    """Return the rows of the acceptance matrix."""
    year = timed(whole_year, 100, 365)
    cells, anew = year.result
    return [
        Row(
            "100 rooms x 365 nights, whole acceptance matrix",
            year.seconds,
            f"planned again, {SAMPLE_OF_CELLS} stays timed",
            anew * cells,
            year.megabytes,
            f"{cells:,} stays, all exact; the sample agrees",
        ),
        *(
            Row(f"{rooms} rooms of {types} types x 90 nights, 20 % locked", found.seconds, note=found.result)
            for rooms, types in ((100, 2), (250, 8))
            for found in [timed(many_types, rooms, 90, types, 0.2)]
        ),
    ]
