"""A real hotel: the values that are known, proved by the default backend."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer_core.domain import Limits, Outcome, Problem, Reason
from optimizer_core.objective import score
from optimizer_core.solving import solve
from optimizer_core.verification import verify
from optimizer_core.wire import load_problem

Arguments = tuple[str, ...]
MONTH = ("--start", "2016-10-01", "--days", "30", "--locked", "0.05")
QUARTER = ("--start", "2016-10-01", "--days", "90", "--locked", "0.2")
YEAR = ("--start", "2016-07-18", "--days", "365", "--locked", "0.05")


def city_hotel(shared_data: Path, arguments: Arguments) -> Problem:
    """Return the hotel that the tool beside the data makes of real bookings."""
    tool = shared_data.parent / "tools" / "hotel-bookings-to-problem"
    if not tool.is_file():
        pytest.skip("the tool that makes problems of real bookings is not beside this repository")
    bookings = shared_data / "hotel-bookings" / "city.csv.gz"
    command = [sys.executable, str(tool), str(bookings), "--in-house-locked", *arguments]
    document = subprocess.run(command, capture_output=True, check=True).stdout
    return load_problem(document).problem


def proved(problem: Problem, *, few_moves: bool = False) -> Outcome:
    outcome = solve(problem, limits=Limits(few_moves=few_moves))
    assert outcome.plan is not None
    assert verify(problem, outcome.plan) == []
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.bound == outcome.value == score(problem, outcome.plan).value
    return outcome


def test_a_month(shared_data: Path) -> None:
    """245 rooms, 2,349 stays, 5 % locked."""
    problem = city_hotel(shared_data, MONTH)
    assert (len(problem.rooms), len(problem.stays)) == (245, 2349)
    assert proved(problem, few_moves=True).value == Fraction("565.125")


@pytest.mark.property
@pytest.mark.parametrize(
    ("arguments", "value"),
    [(QUARTER, Fraction(1489)), (YEAR, Fraction(3882))],
    ids=["a quarter, 20 % locked", "a year, 5 % locked"],
)
def test_a_quarter_and_a_year(shared_data: Path, arguments: Arguments, value: Fraction) -> None:
    assert proved(city_hotel(shared_data, arguments)).value == value


@pytest.mark.property
@pytest.mark.parametrize("more", [("--groups", "0.3"), ("--upgrades",)], ids=["groups", "upgrades"])
@pytest.mark.parametrize("arguments", [MONTH, QUARTER], ids=["a month", "a quarter"])
def test_groups_and_upgrades_are_proved(shared_data: Path, arguments: Arguments, more: Arguments) -> None:
    """Parties in adjacent rooms, or guests who may have a further type: optimal all the same."""
    outcome = proved(city_hotel(shared_data, (*arguments, *more)))
    assert outcome.gap == 0
