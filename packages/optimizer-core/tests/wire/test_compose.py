"""The result document says what came of a solve, and nothing that is not so."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.domain import Limit, Outcome, Plan, Policy, Reason, Shortage
from optimizer_core.objective import score
from optimizer_core.report import compare
from optimizer_core.wire import (
    LoadedProblem,
    ResultDocument,
    load_problem,
    load_result,
    to_result,
    write_json,
)

TODAY = date(2026, 4, 1)
ROOMS = {"1": "101", "2": "102", "3": "101", "4": "102"}


def load(document: dict[str, Any], policy: Policy | None = None) -> LoadedProblem:
    return load_problem(json.dumps(document).encode(), policy=policy)


def answer(loaded: LoadedProblem, rooms: dict[str, str] | None, **changes: Any) -> ResultDocument:
    """Return the result of a solve that ended with this plan and claims that it is optimal."""
    plan = None if rooms is None else Plan(rooms)
    value = None if plan is None else score(loaded.problem, plan).value
    outcome = Outcome(Reason.OPTIMAL, Limit.NONE, "cvxpy", plan, value, value, statistics={"rounds": 2})
    comparison = None if plan is None else compare(loaded.problem, plan)
    return to_result(
        loaded,
        replace(outcome, **changes),
        comparison,
        solve_seconds=0.25,
        total_seconds=0.5,
        today=TODAY,
    )


@pytest.fixture
def full(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with a free night in each room, and a stay of one night that fills one of them."""
    document["Reservations"][1] |= {"Length": 2}
    document["Reservations"][3] |= {"AssignedRoom": "102", "Arrival": "2026-05-03", "Length": 1, "Test": True}
    return document


def test_the_established_fields_have_their_kinds(full: dict[str, Any]) -> None:
    loaded = load(full)
    result = json.loads(write_json(answer(loaded, {**ROOMS, "4": "101"})))
    assert result["ProblemId"] == "two rooms"
    assert result["ProcessingDate"] == "2026-04-01"
    assert result["Succeeded"] is True
    assert result["CurrentScheduleInfeasible"] is False
    assert (result["InitialOptimizationTime"], result["TotalTime"]) == (0.25, 0.5)
    assert (result["ScheduleStart"], result["ScheduleEnd"]) == ("2026-05-01", "2026-05-06")
    assert result["Rooms"][0] == {"RoomNumber": "101", "RoomType": "A", "AdjacentRooms": ["102"]}
    assert result["OptimizedPlan"][3] == {
        "Name": "Di",
        "Id": 4,
        "IsLocked": False,
        "AssignedRoom": "101",
        "RoomType": "A",
        "Arrival": "2026-05-03",
        "Length": 1,
        "AdjacencyGroup": None,
        "TestStay": True,
        "SplitGroup": None,
        "CurrentRoom": "102",
    }
    assert [entry["AssignedRoom"] for entry in result["InitialPlan"]] == ["101", "102", "101", "102"]
    for name in ("MinStays", "MaxStays", "ClosedArrivals", "ClosedDepartures", "StaysAvoidedByCa"):
        assert result[name] == {}
    assert result["ReOptimizedPlans"] == []


def test_the_plan_has_the_order_of_the_reservations(full: dict[str, Any]) -> None:
    full["Reservations"].reverse()
    result = answer(load(full), {**ROOMS, "4": "101"})
    assert [entry.id for entry in result.optimized_plan] == [4, 3, 2, 1]


def test_figures_and_moves_tell_what_changes(full: dict[str, Any]) -> None:
    result = answer(load(full), {**ROOMS, "4": "101"})
    assert (result.orphan_nights_before, result.orphan_nights_after) == (1, 0)
    assert (result.gap_cost_before, result.gap_cost_after) == (8.0, 0.0)
    assert (result.moved_stays, result.upgraded_stays) == (1, 0)
    (move,) = result.moves
    assert (move.reservation, move.from_room, move.to_room, move.chain) == (3, "102", "101", 0)
    assert move.reason == "it fills the orphan gap of 1 night in room 101 from 2026-05-03; saves 8 points"
    assert move.closes is not None
    assert (move.closes.room, move.closes.start, move.closes.cost) == ("101", date(2026, 5, 3), 8.0)
    assert [(chain.moves, chain.gap_cost_saved) for chain in result.move_chains] == [(1, 8.0)]


def test_moves_that_belong_together_say_so(document: dict[str, Any]) -> None:
    """Bob and Ann change places: neither move is possible without the other."""
    rooms = {"1": "102", "2": "101", "3": "101"}
    document["Reservations"].pop()
    result = answer(load(document), rooms)
    assert [move.reason for move in result.moves] == [
        (
            "its departure closes the orphan gap of 1 night in room 101 from 2026-05-03; "
            "one of 2 moves that make way for each other and save 8 points"
        ),
        (
            "it fills the orphan gap of 1 night in room 101 from 2026-05-03; "
            "one of 2 moves that make way for each other and save 8 points"
        ),
    ]


def test_a_stay_that_is_made_place_for_is_named_by_its_row_not_its_guest() -> None:
    loaded = load(
        {
            "ProblemId": "swap",
            "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
            "Reservations": [
                {"Name": "Ann", "Arrival": "2026-05-01", "Length": 3, "AssignedRoom": "1"},
                {"Name": "Bob", "Arrival": "2026-05-01", "Length": 3, "AssignedRoom": "2"},
            ],
        }
    )
    result = answer(loaded, dict(zip(loaded.stay_ids, ["2", "1"], strict=True)))
    assert [move.reason for move in result.moves] == [
        "it makes way in room 1 for Reservations[1]; one of 2 moves that make way for each other",
        "it makes way in room 2 for Reservations[0]; one of 2 moves that make way for each other",
    ]


def test_terms_tell_what_they_consist_of(full: dict[str, Any]) -> None:
    result = answer(load(full), ROOMS)
    by_name = {term.name: term for term in result.score}
    assert list(by_name) == ["upgrades", "adjacency", "gaps", "moves"]
    (match,) = by_name["gaps"].matches
    assert (match.cost, match.reservations, match.rooms, match.nights) == (8.0, [0, 2], ["101"], 1)
    assert by_name["gaps"].total == result.objective_value == 8.0


def test_half_assigned_rooms_are_no_initial_plan(document: dict[str, Any]) -> None:
    result = answer(load(document), {**ROOMS, "4": "102"})
    assert result.initial_plan == []
    assert result.orphan_nights_before is None
    assert result.gap_cost_before is None
    assert result.warnings == []


def test_rooms_as_given_with_two_stays_on_one_night_are_a_warning(document: dict[str, Any]) -> None:
    document["Reservations"][3]["AssignedRoom"] = "102"
    result = answer(load(document), {**ROOMS, "4": "101"})
    assert len(result.initial_plan) == 4
    assert result.orphan_nights_before is None
    assert result.warnings == [
        (
            "the current rooms are not a valid plan: "
            "Reservations[1] (Id 2) and Reservations[3] (Id 4) share room 102"
        ),
    ]


def test_members_without_a_neighbor_are_listed_by_name_then_id_then_row(full: dict[str, Any]) -> None:
    full["Rooms"][0]["AdjacentRooms"] = []
    full["Reservations"][0] |= {"AdjacencyGroup": "g"}
    full["Reservations"][1] |= {"AdjacencyGroup": "g", "Name": None}
    full["Reservations"][3] |= {"AdjacencyGroup": "g", "Name": None, "Id": None}
    loaded = load(full)
    rooms = dict(zip(loaded.stay_ids, ["101", "102", "101", "102"], strict=True))
    assert answer(loaded, rooms).non_adjacent_assignments == {"g": ["Ann", "2", "3"]}


def test_the_policy_and_the_minimum_stays_are_handed_back(full: dict[str, Any]) -> None:
    full["MinimumStayByDay"] = {"Fri": 2}
    full["MinimumStayByDate"] = [{"Start": "2026-05-02", "End": "2026-05-03", "MinimumStay": 1}]
    result = answer(load(full, Policy(4, Fraction(1, 8), Fraction(5))), ROOMS)
    assert (result.policy.max_moves, result.policy.move_price, result.policy.upgrade_price) == (4, 0.125, 5.0)
    assert result.minimum_stay == 3
    assert result.minimum_stay_by_day is not None
    assert result.minimum_stay_by_day.fri == 2
    assert result.minimum_stay_by_date[0].minimum_stay == 1


def test_dyadic_costs_are_written_exactly(full: dict[str, Any]) -> None:
    cost = Fraction(565125, 1000) + Fraction(1, 2**21)
    result = answer(load(full), ROOMS, value=cost, bound=cost)
    assert Fraction(json.loads(write_json(result))["ObjectiveValue"]) == cost


def test_infeasible_is_told_with_nights_types_and_reservations(document: dict[str, Any]) -> None:
    shortage = Shortage(("A",), date(2026, 5, 3), date(2026, 5, 3), 1, ("2", "4"), ("3",))
    result = answer(load(document), None, reason=Reason.INFEASIBLE, shortages=(shortage,))
    assert (result.succeeded, result.current_schedule_infeasible) == (False, True)
    assert not (result.optimized_plan)
    assert not (result.moves)
    assert not (result.score)
    assert (result.objective_value, result.moved_stays, result.orphan_nights_after) == (None, None, None)
    assert result.message.splitlines() == [
        "proved: no plan can house all stays",
        (
            "short of 1 room of type 'A' on 2026-05-03; "
            "these compete: Reservations[1] (Id 2), Reservations[3] (Id 4); "
            "these are locked: Reservations[2] (Id 3)"
        ),
    ]
    (entry,) = result.shortages
    assert (entry.reservations, entry.locks, entry.rooms_short) == ([1, 3], [2], 1)


def test_a_hotel_without_stays_has_no_schedule(document: dict[str, Any]) -> None:
    document["Reservations"] = []
    result = answer(load(document), {})
    assert (result.schedule_start, result.schedule_end) == (None, None)
    assert result.succeeded


def test_a_result_is_read_back_as_it_was_written(full: dict[str, Any]) -> None:
    result = answer(load(full), {**ROOMS, "4": "101"})
    assert load_result(write_json(result)) == result
    assert load_result(write_json(result, indent=2)) == result
