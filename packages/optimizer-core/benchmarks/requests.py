"""Requests on a hotel that is loaded once: how long an answer takes, with and without moves to search."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks.hotels import make_hotel
from benchmarks.table import Row, stopwatch
from optimizer_core.acceptance import acceptance_matrices
from optimizer_core.acceptance.fit_answer import FitAnswer
from optimizer_core.acceptance.fit_desk import FitDesk
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Plan, Problem, Stay, current_plan
from optimizer_core.domain.request import Request
from optimizer_core.planning import find_plan
from optimizer_core.verification import verify
from optimizer_core.wire import load_problem

NUM_REQUESTS = 300
LENGTHS = (1, 2, 2, 3, 3, 4, 5, 7, 10)
GENERATED = (100, 90, 3)
"""Rooms, nights and types of the hotel that stands in where no document is given."""


def requests(document: Path | None = None) -> list[Row]:
    """Return the slowest and the median answer to random requests, by what they took.

    Parameters
    ----------
    document
        Problem document to ask about; None for a generated hotel.
    """
    problem = _hotel(document)
    plan = current_plan(problem)
    if verify(problem, plan):
        found = find_plan(problem, run_highs, Limits()).plan
        if found is None:
            return []
        plan = found
    matrix_seconds, matrices = stopwatch(
        lambda: acceptance_matrices(problem, _best(problem, plan), run_highs, Limits())
    )
    seconds, desk = stopwatch(lambda: FitDesk(problem, plan, run_highs, matrices))
    rows = [
        Row("requests: acceptance matrices of all types", matrix_seconds),
        Row("requests: loading the desk", seconds, note=f"{len(problem.stays):,} stays"),
    ]
    answers = [_answered(desk, asked) for asked in _asked(problem)]
    still = [pair for pair in answers if pair[1].fits[0].with_moves is None]
    moving = [pair for pair in answers if pair[1].fits[0].with_moves is not None]
    return [*rows, *_rows("no moves to search", still), *_rows("moves searched", moving)]


def _hotel(document: Path | None) -> Problem:
    if document is not None:
        return load_problem(document.read_bytes()).problem
    num_rooms, num_nights, num_types = GENERATED
    return make_hotel(num_rooms, num_nights, num_types=num_types, assigned=True)


def _best(problem: Problem, plan: Plan) -> Plan:
    return find_plan(problem, run_highs, Limits()).plan or plan


def _asked(problem: Problem) -> list[Request]:
    """Return random requests, types drawn by their stays."""
    chance = random.Random(1)
    types = [stay.room_type for stay in problem.stays]
    found = []
    for _ in range(NUM_REQUESTS):
        nights = chance.choice(LENGTHS)
        arrival = problem.date(chance.randrange(problem.num_nights - nights + 1))
        found.append(Request(Stay("new", arrival, arrival + timedelta(nights), chance.choice(types))))
    return found


def _answered(desk: FitDesk, asked: Request) -> tuple[float, FitAnswer]:
    return stopwatch(lambda: desk.answer(asked, prove_costs=False))


def _rows(what: str, answers: Sequence[tuple[float, FitAnswer]]) -> list[Row]:
    """Return the median and the 99th percentile of some answers."""
    if not answers:
        return []
    seconds = sorted(taken for taken, _ in answers)
    fits = sum(answer.offer is not None for _, answer in answers)
    exact = sum(fit.cost is not None and fit.cost.is_exact for _, answer in answers for fit in answer.fits)
    fewest = sum(answer.offer is not None and answer.offer.is_fewest_moves for _, answer in answers)
    note = f"{len(answers)} asked: {fits} fit, {exact} costs exact, {fewest} proved fewest moves"
    return [
        Row(f"requests: {what}, median", seconds[len(seconds) // 2], note=note),
        Row(f"requests: {what}, 99th percentile", seconds[min(len(seconds) - 1, len(seconds) * 99 // 100)]),
    ]
