import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import (
    Limit,
    Limits,
    MinimumStay,
    Plan,
    Policy,
    Problem,
    Progress,
    Reason,
    Room,
    current_plan,
)
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus
from optimizer_core.objective import score
from optimizer_core.planning import Answer, find_plan
from optimizer_core.proof import check
from optimizer_core.testing import BestPlan, Features, best_plan, random_hotel, tiny_hotels
from optimizer_core.verification import verify

Chart = Callable[..., Problem]
Draw = Callable[[Problem, Plan], list[str]]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")
laws = settings(derandomize=True, database=None, deadline=None, max_examples=100)


def solved(problem: Problem, limits: Limits | None = None, *, start: Plan | None = None) -> Answer:
    """Return the answer after checking what holds for every answer."""
    answer = find_plan(problem, run_highs, limits or Limits(), start=start)
    if answer.plan is None:
        assert answer.reason is not Reason.OPTIMAL
        assert answer.value is None
        return answer
    assert verify(problem, answer.plan) == []
    found = score(problem, answer.plan)
    most = problem.policy.max_moves
    assert most is None or found.moves.total <= most
    assert answer.value == found.value
    assert answer.bound is not None
    assert answer.bound <= found.value
    assert answer.moves <= found.moves.total
    if answer.reason is Reason.OPTIMAL:
        assert (answer.bound, answer.limit) == (answer.value, Limit.NONE)
    return answer


def agree(problem: Problem, answer: Answer, best: BestPlan | None) -> None:
    """Assert that brute force confirms what is claimed."""
    if best is None:
        assert answer.reason is Reason.INFEASIBLE
        assert answer.shortages or answer.detail
        return
    assert answer.reason is not Reason.INFEASIBLE
    if problem.policy.upgrade_price is None:
        assert answer.upgrades <= best.rank[0]
    if answer.plan is None:
        return
    rank = score(problem, answer.plan).rank
    assert rank >= best.rank
    if answer.reason is Reason.OPTIMAL:
        assert rank[:2] == best.rank[:2]
        assert answer.moves <= best.rank[2]
    elif rank[0] == best.rank[0] and answer.bound is not None:
        assert answer.bound <= best.rank[1]


def test_the_crossed_hotel_is_proved(chart: Chart, drawn: Draw) -> None:
    """One point instead of twelve, for two moves that nobody can do without."""
    problem = chart(*CROSSED)
    answer = solved(problem)
    assert answer.plan is not None
    assert sorted(drawn(problem, answer.plan)) == ["aa...ddd", "bbbcccc."]
    assert (answer.reason, answer.value, answer.moves) == (Reason.OPTIMAL, Fraction(1), 2)


def test_a_hotel_without_stays_has_the_empty_plan() -> None:
    answer = solved(Problem("empty", (Room("1"),), ()))
    assert (answer.reason, answer.value, answer.plan) == (Reason.OPTIMAL, Fraction(0), Plan({}))


@pytest.mark.parametrize(
    "lines", [("1 KKLL",), ("1:A KKLL", "2:B MMMM"), ("1 KK.LL",), ("1:A KKLL", "2:B aabb", "3:B cccc")]
)
def test_rooms_held_for_every_night_are_no_obstacle(chart: Chart, lines: tuple[str, ...]) -> None:
    """A type without a window decides nothing."""
    problem = chart(*lines)
    answer = solved(problem)
    assert (answer.reason, answer.plan) == (Reason.OPTIMAL, current_plan(problem))


def test_the_parts_of_the_hotel_add_up(chart: Chart) -> None:
    """Two types with a crossed pair each, and a locked orphan gap in a third."""
    problem = chart(*CROSSED, "3:B ee.gggg", "4:B fff..hhh", "5:C KK.LL")
    answer = solved(problem)
    assert (answer.reason, answer.value, answer.bound) == (Reason.OPTIMAL, Fraction(1 + 1 + 8), Fraction(10))


def test_too_few_rooms_are_named(chart: Chart) -> None:
    answer = solved(chart("1 aa", "- bb"))
    assert answer.reason is Reason.INFEASIBLE
    assert answer.shortages[0].first == date(2027, 3, 1)
    assert answer.detail == "short of 1 room of type 'A' on the nights 2027-03-01 to 2027-03-02"


def test_a_detail_stays_short(chart: Chart) -> None:
    """Of many shortages three are told in words, all of them in figures."""
    answer = solved(chart("1 a.b.c.d.e", "- f.g.h.i.j"))
    assert len(answer.shortages) == 5
    assert answer.detail.endswith("; and 2 more")


def test_no_solver_is_asked_about_a_plain_shortage(chart: Chart) -> None:
    def refuse(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        raise AssertionError(f"asked about {model.num_columns} columns, {limits}, {start}, {seed}")

    assert find_plan(chart("1 aa", "- bb"), refuse, Limits()).reason is Reason.INFEASIBLE


@pytest.mark.parametrize(("most", "value"), [(None, 1), (2, 1), (1, 12), (0, 12)])
def test_a_budget_for_moves(chart: Chart, most: int | None, value: int) -> None:
    answer = solved(chart(*CROSSED, policy=Policy(max_moves=most)))
    assert (answer.reason, answer.value) == (Reason.OPTIMAL, Fraction(value))


def test_no_moves_and_an_overlap_cannot_be(chart: Chart) -> None:
    problem = chart("1 aa", "2 ..", "- bb", b={"current_room": "1"}, policy=Policy(max_moves=0))
    answer = solved(problem)
    assert answer.reason is Reason.INFEASIBLE
    assert "no plan" in answer.detail
    assert solved(problem.replace(policy=Policy(max_moves=1))).reason is Reason.OPTIMAL


def test_no_moves_where_a_stay_sits_in_a_wrong_type(chart: Chart) -> None:
    """It must move, so no plan moves nobody, and for two of them one move is too few."""
    lines, own = ("1:A a.b", "2:B ..."), {"room_type": "B"}
    for most, reason in ((0, Reason.INFEASIBLE), (1, Reason.INFEASIBLE), (2, Reason.OPTIMAL)):
        for price in (None, Fraction(1, 4)):
            answer = solved(chart(*lines, a=own, b=own, policy=Policy(most, price)))
            assert answer.reason is reason
            assert answer.detail or reason is Reason.OPTIMAL


@pytest.mark.parametrize(("price", "value"), [(0, 1), (5, 11), (6, 12)])
def test_a_price_for_moves(chart: Chart, price: int, value: int) -> None:
    answer = solved(chart(*CROSSED, policy=Policy(move_price=Fraction(price))))
    assert (answer.reason, answer.value) == (Reason.OPTIMAL, Fraction(value))


def test_a_group_that_cannot_be_together_is_paid_for(chart: Chart) -> None:
    """Two locked members apart: nothing to decide, 800 points each."""
    family = {"group": "family"}
    answer = solved(chart("1 K", "2 L", K=family, L=family))
    assert (answer.reason, answer.value) == (Reason.OPTIMAL, Fraction(1600))


def test_progress_never_falls(chart: Chart) -> None:
    seen: list[Progress] = []
    solved(chart(*CROSSED, "3:B ee.gggg", "4:B fff..hhh"), Limits(report=seen.append))
    percents = [progress.percent for progress in seen]
    assert percents == sorted(percents)
    assert {progress.stage for progress in seen} == {"assigning rooms", "fewer moves"}


def test_the_seconds_of_the_proof_begin_with_the_method(chart: Chart) -> None:
    """The clock of the limits started 10,000 seconds before, as if a solver had been imported since."""
    answer = solved(chart(*CROSSED), Limits(started=time.monotonic() - 10_000.0))
    assert 0.0 <= float(answer.statistics["proof_seconds"]) < 10_000.0


def test_a_cancelled_solve_returns_the_plan_it_began_with(chart: Chart) -> None:
    problem = chart(*CROSSED)
    limits = Limits(is_cancelled=lambda: True)
    answer = solved(problem, limits, start=current_plan(problem))
    assert (answer.reason, answer.limit, answer.value) == (Reason.CANCELLED, Limit.CANCEL, Fraction(12))
    assert solved(problem, limits).plan is None


def test_no_time_no_claim(chart: Chart) -> None:
    """With no time left there is no proof; a start that is no plan is no plan then either."""
    problem = chart(*CROSSED)
    for start in (None, Plan({"a": "1"})):
        answer = solved(problem, Limits(time_limit_seconds=0.0), start=start)
        assert (answer.reason, answer.limit, answer.plan) == (Reason.NO_PLAN_FOUND, Limit.TIME, None)
    answer = solved(problem, Limits(time_limit_seconds=0.0), start=current_plan(problem))
    assert (answer.reason, answer.limit, answer.value) == (Reason.FEASIBLE, Limit.TIME, Fraction(12))


@pytest.mark.parametrize("status", [MilpStatus.NO_POINT, MilpStatus.ERROR])
def test_a_solver_that_fails_proves_nothing(chart: Chart, status: MilpStatus) -> None:
    """Neither infeasible nor optimal: a failure is no statement about the hotel."""

    def fail(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        del model, limits, start, seed
        return MilpAnswer(status)

    answer = find_plan(chart(*CROSSED), fail, Limits())
    assert (answer.reason, answer.limit, answer.plan) == (Reason.NO_PLAN_FOUND, Limit.METHOD, None)


def test_a_larger_hotel_repeats_itself(solve_milp: MilpSolver) -> None:
    """Of many plans that are equally good the same one, whatever the order of the rows."""
    problem = random_hotel(12, 30, num_types=2, seed=4)
    first = find_plan(problem, solve_milp, Limits())
    rows = random.Random(1)
    again = find_plan(_shuffled(problem, rows), solve_milp, Limits())
    assert first.reason is Reason.OPTIMAL
    assert again.plan == first.plan


def _shuffled(problem: Problem, rows: random.Random) -> Problem:
    rooms, stays = list(problem.rooms), list(problem.stays)
    rows.shuffle(rooms)
    rows.shuffle(stays)
    return problem.replace(rooms=tuple(rooms), stays=tuple(stays))


@pytest.mark.property
@given(tiny_hotels())
@settings(laws, max_examples=250)
def test_the_best_plan_is_found(problem: Problem) -> None:
    """Locks, types, further types, run of house, groups, minimum stays by day: equal to brute force."""
    best = best_plan(problem)
    answer = solved(problem)
    agree(problem, answer, best)
    assert answer.reason in {Reason.OPTIMAL, Reason.INFEASIBLE}


@pytest.mark.property
@given(tiny_hotels(Features(extra_stays=4, most_nights=8)))
@laws
def test_infeasible_is_claimed_where_it_is_true(problem: Problem) -> None:
    """With stays beyond the rooms: exactly where brute force finds no plan, and with the reason."""
    agree(problem, solved(problem), best_plan(problem))


def agree_where_groups_may_claim_less(problem: Problem) -> None:
    """Check an answer against brute force; with groups the claim may be weaker, and is true all the same."""
    best, answer = best_plan(problem), solved(problem)
    if problem.groups and best is None:
        assert answer.reason in {Reason.INFEASIBLE, Reason.NO_PLAN_FOUND}
        return
    agree(problem, answer, best)
    assert problem.groups or answer.reason in {Reason.OPTIMAL, Reason.INFEASIBLE}


@pytest.mark.property
@given(tiny_hotels(Features(move_budget=True)))
@laws
def test_budgets_are_kept_and_well_spent(problem: Problem) -> None:
    agree_where_groups_may_claim_less(problem)


@pytest.mark.property
@given(tiny_hotels(Features(move_budget=True, prices=True)))
@laws
def test_prices_are_weighed(problem: Problem) -> None:
    """Prices for moves and upgrades, with and without a budget."""
    agree_where_groups_may_claim_less(problem)


@pytest.mark.property
@given(tiny_hotels(Features(groups=False)), st.integers(6, 21))
@laws
def test_long_minimum_stays_stay_exact(problem: Problem, minimum: int) -> None:
    """Up to 21 nights, where one gap costs 2^21 points: no false claim, whatever the solver's tolerance."""
    problem = problem.replace(minimum_stay=MinimumStay(minimum))
    agree(problem, solved(problem), best_plan(problem))


@pytest.mark.property
@given(tiny_hotels(), st.randoms(use_true_random=False))
@laws
def test_the_order_of_rows_changes_nothing(problem: Problem, rows: random.Random) -> None:
    assert solved(_shuffled(problem, rows)).plan == solved(problem).plan


@pytest.mark.property
@given(tiny_hotels(Features(movable_window=False)), st.integers(-3, 3))
@laws
def test_weeks_earlier_or_later_change_nothing(problem: Problem, weeks: int) -> None:
    days = timedelta(7 * weeks)
    minimum = problem.minimum_stay
    periods = tuple(replace(p, first=p.first + days, last=p.last + days) for p in minimum.by_period)
    shifted = problem.replace(
        stays=tuple(
            replace(s, arrival=s.arrival + days, departure=s.departure + days) for s in problem.stays
        ),
        minimum_stay=MinimumStay(minimum.default_nights, minimum.by_weekday, periods),
    )
    assert solved(shifted).plan == solved(problem).plan


@pytest.mark.property
@given(tiny_hotels())
@laws
def test_new_names_in_the_same_order_change_nothing(problem: Problem) -> None:
    """The plan speaks of the new rooms and stays as it did of the old ones."""
    room_names = {room.number: f"{index + 500}" for index, room in enumerate(problem.rooms)}
    stay_names = {stay.stay_id: f"x{index}" for index, stay in enumerate(problem.stays)}
    renamed = problem.replace(
        rooms=tuple(
            Room(room_names[r.number], r.room_type, frozenset(room_names[n] for n in r.adjacent))
            for r in problem.rooms
        ),
        stays=tuple(
            replace(
                s,
                stay_id=stay_names[s.stay_id],
                current_room=None if s.current_room is None else room_names[s.current_room],
            )
            for s in problem.stays
        ),
    )
    plan, other = solved(problem).plan, solved(renamed).plan
    if plan is None:
        assert other is None
        return
    assert other == Plan({stay_names[s]: room_names[r] for s, r in plan.room_by_stay.items()})


@pytest.mark.property
@given(tiny_hotels(), st.data())
@laws
def test_another_room_never_costs_more(problem: Problem, data: st.DataObject) -> None:
    room_type = data.draw(st.sampled_from(problem.room_types))
    easier = problem.replace(rooms=(*problem.rooms, Room("999", room_type)))
    assert_not_worse(problem, easier)


@pytest.mark.property
@given(tiny_hotels(Features(movable_window=False)), st.data())
@laws
def test_releasing_the_locks_of_a_type_never_costs_more(problem: Problem, data: st.DataObject) -> None:
    """Whatever type it is: the stays locked in its rooms may stay where they are."""
    released = data.draw(st.sampled_from(problem.room_types))
    kinds = {room.number: room.room_type for room in problem.rooms}
    stays = tuple(
        replace(s, is_locked=s.is_locked and kinds[s.current_room or ""] != released) for s in problem.stays
    )
    assert_not_worse(problem, problem.replace(stays=stays))


def assert_not_worse(problem: Problem, easier: Problem) -> None:
    before, after = solved(problem), solved(easier)
    if before.plan is not None:
        assert after.plan is not None
        assert score(easier, after.plan).rank[:2] <= score(problem, before.plan).rank[:2]


@pytest.mark.property
@pytest.mark.parametrize("seed", range(8))
def test_without_a_search_for_few_moves_the_certificate_proves_the_value(seed: int) -> None:
    problem = random_hotel(8, 20, num_types=2, seed=seed)
    plain = find_plan(problem, run_highs, Limits())
    answer = find_plan(problem, run_highs, Limits(few_moves=False))
    assert (answer.reason, answer.value) == (plain.reason, plain.value) == (Reason.OPTIMAL, plain.value)
    assert answer.moves == 0
    assert answer.certificate is not None
    assert answer.value is not None
    proved = check(problem, answer.certificate, value=answer.value, upgrades=answer.upgrades)
    assert proved.bound is not None
    assert 0 <= answer.value - proved.bound < 1
