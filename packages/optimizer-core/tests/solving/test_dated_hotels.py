"""Small hotels with blocks, a schedule of their own and a day of the plan, against the exact judge.

`BOOKINGOPT_DATED_SEEDS=400` tries 400 hotels instead of a few.
"""

from __future__ import annotations

import os
from datetime import timedelta
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from optimizer_core.acceptance import acceptance_matrices
from optimizer_core.acceptance.fit_desk import FitDesk
from optimizer_core.acceptance.matrix import UNSELLABLE, UPGRADING
from optimizer_core.domain import Limits, Policy, Problem, Reason, Stay
from optimizer_core.domain.request import Request
from optimizer_core.enquiries import milp_solver
from optimizer_core.restrictions import Profile, derive
from optimizer_core.restrictions.admission import obstacles
from optimizer_core.solving import solve
from optimizer_core.testing.judge import exact_plan
from optimizer_core.testing.small_hotels import dated_hotel
from optimizer_core.verification import verify

SEEDS = range(int(os.environ.get("BOOKINGOPT_DATED_SEEDS", "30")))
LONGEST = 4


@cache
def hotel(seed: int) -> Problem:
    return dated_hotel(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_value_upgrades_and_moves_are_those_of_the_judge(seed: int) -> None:
    problem = hotel(seed)
    best, outcome = exact_plan(problem), solve(problem)
    if best is None:
        assert outcome.reason is Reason.INFEASIBLE
        return
    assert outcome.plan is not None
    assert verify(problem, outcome.plan) == []
    ranked = outcome.upgrades[0] if problem.policy.upgrade_price is None else 0
    assert (ranked, outcome.value, outcome.moves[0]) == best.rank
    assert outcome.reason is Reason.OPTIMAL


def test_the_hotels_have_every_fact() -> None:
    hotels = [dated_hotel(seed) for seed in range(30)]
    assert any(stay.is_block for problem in hotels for stay in problem.stays)
    assert any(problem.schedule_start is not None for problem in hotels)
    for problem in hotels:
        free = problem.replace(today=None, freeze_days=0)
        if any(problem.is_fixed(stay) and not free.is_fixed(stay) for stay in problem.stays):
            return
    pytest.fail("no stay of these hotels keeps its room because of the day")


@cache
def free(seed: int) -> Problem:
    """Return a hotel in which one more stay is welcome on any night: no budget, no price, no window."""
    return hotel(seed).replace(policy=Policy(), movable_first=None, movable_last=None)


def _open_cases() -> list[int]:
    """Return hotels that are small enough to solve again for each further stay."""
    found = [
        seed
        for seed in range(200)
        if len(free(seed).stays) <= 9
        and free(seed).num_nights <= 14
        and max(free(seed).minimum_stays) <= 5
        and (free(seed).today or free(seed).start) < free(seed).end
        and exact_plan(free(seed)) is not None
    ]
    return found[: max(6, len(SEEDS) // 10)]


def _value_with(problem: Problem, stay: Stay) -> tuple[int, Fraction] | None:
    found = exact_plan(problem.replace(stays=(*problem.stays, stay)))
    return None if found is None else found.rank[:2]


@pytest.mark.property
def test_acceptance_and_restrictions_are_those_of_solving_again() -> None:
    """Every cell has its true cost, no bad stay is admitted, and no day before today has a restriction."""
    cases = _open_cases()
    assert len(cases) >= 6
    cells = 0
    for seed in cases:
        problem = free(seed)
        best = exact_plan(problem)
        assert best is not None
        solver = milp_solver(problem)
        matrices = acceptance_matrices(
            problem, best.plan, solver, Limits(), longest_los=LONGEST, verify_up_to=None, most_resolves=10**6
        )
        for name, matrix in matrices.items():
            assert matrix.start == max(problem.start, problem.today or problem.start)
            true = np.zeros_like(matrix.lower)
            for arrival in range(matrix.num_arrivals):
                for length in range(1, matrix.longest_los + 1):
                    first = matrix.start + timedelta(arrival)
                    last = first + timedelta(length)
                    found = None
                    if last <= problem.end:
                        found = _value_with(problem, Stay("new", first, last, name))
                    true[arrival, length - 1] = _cell(best.rank[:2], found, matrix.scale)
            inside = matrix.inside
            assert (matrix.lower[inside] <= true[inside]).all(), (seed, name)
            assert (matrix.upper[inside] >= true[inside]).all(), (seed, name)
            cells += int(inside.sum())
            classes = matrix.classify(0)
            for profile in (Profile.FULL, Profile.FPLOS):
                calendar = derive(classes, matrix.start, profile, solver).calendar
                admitted = obstacles(calendar, *classes.shape).admitted
                bad = (true > 0) & (true < UPGRADING) & inside
                assert not (admitted & bad).any(), (seed, name, profile)
    assert cells > 200


def _cell(best: tuple[int, Fraction], found: tuple[int, Fraction] | None, scale: int) -> int:
    if found is None:
        return UNSELLABLE
    if found[0] > best[0]:
        return UPGRADING
    return int((found[1] - best[1]) * scale)


@pytest.mark.parametrize("seed", [seed for seed in range(14) if exact_plan(free(seed)) is not None])
def test_a_request_beyond_the_schedule_is_free_and_one_across_its_end_is_solved(seed: int) -> None:
    problem = free(seed).replace(schedule_start=None, schedule_end=None, today=None, freeze_days=0)
    best = exact_plan(problem)
    assert best is not None
    desk = FitDesk(problem, best.plan, milp_solver(problem))
    name = problem.room_types[0]
    for offset, nights in ((40, 3), (0, 2), (-1, 3)):
        arrival = problem.end + timedelta(offset)
        stay = Stay("new", arrival, arrival + timedelta(nights), name)
        answer = desk.answer(Request(stay))
        true = _value_with(problem, stay)
        assert (answer.offer is not None) == (true is not None)
