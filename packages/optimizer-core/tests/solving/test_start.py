from collections.abc import Callable

from optimizer_core.domain import Plan, Policy, Problem, Room, Stay, current_plan
from optimizer_core.objective import score
from optimizer_core.solving.start import best_without_solver, usable_current_plan

MakeStay = Callable[..., Stay]


def test_the_better_of_two_plans_is_taken(crossed: Problem, uncrossed: Plan) -> None:
    """The greedy plan of the crossed hotel leaves one gap of 3 nights, the current rooms two orphan gaps."""
    plan = best_without_solver(crossed, current_plan(crossed))
    assert plan is not None
    assert score(crossed, plan).value == score(crossed, uncrossed).value == 1
    assert best_without_solver(crossed, None) == plan


def test_a_budget_rules_out_the_plan_with_more_moves(crossed: Problem, uncrossed: Plan) -> None:
    problem = crossed.replace(policy=Policy(max_moves=1))
    assert best_without_solver(problem, current_plan(crossed)) == current_plan(crossed)
    assert best_without_solver(problem, uncrossed) != uncrossed


def test_rooms_as_they_are_need_not_be_a_plan(crossed: Problem, stay: MakeStay) -> None:
    """Two stays in one room: only the greedy plan is left."""
    assert usable_current_plan(crossed) == current_plan(crossed)
    problem = Problem("overlap", (Room("1"), Room("2")), (stay("a", 0, 2, "1"), stay("b", 1, 2, "1")))
    assert usable_current_plan(problem) is None
    plan = best_without_solver(problem, None)
    assert plan is not None
    assert set(plan.room_by_stay.values()) == {"1", "2"}


def test_a_known_plan_that_is_none_does_not_count(crossed: Problem) -> None:
    crowded = Plan({stay.stay_id: "1" for stay in crossed.stays})
    assert best_without_solver(crossed, crowded) == best_without_solver(crossed, None)


def test_a_hotel_without_a_plan_has_none_to_start_with(stay: MakeStay) -> None:
    full = Problem("full", (Room("1"),), (stay("a", 0, 2), stay("b", 1, 2)))
    assert usable_current_plan(full) is None
    assert best_without_solver(full, None) is None


def test_a_hotel_without_stays_starts_with_nothing_to_do() -> None:
    assert usable_current_plan(Problem("empty", (Room("1"),), ())) == Plan({})
