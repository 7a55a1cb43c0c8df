"""Requests of documents, answered through the seam."""

from __future__ import annotations

import json
from typing import Any

import pytest

from optimizer_core.backends.greedy import GreedyBackend
from optimizer_core.backends.highs import HighsBackend
from optimizer_core.domain import Reason, current_plan
from optimizer_core.enquiries import milp_solver, rooms_as_they_are
from optimizer_core.errors import BackendUnavailable
from optimizer_core.plugins import Backend, BackendSpec, Capability, PluginManager, hookimpl
from optimizer_core.run import run
from optimizer_core.verification import verify
from optimizer_core.wire import ResultDocument, judge, load_problem, read_problem, write_json
from optimizer_core.wire.load import load_result


@pytest.fixture
def housed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the hotel in which every stay has a room: Ann 1-2 and Cy (locked) 4-5 in 101, Bob 1-3 in 102."""
    document["Reservations"].pop()
    document["Reservations"].append(
        {"Id": 5, "Arrival": "2026-05-05", "Length": 4, "RoomType": "A", "AssignedRoom": "102"}
    )
    return document


def answer(document: dict[str, Any]) -> ResultDocument:
    content = json.dumps(document).encode()
    result = run(content, backend="highs").result
    assert load_result(write_json(result)) == result
    assert judge(read_problem(content), result).reasons == ()
    return result


def test_without_requests_the_fields_say_nothing(housed: dict[str, Any]) -> None:
    result = answer(housed)
    assert (result.new_reservation_infeasible, result.requests, result.requests_together) == (None, [], None)


def test_requests_that_fit_in_place_are_in_the_rooms_as_given(housed: dict[str, Any]) -> None:
    housed["NewReservations"] = [
        {"Id": "n", "Name": "Eve", "Arrival": "2026-05-04", "Length": 1, "RoomType": "A"}
    ]
    result = answer(housed)
    assert (result.new_reservation_infeasible, result.new_reservations_fit_in_initial_plan) == (False, True)
    assert result.room_change_comparison["InitialPlanWithNewReservations"] == 0
    entry = result.initial_plan_with_new_reservations[-1]
    assert (entry.id, entry.name, entry.assigned_room, entry.test_stay) == ("n", "Eve", "102", True)
    assert [e.assigned_room for e in result.initial_plan_with_new_reservations[:-1]] == [
        "101",
        "102",
        "101",
        "102",
    ]
    assert result.requests[0].message.startswith("fits: room 102 of type 'A', no stay moves")


def test_requests_may_fit_alone_and_not_together(housed: dict[str, Any]) -> None:
    housed["NewReservations"] = [{"Arrival": "2026-05-03", "Length": 1, "RoomType": "A"}] * 2
    result = answer(housed)
    alone = [entry.fits for entry in result.requests]
    assert alone == [True, True]
    assert result.new_reservation_infeasible is True  # Bob and two more on one night of two rooms
    assert result.requests_together is not None
    assert result.requests_together.refusal is not None
    assert result.requests_together.refusal.shortages[0].rooms_short == 1


def test_a_split_request_has_one_entry_a_part(housed: dict[str, Any]) -> None:
    housed["NewReservations"] = [{"Id": 9, "Arrival": "2026-05-03", "Length": 2, "RoomType": "A"}]
    for entry in housed["Reservations"]:
        entry["IsLocked"] = True
    result = answer(housed)
    parts = [entry for entry in result.initial_plan_with_new_reservations if entry.id == 9]
    assert [(part.assigned_room, part.length) for part in parts] == [("101", 1), ("102", 1)]
    assert {part.split_group for part in parts} == {"NewReservations[0]"}


def test_testing_a_booking_leaves_the_rooms_as_given(housed: dict[str, Any]) -> None:
    housed["NewReservations"] = [{"Arrival": "2026-05-04", "Length": 1, "RoomType": "A"}]
    housed["TestNewBooking"] = True
    result = answer(housed)
    assert [entry.assigned_room for entry in result.optimized_plan] == ["101", "102", "101", "102"]
    assert (result.solver_status, result.moved_stays, result.requests[0].fits) == ("feasible", 0, True)


def test_the_best_plan_stands_in_where_the_rooms_as_given_are_none(document: dict[str, Any]) -> None:
    problem = load_problem(json.dumps(document).encode()).problem
    outcome = rooms_as_they_are(problem, backend="highs")
    assert verify(problem, current_plan(problem))
    assert outcome.plan is not None
    assert (outcome.reason, verify(problem, outcome.plan)) == (Reason.OPTIMAL, [])


def test_a_backend_that_solves_no_matrices_is_helped_out(document: dict[str, Any]) -> None:
    problem = load_problem(json.dumps(document).encode()).problem
    assert callable(milp_solver(problem, "highs"))
    assert callable(milp_solver(problem, "greedy"))


class Declares:
    """A plugin with backends that were declared with these capabilities."""

    def __init__(self, *capabilities: Capability, kind: type[Backend] = HighsBackend) -> None:
        self.capabilities = frozenset(Capability) - {Capability.SOLVES_MILP} | {*capabilities}
        self.kind = kind
        self.created = 0

    def create(self, _options: object) -> Backend:
        self.created += 1
        return self.kind()

    @hookimpl
    def optimizer_backends(self) -> list[BackendSpec]:
        return [BackendSpec("declared", "For a test", self.capabilities, self.create)]


def test_only_a_backend_that_declares_it_is_asked_for_single_models(document: dict[str, Any]) -> None:
    problem = load_problem(json.dumps(document).encode()).problem
    silent, able = Declares(), Declares(Capability.SOLVES_MILP)
    with pytest.raises(BackendUnavailable, match="solves single models"):
        milp_solver(problem, manager=PluginManager({"one": silent}, external=()))
    assert silent.created == 0  # its solver is not even imported
    assert callable(milp_solver(problem, manager=PluginManager({"one": able}, external=())))


def test_a_backend_that_declares_it_without_the_method_is_named(document: dict[str, Any]) -> None:
    problem = load_problem(json.dumps(document).encode()).problem
    plugin = Declares(Capability.SOLVES_MILP, kind=GreedyBackend)
    with pytest.raises(BackendUnavailable, match="'declared' declares solves_milp but has no solve_milp"):
        milp_solver(problem, manager=PluginManager({"one": plugin}, external=()))
