"""The rooms as given against the plan."""

from collections.abc import Callable
from fractions import Fraction

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay
from optimizer_core.report import PlanFigures, compare

MakeStay = Callable[..., Stay]


def test_figures_before_and_after(crossed: Problem, uncrossed: Plan) -> None:
    comparison = compare(crossed, uncrossed)
    assert comparison.before == PlanFigures(3, 2, Fraction(12))
    assert comparison.after == PlanFigures(0, 0, Fraction(1))
    assert [move.stay.stay_id for move in comparison.moves] == ["c", "d"]
    assert comparison.newly_housed == ()


def test_a_stay_without_a_room_leaves_nothing_to_compare_with(stay: MakeStay) -> None:
    problem = Problem("new", (Room("1"),), (stay("a", 0, 2, "1"), stay("new", 5, 2)), MinimumStay(3))
    comparison = compare(problem, Plan({"a": "1", "new": "1"}))
    assert comparison.before is None
    assert comparison.after == PlanFigures(0, 0, Fraction(1))
    assert comparison.newly_housed == ("new",)


def test_two_stays_in_one_room_leave_nothing_to_compare_with(stay: MakeStay) -> None:
    problem = Problem("twice", (Room("1"), Room("2")), (stay("a", 0, 2, "1"), stay("b", 1, 2, "1")))
    comparison = compare(problem, Plan({"a": "1", "b": "2"}))
    assert comparison.before is None
    assert [obstacle.stay_ids for obstacle in comparison.obstacles] == [("a", "b")]


def test_a_room_of_a_wrong_type_can_be_compared(stay: MakeStay) -> None:
    rooms = (Room("1", "A"), Room("2", "B"))
    problem = Problem("type", rooms, (stay("a", 0, 2, "2", room_type="A"),))
    comparison = compare(problem, Plan({"a": "1"}))
    assert comparison.before == PlanFigures(0, 0, Fraction(0))
    assert comparison.obstacles == ()
