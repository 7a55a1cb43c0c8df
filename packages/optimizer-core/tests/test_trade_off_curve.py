"""Moves against gap cost: the points of a curve, and what a result says of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer_core import trade_off_curve as module
from optimizer_core.domain import Limit, Limits, Policy, Progress
from optimizer_core.run import DRAWING, RunResult, run
from optimizer_core.solving import solve
from optimizer_core.trade_off_curve import MOST_POINTS, NO_TIME_FOR_CURVE, trade_off, trade_off_fields
from optimizer_core.verification import verify
from optimizer_core.wire import LoadedProblem, ResultDocument, TradeOffEntry, load_problem

TEN_ROOMS = (Path(__file__).resolve().parents[3] / "examples" / "ten-rooms.json").read_bytes()
CORNERS = [(0, 38.75), (1, 30.75), (3, 22.75), (5, 15.75)]


@pytest.fixture(scope="module")
def loaded() -> LoadedProblem:
    """Return the ten rooms."""
    return load_problem(TEN_ROOMS)


@pytest.fixture(scope="module")
def planned() -> RunResult:
    """Return their plan."""
    return run(TEN_ROOMS, backend="highs", restrictions=False)


def curve_of(loaded: LoadedProblem, planned: RunResult, points: int = 15) -> TradeOffEntry:
    fields = trade_off_fields(loaded, planned.result, planned.outcome, points=points, backend="highs")
    entry = fields["trade_off"]
    assert isinstance(entry, TradeOffEntry)
    return entry


def test_each_point_is_a_plan_that_costs_what_it_says(loaded: LoadedProblem) -> None:
    points = trade_off(loaded.problem, backend="highs")
    assert [(point.moves, float(point.value)) for point in points] == CORNERS
    assert all(verify(loaded.problem, point.plan) == [] for point in points)
    assert all(point.bound <= point.value for point in points)


def test_budget_and_price_of_the_policy_are_not_looked_at(loaded: LoadedProblem) -> None:
    limited = loaded.problem.replace(policy=Policy(max_moves=1, move_price=Fraction(3)))
    assert [(point.moves, float(point.value)) for point in trade_off(limited, backend="highs")] == CORNERS


@pytest.mark.parametrize("points", [1, MOST_POINTS + 1])
def test_an_absurd_number_of_points_is_refused(loaded: LoadedProblem, points: int) -> None:
    with pytest.raises(ValueError, match=f"a curve has 2 to {MOST_POINTS}"):
        trade_off(loaded.problem, points=points)
    with pytest.raises(ValueError, match=f"a curve has 2 to {MOST_POINTS}"):
        run(TEN_ROOMS, curve_points=points)


def test_the_plan_that_is_known_is_not_looked_for_again(
    loaded: LoadedProblem, planned: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer_core.planning.curve.find_plan", None)
    curve = curve_of(loaded, planned)
    assert [(point.moves, point.value) for point in curve.points] == CORNERS
    assert (curve.points_asked, curve.points_not_reached) == (15, 0)


@pytest.mark.parametrize("policy", [Policy(max_moves=1), Policy(move_price=Fraction(9))])
def test_a_plan_made_for_fewer_moves_is_not_the_end_of_the_curve(
    loaded: LoadedProblem, planned: RunResult, policy: Policy
) -> None:
    limited = replace(loaded, problem=loaded.problem.replace(policy=policy))
    outcome = solve(limited.problem, backend="highs")
    curve = curve_of(limited, replace(planned, outcome=outcome))
    assert [(point.moves, point.value) for point in curve.points] == CORNERS


def test_a_plan_without_a_proof_is_not_the_end_of_the_curve(
    loaded: LoadedProblem, planned: RunResult
) -> None:
    outcome = solve(loaded.problem, backend="greedy")
    assert outcome.limit is Limit.METHOD
    assert curve_of(loaded, replace(planned, outcome=outcome)).points[-1].value == CORNERS[-1][1]


def test_more_upgrades_than_are_proved_leave_the_value_without_a_bound(
    loaded: LoadedProblem, planned: RunResult
) -> None:
    """The bound of the solve holds for plans with fewer upgrades, so no point is proved by it."""
    outcome = replace(planned.outcome, upgrades=(2, 1), bound=Fraction(15))
    assert len(curve_of(loaded, replace(planned, outcome=outcome)).points) == len(CORNERS)


def test_points_that_are_asked_for_are_a_limit(loaded: LoadedProblem, planned: RunResult) -> None:
    curve = curve_of(loaded, planned, points=2)
    assert [point.moves for point in curve.points] == [0, 5]
    assert (curve.points_asked, curve.points_not_reached) == (2, 0)


def test_a_large_hotel_gets_fewer_points_and_is_warned(
    loaded: LoadedProblem, planned: RunResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROOMS", 3 * len(loaded.problem.stays))
    fields = trade_off_fields(loaded, planned.result, planned.outcome, points=15, backend="highs")
    entry, warnings = fields["trade_off"], fields["warnings"]
    assert isinstance(entry, TradeOffEntry)
    assert (entry.points_asked, len(entry.points)) == (3, 3)
    assert warnings == ["the trade-off curve has at most 3 points, not 15: the hotel has many stays"]


def test_without_time_there_is_a_warning_and_no_curve(loaded: LoadedProblem, planned: RunResult) -> None:
    fields = trade_off_fields(loaded, planned.result, planned.outcome, points=15, limits=Limits(0.0))
    assert fields == {"warnings": [NO_TIME_FOR_CURVE]}


def test_points_that_the_time_did_not_allow_are_counted(loaded: LoadedProblem, planned: RunResult) -> None:
    """The search is stopped when it has both ends of the curve and asks for the next point."""
    is_over = False

    def report(progress: Progress) -> None:
        nonlocal is_over
        is_over = progress.stage == "trade-off"

    limits = Limits(None, lambda: is_over, report)
    fields = trade_off_fields(
        loaded, planned.result, planned.outcome, points=9, backend="highs", limits=limits
    )
    entry = fields["trade_off"]
    assert isinstance(entry, TradeOffEntry)
    assert entry.points[0].moves == 0
    assert entry.points[-1].moves == 5
    assert entry.points_not_reached == 9 - len(entry.points)


def test_a_run_draws_the_curve_last_and_its_progress_never_falls() -> None:
    reported: list[tuple[str, int]] = []
    drafts: list[ResultDocument | None] = []
    limits = Limits(report=lambda progress: reported.append((progress.stage, progress.percent)))
    answer = run(
        TEN_ROOMS,
        backend="highs",
        limits=limits,
        curve_points=15,
        incumbent=lambda draft: drafts.append(draft()),
    )
    assert answer.result.trade_off is not None
    assert [(point.moves, point.value) for point in answer.result.trade_off.points] == CORNERS
    assert [percent for _, percent in reported] == sorted(percent for _, percent in reported)
    assert reported[-1][0] == DRAWING
    assert min(percent for stage, percent in reported if stage == DRAWING) >= 50
    last = drafts[-1]
    assert last is not None
    assert last.trade_off is None
    assert last.restriction_calendars
    assert last.warnings == [NO_TIME_FOR_CURVE]
