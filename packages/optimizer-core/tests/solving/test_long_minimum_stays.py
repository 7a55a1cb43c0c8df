"""Minimum stays of more than three weeks: costs, plans, proofs and answers are as exact as below."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest

from optimizer_core.acceptance.fit_desk import FitDesk
from optimizer_core.domain import MinimumStay, MinimumStayPeriod, Problem, Reason, Room, Stay
from optimizer_core.domain.request import Request
from optimizer_core.enquiries import milp_solver
from optimizer_core.objective import gap_cost, score
from optimizer_core.proof import check
from optimizer_core.run import run_json
from optimizer_core.solving import solve
from optimizer_core.testing import best_plan
from optimizer_core.testing.judge import exact_plan
from optimizer_core.testing.small_hotels import FIRST_NIGHT, small_hotel
from optimizer_core.wire import load_problem, load_result
from optimizer_core.wire.judge import judge

LENGTHS = (22, 28, 30, 31, 60, 99, 365)
SCALE = 1 << 21


@cache
def hotel(seed: int) -> Problem:
    """Return a small hotel with a long minimum stay, everywhere or for some nights."""
    problem = small_hotel(seed)
    nights = LENGTHS[seed % len(LENGTHS)]
    if seed % 3:
        return problem.replace(minimum_stay=MinimumStay(nights))
    first = problem.date(problem.num_nights // 3)
    period = MinimumStayPeriod(first, first + timedelta(20), nights)
    return problem.replace(minimum_stay=replace(problem.minimum_stay, by_period=(period,)))


@pytest.mark.parametrize("nights", LENGTHS)
def test_costs_fall_with_the_length_to_nothing(nights: int) -> None:
    costs = [gap_cost(nights, length, SCALE) for length in range(1, 2 * nights + 2)]
    assert all(longer < shorter for shorter, longer in pairwise(costs))
    assert costs[-2] > costs[-1] == 0
    assert costs[0] < 1 << 43  # as large as those of 21 nights, so that sums are exact
    assert costs[nights - 1] >= SCALE  # one point where it can just be sold
    assert costs[nights - 2] > 2 * SCALE  # and twice as much where it cannot
    assert gap_cost(nights, 3, SCALE << 4) == gap_cost(nights, 3, SCALE) << 4


def test_costs_go_on_from_those_of_three_weeks() -> None:
    for length in (1, 5, 20, 30):
        costs = [gap_cost(nights, length, SCALE) for nights in range(21, 366)]
        assert costs == sorted(costs)


@pytest.mark.parametrize("nights", LENGTHS)
def test_two_gaps_never_cost_less_than_the_gap_that_they_make_up(nights: int) -> None:
    for one in range(1, 2 * nights + 2, 5):
        for two in range(1, 2 * nights + 2, 7):
            for later in (1, 3, 21, nights):
                parts = gap_cost(nights, one, SCALE) + gap_cost(later, two, SCALE)
                assert gap_cost(nights, one + two, SCALE) <= parts


@pytest.mark.parametrize("seed", range(28))
def test_value_upgrades_and_moves_are_those_of_the_judge(seed: int) -> None:
    problem = hotel(seed)
    best, outcome = exact_plan(problem), solve(problem)
    if best is None:
        assert outcome.reason is Reason.INFEASIBLE
        return
    assert outcome.plan is not None
    ranked = outcome.upgrades[0] if problem.policy.upgrade_price is None else 0
    assert (ranked, outcome.value, outcome.moves[0]) == best.rank
    assert outcome.reason is Reason.OPTIMAL
    if outcome.certificate is not None and not problem.groups and ranked == 0:
        proved = check(problem, outcome.certificate, value=outcome.value)
        assert proved.bound is None or proved.bound <= best.rank[1]


def test_brute_force_agrees_with_the_judge_and_the_score() -> None:
    compared = 0
    for seed in range(40):
        problem = hotel(seed)
        if len(problem.stays) > 9:
            continue
        best, exact = best_plan(problem), exact_plan(problem)
        assert (best and best.rank) == (exact and exact.rank)
        if best is not None:
            assert score(problem, best.plan).rank == best.rank
        compared += 1
    assert compared >= 10


@pytest.mark.parametrize("nights", [28, 30, 365])
def test_a_request_costs_what_solving_again_costs(nights: int) -> None:
    stays = tuple(
        Stay(name, FIRST_NIGHT + timedelta(first), FIRST_NIGHT + timedelta(last), "A", (), "1")
        for name, first, last in (("a", 0, 3), ("b", 40, 45), ("c", 90, 100))
    )
    problem = Problem("long", (Room("1", "A"),), stays, MinimumStay(nights))
    best = exact_plan(problem)
    assert best is not None
    desk = FitDesk(problem, best.plan, milp_solver(problem))
    for first, length in ((3, 37), (5, 30), (50, 20), (46, 44)):
        arrival = FIRST_NIGHT + timedelta(first)
        more = Stay("new", arrival, arrival + timedelta(length), "A")
        again = exact_plan(problem.replace(stays=(*stays, more)))
        answer = desk.answer(Request(more))
        assert again is not None
        assert answer.offer is not None
        assert answer.offer.gap_change == again.rank[1] - best.rank[1]


@pytest.mark.parametrize("nights", [28, 30, 31])
def test_a_document_with_a_month_as_minimum_stay_is_planned_drawn_and_judged(nights: int) -> None:
    stays = [
        {"Id": name, "Arrival": arrival, "Length": length, "AssignedRoom": room}
        for name, arrival, length, room in (
            ("a", "2026-05-01", 30, "1"),
            ("b", "2026-06-10", 30, "1"),
            ("c", "2026-05-01", 40, "2"),
            ("d", "2026-07-20", 30, "2"),
        )
    ]
    rooms = [{"RoomNumber": number} for number in ("1", "2")]
    found = {"ProblemId": "p", "Rooms": rooms, "Reservations": stays, "MinimumStay": nights}
    content = json.dumps(found).encode()
    result = load_result(run_json(content))
    assert result.solver_status == "optimal"
    assert result.moved_stays
    assert judge(load_problem(content).document, result).reasons == ()
    assert Fraction(result.gap_cost_after or 0) < Fraction(result.gap_cost_before or 0)
