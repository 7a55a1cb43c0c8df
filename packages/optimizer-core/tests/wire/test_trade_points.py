"""The points of a curve in a result document: each is a plan, and each wrong figure is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.run import run_json
from optimizer_core.wire import judge, load_result, read_problem, result_of_point, write_json

EXAMPLE = (Path(__file__).resolve().parents[4] / "examples" / "ten-rooms.json").read_bytes()
PROBLEM = read_problem(EXAMPLE)
Change = Callable[[list[dict[str, Any]]], object]


@cache
def solved() -> bytes:
    """Return the result of the ten rooms, with a curve of four points."""
    return run_json(EXAMPLE, backend="highs", curve_points=15)


def _two_stays_that_change_places() -> tuple[int, int]:
    """Return two stays of the same nights and type in different rooms, which no point moves."""
    curve = load_result(solved()).trade_off
    moved = set() if curve is None else {row for point in curve.points for row in point.rooms}
    kept = [row for row in range(len(PROBLEM.reservations)) if str(row) not in moved]
    for row in kept:
        for other in kept:
            one, two = PROBLEM.reservations[row], PROBLEM.reservations[other]
            same = (one.arrival, one.length, one.room_type) == (two.arrival, two.length, two.room_type)
            if row < other and same and not (one.is_locked or two.is_locked):
                return row, other
    raise AssertionError("the hotel has no such stays")


def changed(change: Change) -> bytes:
    """Return the result with other points."""
    raw = json.loads(solved())
    change(raw["TradeOff"]["Points"])
    return json.dumps(raw).encode()


def test_a_point_says_only_what_differs_from_the_current_rooms() -> None:
    curve = load_result(solved()).trade_off
    assert curve is not None
    assert [len(point.rooms) for point in curve.points] == [0, 1, 3, 5]
    assert [point.orphan_nights for point in curve.points] == [9, 7, 5, 3]
    assert all(point.proved for point in curve.points)


def test_stays_without_a_room_are_in_every_point() -> None:
    hotel = json.loads(EXAMPLE)
    del hotel["Reservations"][0]["AssignedRoom"]
    curve = load_result(run_json(json.dumps(hotel).encode(), backend="highs", curve_points=3)).trade_off
    assert curve is not None
    assert all("0" in point.rooms for point in curve.points)


@pytest.mark.parametrize("index", range(4))
def test_the_result_of_a_point_is_a_right_answer_under_that_budget(index: int) -> None:
    result = load_result(solved())
    point = result_of_point(PROBLEM, result, index)
    assert judge(PROBLEM, load_result(write_json(point))).reasons == ()
    moves = (0, 1, 3, 5)[index]
    assert (point.moved_stays, len(point.moves), point.policy.max_moves) == (moves, moves, moves)
    assert (point.orphan_nights_before, point.gap_cost_before) == (9, 38.75)
    assert (point.solver_status, point.gap) == ("optimal", 0.0)
    assert (point.trade_off, point.certificate) == (None, None)
    assert point.processing_date == result.processing_date


def test_a_point_that_is_not_proved_says_how_far_it_may_be_from_the_best() -> None:
    loosened = load_result(changed(lambda points: points[1].update(Bound=30.0, Proved=False)))
    assert judge(PROBLEM, loosened).reasons == ()
    point = result_of_point(PROBLEM, loosened, 1)
    assert judge(PROBLEM, point).reasons == ()
    assert (point.solver_status, point.limit, point.bound) == ("feasible", "method", 30.0)
    assert point.gap == pytest.approx(0.025)


@pytest.mark.parametrize("index", [-1, 4])
def test_a_point_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(IndexError, match="the curve has 4"):
        result_of_point(PROBLEM, load_result(solved()), index)


def test_without_a_curve_there_is_no_point() -> None:
    result = load_result(solved()).model_copy(update={"trade_off": None})
    assert judge(PROBLEM, result).reasons == ()
    with pytest.raises(IndexError):
        result_of_point(PROBLEM, result, 0)


def everybody_in_one_room(points: list[dict[str, Any]]) -> None:
    points[1]["Rooms"] = {str(row): "101" for row in range(43)}


@pytest.mark.parametrize(
    "change", [everybody_in_one_room, lambda points: points[1]["Rooms"].update({"43": "101"})]
)
def test_a_point_that_is_no_plan_is_never_shown(change: Change) -> None:
    with pytest.raises(InvalidDocument, match=r"TradeOff\.Points\[1\]\.Rooms"):
        result_of_point(PROBLEM, load_result(changed(change)), 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (everybody_in_one_room, r"Points\[1\]: broken: "),
        (lambda points: points[1]["Rooms"].update({"43": "101"}), "names a row"),
        (lambda points: points[1].update(Moves=2), "Moves is stated as 2 but is 1"),
        (lambda points: points[1].update(GapCost=1.0), "GapCost is stated as 1.0"),
        (lambda points: points[1].update(OrphanNights=0), "OrphanNights is stated as 0 but is 7"),
        (lambda points: points[1].update(Value=31.0), "Value is stated as 31.0"),
        (lambda points: points[1].update(Bound=31.0, Proved=False), "Bound 31.0 is above Value"),
        (lambda points: points[1].update(Proved=False), "Proved False does not follow"),
        (lambda points: points.reverse(), r"Points\[1\] needs more moves"),
        (lambda points: points[3].update(Rooms=points[2]["Rooms"]), "is stated as"),
    ],
)
def test_what_is_wrong_with_a_point_is_found(change: Change, reason: str) -> None:
    judgement = judge(PROBLEM, load_result(changed(change)))
    assert any(re.search(reason, line) for line in judgement.reasons), judgement.reasons
    assert judgement.claims == ()


def test_a_bound_that_the_plan_itself_contradicts_is_found() -> None:
    """The plan moves three stays, as the third point; a dearer plan of three moves is no better."""
    result = load_result(solved())
    plan = json.loads(write_json(result_of_point(PROBLEM, result, 2)))
    dearer = json.loads(solved())["TradeOff"]["Points"][1]
    first, second = (str(row) for row in _two_stays_that_change_places())
    dearer["Rooms"] |= {first: PROBLEM.reservations[int(second)].assigned_room}
    dearer["Rooms"] |= {second: PROBLEM.reservations[int(first)].assigned_room}
    plan["TradeOff"] = {"PointsAsked": 2, "Points": [dearer | {"Moves": 3}]}
    (reason,) = judge(PROBLEM, load_result(json.dumps(plan).encode())).reasons
    assert reason.endswith("Bound 30.75 is above the value of OptimizedPlan, which needs no more moves")


def test_the_claim_names_what_the_bounds_rest_on() -> None:
    claims = [str(claim) for claim in judge(PROBLEM, load_result(solved())).claims]
    assert "TradeOff bounds of 4 points: not proved: only the solver claims it" in claims
