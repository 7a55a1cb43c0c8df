"""The matrices of whole hotels: equal to planning the hotel anew for every cell, or bounds around that."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer_core.acceptance import (
    BAD,
    CLOSED,
    GOOD,
    UNSELLABLE,
    UPGRADING,
    AcceptanceMatrix,
    acceptance_matrices,
)
from optimizer_core.backends.cvxpy_backend import CvxpyBackend
from optimizer_core.backends.highs import HighsBackend
from optimizer_core.domain import Limits, Plan, Policy, Problem, Reason, Room, Stay, current_plan
from optimizer_core.errors import InvalidInput
from optimizer_core.network import MilpSolver
from optimizer_core.planning import find_plan
from optimizer_core.testing import BestPlan, Features, best_plan, random_hotel, tiny_hotels
from optimizer_core.testing.subject import repeatable
from optimizer_core.wire import load_problem

MakeHotel = Callable[..., Problem]
SOLVE = HighsBackend().solve_milp
EVERY = 10**6


def with_stay(problem: Problem, room_type: str | None, arrival: int, los_nights: int) -> Problem:
    """Return the hotel with one more stay; who may not move is locked, so that it may lie outside."""
    first = problem.date(arrival)
    newcomer = Stay("newcomer", first, first + timedelta(los_nights), room_type)
    held = tuple(replace(stay, is_locked=problem.is_fixed(stay)) for stay in problem.stays)
    return problem.replace(stays=(*held, newcomer), movable_first=None, movable_last=None)


def cells(matrix: AcceptanceMatrix) -> Iterator[tuple[int, int]]:
    """Yield arrival and length of each stay within the schedule."""
    for arrival in range(matrix.num_arrivals):
        for los_nights in range(1, matrix.longest_los + 1):
            if arrival + los_nights <= matrix.num_arrivals:
                yield arrival, los_nights


def by_brute_force(
    problem: Problem, base: BestPlan, matrix: AcceptanceMatrix
) -> Mapping[tuple[int, int], Fraction]:
    """Return the true marginal costs in units, by dynamic programming over all plans."""
    found = {}
    for arrival, los_nights in cells(matrix):
        best = best_plan(with_stay(problem, matrix.room_type, arrival, los_nights))
        if best is None:
            cost = Fraction(UNSELLABLE)
        elif best.rank[0] > base.rank[0]:
            cost = Fraction(UPGRADING)
        else:
            cost = (best.rank[1] - base.rank[1]) * matrix.scale
        found[arrival, los_nights] = cost
    return found


def compare(problem: Problem, *, is_exact: bool, most_resolves: int) -> None:
    """Compare every cell of a tiny hotel with brute force."""
    base = best_plan(problem)
    if base is None or not problem.stays:
        return
    matrices = acceptance_matrices(
        problem, base.plan, SOLVE, Limits(), verify_up_to=None, most_resolves=most_resolves
    )
    for matrix in matrices.values():
        assert bool((matrix.lower[~matrix.inside] == UNSELLABLE).all())
        for (arrival, los_nights), cost in by_brute_force(problem, base, matrix).items():
            place = f"{matrix.room_type}, night {arrival}, {los_nights} nights"
            lower, upper = matrix.lower[arrival, los_nights - 1], matrix.upper[arrival, los_nights - 1]
            assert lower <= cost <= upper, place
            assert lower == upper or not is_exact, place


@repeatable(12)
@given(tiny_hotels(Features(most_nights=9)))
def test_few_tiny_hotels(problem: Problem) -> None:
    """With locks, types, groups and minimum stays by day, every cell equals brute force."""
    compare(problem, is_exact=True, most_resolves=EVERY)


@pytest.mark.property
@pytest.mark.timeout(400)
@repeatable(100)
@given(tiny_hotels(Features(groups=False, most_nights=12)))
def test_tiny_hotels(problem: Problem) -> None:
    """On 100 hotels with locks, types and minimum stays by day, every cell equals brute force."""
    compare(problem, is_exact=True, most_resolves=EVERY)


@pytest.mark.property
@pytest.mark.timeout(400)
@repeatable(60)
@given(tiny_hotels(Features(most_nights=10)))
def test_tiny_hotels_with_groups(problem: Problem) -> None:
    """Adjacency groups count too: every cell equals brute force."""
    compare(problem, is_exact=True, most_resolves=EVERY)


@pytest.mark.property
@repeatable(60)
@given(tiny_hotels(Features(most_nights=10)), st.sampled_from((None, Fraction(1, 4), Fraction(3))))
def test_bounds_without_planning_anew(problem: Problem, price: Fraction | None) -> None:
    """Bounds hold where no cell is planned again, with a price for upgrades and without."""
    compare(problem.replace(policy=Policy(upgrade_price=price)), is_exact=False, most_resolves=0)


@pytest.mark.parametrize("solve_milp", [SOLVE, CvxpyBackend().solve_milp], ids=["highs", "cvxpy"])
def test_most_cells_need_no_planning_anew(solve_milp: MilpSolver) -> None:
    """Distances, prices and re-arranged rooms alone decide nearly every cell of a hotel with locks."""
    problem = random_hotel(20, 40, num_types=2, locked=0.2)
    plan = find_plan(problem, SOLVE, Limits()).plan
    assert plan is not None
    for matrix in acceptance_matrices(problem, plan, solve_milp, Limits(), most_resolves=0).values():
        undecided = (matrix.lower <= 0) & (matrix.upper > 0)
        assert undecided.sum() < 0.02 * matrix.inside.sum()


@pytest.mark.parametrize("solve_milp", [SOLVE, CvxpyBackend().solve_milp], ids=["highs", "cvxpy"])
def test_costs_on_which_nothing_hangs_are_worked_out_where_they_are_wanted(solve_milp: MilpSolver) -> None:
    """Those of the first arrivals, and none of them against what is proved for all."""
    problem = random_hotel(20, 40, num_types=2, locked=0.2)
    plan = find_plan(problem, SOLVE, Limits()).plan
    assert plan is not None
    every = acceptance_matrices(problem, plan, solve_milp, Limits(), verify_up_to=None)
    few = acceptance_matrices(problem, plan, solve_milp, Limits(), most_resolves=0)
    first = acceptance_matrices(problem, plan, solve_milp, Limits(), most_resolves=0, most_costs=300)
    for name, matrix in first.items():
        assert (matrix.lower <= every[name].upper).all()
        assert (every[name].lower <= matrix.upper).all()
        assert matrix.is_exact.sum() > few[name].is_exact.sum()
        assert matrix.is_exact[:6].mean() > 0.95


def test_rooms_without_locks_need_no_solver() -> None:
    """Where nobody is locked, the distances in the network of the best plan are exact, all of them."""
    problem = random_hotel(12, 40, locked=0.0)
    plan = find_plan(problem, SOLVE, Limits()).plan
    assert plan is not None

    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("the solver was asked")

    matrix = acceptance_matrices(problem, plan, refuse, Limits(), longest_los=40)["T0"]  # type: ignore[arg-type]
    assert bool(matrix.is_exact.all())
    again = find_plan(with_stay(problem, "T0", 7, 3), SOLVE, Limits())
    base = find_plan(problem, SOLVE, Limits())
    assert again.value is not None
    assert base.value is not None
    assert matrix.cost(7, 3) == again.value - base.value


def test_a_bad_gap_filled_is_a_gain(hotel: MakeHotel) -> None:
    """One night free between two locks costs 4 points; a stay of that night takes them away."""
    problem = hotel({"1": "A"}, ("1", 0, 2, "locked"), ("1", 3, 2, "locked"))
    matrix = acceptance_matrices(problem, current_plan(problem), SOLVE, Limits())["A"]
    assert matrix.cost(2, 1) == -4
    assert matrix.classify()[2].tolist() == [GOOD, CLOSED, CLOSED, CLOSED, CLOSED]
    assert matrix.classify()[0].tolist() == [CLOSED] * 5


def test_a_stay_that_leaves_an_orphan_night_is_bad(hotel: MakeHotel) -> None:
    """Two nights of three leave one that nobody can buy: 4 points, less the 1/2 of the gap that was there."""
    problem = hotel({"1": "A"}, ("1", 0, 2, "locked"), ("1", 5, 2, "locked"))
    matrix = acceptance_matrices(problem, current_plan(problem), SOLVE, Limits(), verify_up_to=None)["A"]
    assert matrix.cost(2, 2) == Fraction(7, 2)
    assert matrix.classify()[2, :3].tolist() == [BAD, BAD, GOOD]


def test_run_of_house_takes_the_best_type(hotel: MakeHotel) -> None:
    """A stay that takes any room costs what it costs in the type where it costs least."""
    problem = hotel({"1": "A", "2": "B"}, ("1", 0, 2, 1), ("1", 3, 2, 1), ("2", 0, 5, 1))
    matrices = acceptance_matrices(problem, current_plan(problem), SOLVE, Limits())
    assert list(matrices) == ["A", "B", None]
    assert matrices[None].cost(2, 1) == matrices["A"].cost(2, 1) == -4
    assert bool((matrices["B"].lower == UNSELLABLE).all())


def test_one_more_upgrade_is_no_bargain() -> None:
    """A stay that drives another one into a further type is sold only at the cost of an upgrade: bad."""
    rooms = (Room("1", "A"), Room("2", "B"))
    first, last = Problem("x", rooms, ()).start, timedelta(3)
    flexible = Stay("f", first, first + last, "A", further_types=("B",))
    problem = Problem("x", rooms, (flexible,))
    matrices = acceptance_matrices(problem, Plan({"f": "1"}), SOLVE, Limits())
    assert int(matrices["A"].lower[0, 2]) == int(matrices["A"].upper[0, 2]) == UPGRADING
    assert matrices["A"].classify()[0, 2] == BAD
    assert matrices["B"].classify()[0, 2] == matrices[None].classify()[0, 2] == GOOD


def test_a_plan_that_is_not_best_is_replaced(crossed: Problem) -> None:
    """Costs are told from the best plan, even if the plan given is worse by 11 points."""
    given_plan = acceptance_matrices(crossed, current_plan(crossed), SOLVE, Limits(), verify_up_to=None)
    best = find_plan(crossed, SOLVE, Limits())
    assert best.plan is not None
    from_best = acceptance_matrices(crossed, best.plan, SOLVE, Limits(), verify_up_to=None)
    for name, matrix in from_best.items():
        assert (given_plan[name].lower == matrix.lower).all()
        assert (given_plan[name].upper == matrix.upper).all()


def test_cancelled_bounds_are_still_bounds() -> None:
    """A run that is cancelled at once tells less, and nothing wrong."""
    problem = random_hotel(8, 30, num_types=2, locked=0.3)
    plan = find_plan(problem, SOLVE, Limits()).plan
    assert plan is not None
    whole = acceptance_matrices(problem, plan, SOLVE, Limits())
    ended = acceptance_matrices(problem, plan, SOLVE, Limits(is_cancelled=lambda: True))
    for name, matrix in whole.items():
        assert (ended[name].lower <= matrix.upper).all()
        assert (ended[name].upper >= matrix.lower).all()


def test_every_mistake_is_told_at_once(hotel: MakeHotel) -> None:
    """A length of 0, an unknown type and a plan that is none are one error with three sentences."""
    problem = hotel({"1": "A"}, ("1", 0, 2))
    with pytest.raises(InvalidInput) as error:
        acceptance_matrices(problem, Plan({}), SOLVE, Limits(), longest_los=0, room_types=["B"])
    assert [fault.place for fault in error.value.faults] == [("longest_los",), ("room_types",), ("plan",)]
    assert "no rooms of type 'B'" in str(error.value)


def test_no_stays_no_schedule() -> None:
    """A hotel without stays has a schedule of no nights, and a matrix without cells."""
    problem = Problem("empty", (Room("1", "A"),), ())
    matrix = acceptance_matrices(problem, Plan({}), SOLVE, Limits())["A"]
    assert matrix.lower.shape == (0, 0)


@pytest.mark.property
@pytest.mark.parametrize("number", [1, 2])
def test_samples_equal_planning_anew(shared_data: Path, solve_milp: MilpSolver, number: int) -> None:
    """On real small hotels every cell is what planning the hotel anew says."""
    problem = load_problem((shared_data / f"bookingopt/SampleInput_{number}.json").read_bytes()).problem
    base = find_plan(problem, solve_milp, Limits())
    assert base.plan is not None
    assert base.value is not None
    for name, matrix in acceptance_matrices(
        problem, base.plan, solve_milp, Limits(), verify_up_to=None, most_resolves=EVERY
    ).items():
        assert bool(matrix.is_exact.all())
        for arrival, los_nights in cells(matrix):
            again = find_plan(with_stay(problem, name, arrival, los_nights), solve_milp, Limits())
            expected = None if again.reason is Reason.INFEASIBLE else (again.value or 0) - base.value
            assert matrix.cost(arrival, los_nights) == expected
