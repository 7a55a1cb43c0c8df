"""Among equal plans, late arrivals move."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Plan, Policy, Problem, Reason
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.objective import score
from optimizer_core.planning import find_plan
from optimizer_core.planning.late import prefer_late_moves
from optimizer_core.testing.judge import exact_plan
from optimizer_core.testing.small_hotels import small_hotel
from optimizer_core.trade_off_curve import trade_off
from optimizer_core.verification import verify

Chart = Callable[..., Problem]


def rooms_of(problem: Problem, plan: Plan) -> dict[int, int]:
    index = problem.room_index
    return {position: index[plan.room_by_stay[stay.stay_id]] for position, stay in enumerate(problem.stays)}


def later(problem: Problem, plan: Plan) -> Plan:
    rooms = prefer_late_moves(Grid(problem), rooms_of(problem, plan))
    numbers = [room.number for room in problem.rooms]
    return Plan({stay.stay_id: numbers[rooms[position]] for position, stay in enumerate(problem.stays)})


def arrivals_of_moved(problem: Problem, plan: Plan) -> list[int]:
    grid = Grid(problem)
    rooms = rooms_of(problem, plan)
    return [grid.arrival[s] for s, room in rooms.items() if grid.current_room[s] not in (NOWHERE, room)]


def test_the_later_of_two_stays_moves(chart: Chart) -> None:
    """The hole of one night closes if either `a` or `c` goes to the other room."""
    problem = chart("1 aa.cc", "2 .....")
    assert later(problem, Plan({"a": "2", "c": "1"})).room_by_stay == {"a": "1", "c": "2"}
    answer = find_plan(problem, run_highs, Limits())
    assert answer.plan is not None
    assert answer.plan.room_by_stay == {"a": "1", "c": "2"}


@pytest.mark.parametrize("policy", [Policy(max_moves=1), Policy(move_price=Fraction(1))])
def test_the_later_of_two_stays_moves_under_a_budget_and_at_a_price(chart: Chart, policy: Policy) -> None:
    answer = find_plan(chart("1 aa.cc", "2 .....", policy=policy), run_highs, Limits())
    assert answer.plan is not None
    assert answer.plan.room_by_stay == {"a": "1", "c": "2"}


def test_the_later_of_two_stays_moves_on_the_curve(chart: Chart) -> None:
    problem = chart("1 aa.cc", "2 .....")
    curve = trade_off(problem)
    assert [point.moves for point in curve] == [0, 1]
    assert curve[1].plan.room_by_stay == {"a": "1", "c": "2"}


def test_stays_that_lie_between_change_rooms_too(chart: Chart) -> None:
    """`b` and `d` have no room yet: where they go is no move."""
    problem = chart("1 aa.cc.ee", "2 ..........", "- .bb.......", "- ...dd.....")
    plan = Plan({"a": "2", "b": "1", "c": "1", "d": "2", "e": "1"})
    assert verify(problem, plan) == []
    late = later(problem, plan)
    assert score(problem, late).rank <= score(problem, plan).rank
    assert arrivals_of_moved(problem, late) > arrivals_of_moved(problem, plan)


@pytest.mark.parametrize("hotel", [("1 Aa.cc", "2 ....."), ("1:A aa.cc", "2:B .....")])
def test_locked_stays_and_other_types_are_left_alone(chart: Chart, hotel: tuple[str, ...]) -> None:
    problem = chart(*hotel)
    answer = find_plan(problem, run_highs, Limits())
    assert answer.plan is not None
    assert later(problem, answer.plan) == answer.plan


@pytest.mark.property
@pytest.mark.parametrize("seed", range(60))
def test_the_plan_stays_as_good_and_its_moves_become_no_earlier(seed: int) -> None:
    problem = small_hotel(seed)
    best = exact_plan(problem)
    if best is None:
        assert find_plan(problem, run_highs, Limits()).reason is Reason.INFEASIBLE
        return
    late = later(problem, best.plan)
    assert verify(problem, late) == []
    before, after = score(problem, best.plan), score(problem, late)
    assert after.rank == before.rank
    assert sum(arrivals_of_moved(problem, late)) >= sum(arrivals_of_moved(problem, best.plan))
