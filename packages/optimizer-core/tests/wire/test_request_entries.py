from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.acceptance.fit_answer import (
    Fit,
    FitAnswer,
    LockRelease,
    MarginalCost,
    Move,
    Offer,
    Piece,
    Refusal,
    Split,
)
from optimizer_core.wire import LoadedProblem, load_problem
from optimizer_core.wire.request_entries import (
    entries_with_requests,
    fit_entry,
    request_entry,
    together_fields,
)

FIRST = date(2026, 5, 3)
ROOMS = {"1": "101", "2": "102", "3": "101", "4": "102"}


@pytest.fixture
def loaded(document: dict[str, Any]) -> LoadedProblem:
    """Return the hotel with one request for two nights."""
    document["NewReservations"] = [{"Id": "n", "Arrival": "2026-05-03", "Length": 2, "RoomType": "A"}]
    return load_problem(json.dumps(document).encode())


def offer_of(loaded: LoadedProblem, *rooms: str) -> Offer:
    stay_id = loaded.requests[0].stay.stay_id
    length = 2 // len(rooms)
    pieces = [
        Piece(stay_id, room, "A", FIRST + timedelta(n * length), FIRST + timedelta((n + 1) * length))
        for n, room in enumerate(rooms)
    ]
    return Offer(tuple(pieces), (Move("2", "102", "101"),), 1, Fraction(3, 2))


def test_an_answer_names_rows_and_no_ids_of_ours(loaded: LoadedProblem) -> None:
    fit = Fit(("A",), with_moves=offer_of(loaded, "102"), cost=MarginalCost(Fraction(1), None, 1))
    entry = request_entry(loaded, FitAnswer(loaded.requests[0], (fit,)), "words", 0)
    assert (entry.request, entry.id, entry.fits, entry.message) == (0, "n", True, "words")
    told = entry.types[0]
    assert told.with_moves is not None
    assert (told.with_moves.pieces[0].request, told.with_moves.moves[0].reservation) == (0, 1)
    assert told.with_moves.gap_change == 1.5
    assert told.cost is not None
    assert (told.cost.lower, told.cost.upper, told.cost.upgrades) == (1.0, None, 1)


def test_a_refusal_names_the_locks(loaded: LoadedProblem) -> None:
    refusal = Refusal(is_proved=True, release=LockRelease(("3",), is_smallest=True))
    entry = fit_entry(loaded, Fit(("A",), refusal=refusal), {})
    assert entry.refusal is not None
    assert (entry.refusal.locks_to_release, entry.refusal.fewest_locks) == ([2], True)


def test_the_plan_of_an_offer_has_every_reservation_and_each_part(loaded: LoadedProblem) -> None:
    entries = entries_with_requests(loaded, offer_of(loaded, "101", "102"), ROOMS)
    assert [entry.assigned_room for entry in entries] == ["101", "101", "101", "102", "101", "102"]
    assert [entry.test_stay for entry in entries] == [False] * 4 + [True] * 2
    assert {entry.split_group for entry in entries[4:]} == {"NewReservations[0]"}


def test_a_split_stands_in_for_a_request_that_fits_into_no_room(loaded: LoadedProblem) -> None:
    refused = Fit(("A",), refusal=Refusal(is_proved=True))
    answer = FitAnswer(loaded.requests[0], (refused,), Split(offer_of(loaded, "101", "102")))
    fields = together_fields(loaded, refused, [answer], ROOMS, 7)
    assert fields["new_reservation_infeasible"] is False
    assert fields["room_change_comparison"] == {"InitialPlanWithNewReservations": 1, "OptimizedPlan": 7}


def test_what_is_not_proved_is_left_open(loaded: LoadedProblem) -> None:
    open_ = Fit(("A",), refusal=Refusal(is_proved=False))
    fields = together_fields(loaded, open_, [FitAnswer(loaded.requests[0], (open_,))], ROOMS, None)
    assert fields["new_reservation_infeasible"] is None
    assert fields["initial_plan_with_new_reservations"] == []
