"""Answers to requests as entries of the result document."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer_core.acceptance.fit_answer import Fit, FitAnswer, MarginalCost, Offer, Refusal, Split
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.entries import rows_of
from optimizer_core.wire.kinds import number
from optimizer_core.wire.problem import Reservation
from optimizer_core.wire.request_answer import (
    FitEntry,
    FreeRoomEntry,
    MadeMoveEntry,
    MarginalCostEntry,
    OfferEntry,
    PieceEntry,
    RefusalEntry,
    RequestEntry,
    SplitEntry,
)
from optimizer_core.wire.result import PlanEntry
from optimizer_core.wire.shortages import shortage_entries


def request_entry(
    loaded: LoadedProblem, answer: FitAnswer, message: str, row: int | None = None
) -> RequestEntry:
    """Return the answer to one request.

    Parameters
    ----------
    loaded
        The hotel and its document.
    answer
        The answer to the request.
    message
        The answer in one line.
    row
        Position in ``NewReservations``; None for a single request.
    """
    stay = answer.request.stay
    rows = {stay.stay_id: row}
    return RequestEntry(
        request=row,
        id=None if row is None else (loaded.document.new_reservations or [])[row].id,
        arrival=stay.arrival,
        length=stay.los_nights,
        room_type=stay.room_type,
        fits=answer.offer is not None,
        proved=answer.is_proved,
        message=message,
        types=[fit_entry(loaded, fit, rows) for fit in answer.fits],
        split=None if answer.split is None else _split(loaded, answer.split, rows),
    )


def wrong_request_entry(loaded: LoadedProblem, row: int) -> RequestEntry:
    """Return the entry of a request with faults, which has no answer."""
    entry = (loaded.document.new_reservations or [])[row]
    faults = [str(fault) for fault in loaded.wrong_requests if fault.place[1] == row]
    return RequestEntry(
        request=row,
        id=entry.id,
        arrival=entry.arrival,
        length=entry.length,
        room_type=entry.room_type,
        fits=False,
        proved=False,
        message=f"not answered: {faults[0]}",
        faults=faults,
    )


def fit_entry(loaded: LoadedProblem, fit: Fit, rows: dict[str, int | None]) -> FitEntry:
    """Return the entry of requests in rooms of some types.

    Parameters
    ----------
    loaded
        The hotel and its document.
    fit
        The answer.
    rows
        Position in ``NewReservations`` by id of the request's stay.
    """
    return FitEntry(
        room_types=list(fit.room_types),
        in_place=None if fit.in_place is None else _offer(loaded, fit.in_place, rows),
        with_moves=None if fit.with_moves is None else _offer(loaded, fit.with_moves, rows),
        free_rooms=[FreeRoomEntry(room=room, gap_change=float(cost)) for room, cost in fit.free_rooms],
        cost=_cost(fit.cost),
        refusal=None if fit.refusal is None else _refusal(loaded, fit.refusal),
    )


def entries_with_requests(loaded: LoadedProblem, offer: Offer, rooms: dict[str, str]) -> list[PlanEntry]:
    """Return the plan of an offer: every reservation, then each request, a split one in parts.

    Parameters
    ----------
    loaded
        The hotel and its document.
    offer
        An offer for all requests of the document together.
    rooms
        Current room number by stay id, without the offer.
    """
    moved = rooms | {move.stay_id: move.to_room for move in offer.moves}
    entries = [
        _plan_entry(
            entry, _room(loaded, stay_id, entry, moved), entry.arrival, entry.length, is_test=bool(entry.test)
        )
        for stay_id, entry in zip(loaded.stay_ids, loaded.document.reservations, strict=True)
    ]
    requests = loaded.document.new_reservations or []
    rows = {request.stay.stay_id: row for row, request in loaded.requests.items()}
    for piece in sorted(offer.pieces, key=lambda piece: (rows[piece.stay_id], piece.arrival)):
        row = rows[piece.stay_id]
        is_split = sum(other.stay_id == piece.stay_id for other in offer.pieces) > 1
        entry = _plan_entry(requests[row], piece.room_number, piece.arrival, piece.los_nights, is_test=True)
        label = entry.split_group if entry.split_group not in {None, ""} else f"NewReservations[{row}]"
        entries.append(entry.model_copy(update={"split_group": label}) if is_split else entry)
    return entries


def _room(loaded: LoadedProblem, stay_id: str, entry: Reservation, rooms: dict[str, str]) -> str | None:
    """Return the room of a stay; one outside the schedule keeps the room of the document."""
    return rooms.get(stay_id) if stay_id in loaded.problem.stay_index else entry.assigned_room


def _plan_entry(
    entry: Reservation, room: str | None, arrival: object, nights: int, *, is_test: bool
) -> PlanEntry:
    return PlanEntry.model_validate(
        {
            "Name": entry.name,
            "Id": entry.id,
            "IsLocked": bool(entry.is_locked),
            "AssignedRoom": room,
            "RoomType": entry.room_type,
            "Arrival": arrival,
            "Length": nights,
            "AdjacencyGroup": entry.adjacency_group,
            "TestStay": is_test,
            "SplitGroup": entry.split_group,
            "CurrentRoom": entry.assigned_room,
        }
    )


def _offer(loaded: LoadedProblem, offer: Offer, rows: dict[str, int | None]) -> OfferEntry:
    return OfferEntry(
        pieces=[
            PieceEntry(
                request=rows.get(piece.stay_id),
                room=piece.room_number,
                room_type=piece.room_type,
                arrival=piece.arrival,
                length=piece.los_nights,
            )
            for piece in offer.pieces
        ],
        moves=[
            MadeMoveEntry(
                reservation=loaded.row_by_stay[move.stay_id], from_room=move.from_room, to_room=move.to_room
            )
            for move in offer.moves
        ],
        moves_bound=offer.moves_bound,
        gap_change=float(offer.gap_change),
        room_changes=offer.changes,
        downgrades=offer.downgrades,
    )


def _cost(cost: MarginalCost | None) -> MarginalCostEntry | None:
    if cost is None:
        return None
    return MarginalCostEntry(lower=number(cost.lower), upper=number(cost.upper), upgrades=cost.upgrades)


def _split(loaded: LoadedProblem, split: Split, rows: dict[str, int | None]) -> SplitEntry:
    offer = None if split.offer is None else _offer(loaded, split.offer, rows)
    return SplitEntry(offer=offer, cost=_cost(split.cost), proved=split.is_proved)


def _refusal(loaded: LoadedProblem, refusal: Refusal) -> RefusalEntry:
    release = refusal.release
    return RefusalEntry(
        proved=refusal.is_proved,
        shortages=shortage_entries(loaded, refusal.shortages),
        locks_to_release=None if release is None else rows_of(loaded, release.lock_ids),
        fewest_locks=release is not None and release.is_smallest,
    )


def together_fields(
    loaded: LoadedProblem,
    fit: Fit,
    answers: Sequence[FitAnswer],
    rooms: dict[str, str],
    optimized_moves: int | None,
) -> dict[str, object]:
    """Return the fields of the established format about requests.

    Parameters
    ----------
    loaded
        The hotel and its document.
    fit
        All requests together, each in one room.
    answers
        Each request alone.
    rooms
        Current room number by stay id.
    optimized_moves
        Stays that the best plan moves; None without one.
    """
    offer = fit.offer
    if offer is None and len(answers) == 1 and answers[0].split is not None:
        offer = answers[0].split.offer
    is_refused = (
        fit.refusal is not None and fit.refusal.is_proved and all(answer.is_proved for answer in answers)
    )
    moves: dict[str, int] = {}
    if offer is not None:
        moves["InitialPlanWithNewReservations"] = len(offer.moves)
        if optimized_moves is not None:
            moves["OptimizedPlan"] = optimized_moves
    return {
        "new_reservation_infeasible": False if offer is not None else True if is_refused else None,
        "new_reservations_fit_in_initial_plan": fit.in_place is not None,
        "initial_plan_with_new_reservations": []
        if offer is None
        else entries_with_requests(loaded, offer, rooms),
        "room_change_comparison": moves,
    }
