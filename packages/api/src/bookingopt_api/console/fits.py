"""The answer to "does it fit?" in words, and as a chart with the moves it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bookingopt_api.console.figures import shortage_line
from bookingopt_api.console.names import name_of, with_names
from optimizer_core.picture import ChartStay, TapeChart
from optimizer_core.wire import PlanEntry, RequestEntry
from optimizer_core.wire.request_answer import FitEntry, MarginalCostEntry, OfferEntry, PieceEntry

NEW_STAY = "New stay"
NIGHTS_AROUND = 10
"""Nights shown before and after the requested stay."""

_SHOWN_FREE_ROOMS = 12


@dataclass(frozen=True, slots=True)
class FitMove:
    """A stay that has to move: its name, its nights, and the rooms."""

    name: str
    arrival: date
    departure: date
    from_room: str
    to_room: str


@dataclass(frozen=True, slots=True)
class FitView:
    """The data that the template shows.

    Parameters
    ----------
    entry
        The answer of the library.
    headline
        The answer in a few words.
    pieces
        Rooms of the stay: one piece, or several if it changes rooms.
    moves
        Stays that have to move for it.
    facts
        Costs and alternatives, one sentence each.
    reasons
        Why it does not fit, one sentence each.
    """

    entry: RequestEntry
    headline: str
    pieces: tuple[PieceEntry, ...]
    moves: tuple[FitMove, ...]
    facts: tuple[str, ...]
    reasons: tuple[str, ...]


def fit_view(entry: RequestEntry, plan: Sequence[PlanEntry]) -> FitView:
    """Return the answer to one request.

    Parameters
    ----------
    entry
        The answer.
    plan
        The plan that the request was checked against; entries have the order of the document.
    """
    fit, offer = best_offer(entry)
    moves = () if offer is None else tuple(_moves(offer, plan))
    return FitView(
        entry,
        _headline(entry, offer),
        () if offer is None else tuple(offer.pieces),
        moves,
        tuple(_facts(entry, fit, offer)),
        tuple(_reasons(entry, plan)),
    )


def best_offer(entry: RequestEntry) -> tuple[FitEntry | None, OfferEntry | None]:
    """Return the first offer among the types of a request, with its type; the split offer comes last."""
    for fit in entry.types:
        offer = fit.in_place or fit.with_moves
        if offer is not None:
            return fit, offer
    return None, None if entry.split is None else entry.split.offer


def with_offer(chart: TapeChart, entry: RequestEntry) -> TapeChart:
    """Return the chart of a plan with the changes of the best offer, around the requested nights.

    "Before" shows the rooms of the plan, "after" those with the offer; without an offer nothing changes.

    Parameters
    ----------
    chart
        The chart of the plan.
    entry
        The answer to the request.
    """
    _, offer = best_offer(entry)
    target = {move.reservation: move.to_room for move in offer.moves} if offer else {}
    stays = []
    for stay in chart.stays:
        room = stay.room_after or stay.room_before
        after = room if stay.position is None else target.get(stay.position, room)
        stays.append(replace(stay, room_before=room, room_after=after))
    stays += [_new_stay(piece) for piece in offer.pieces] if offer else []
    first = max(chart.start, entry.arrival - timedelta(NIGHTS_AROUND))
    last = min(chart.end, entry.arrival + timedelta(entry.length + NIGHTS_AROUND))
    changed = replace(chart, stays=tuple(stays))
    return changed.between(first, last) if first < last else changed


def _new_stay(piece: PieceEntry) -> ChartStay:
    departure = piece.arrival + timedelta(piece.length)
    return ChartStay(NEW_STAY, piece.arrival, departure, room_after=piece.room, is_new=True)


def _headline(entry: RequestEntry, offer: OfferEntry | None) -> str:
    if not entry.fits or offer is None:
        return (
            "It does not fit" if entry.proved else "No room found; it is not proved that the stay cannot fit"
        )
    if len(offer.pieces) > 1:
        return f"It fits with {_count(len(offer.pieces) - 1, 'change')} of room"
    where, moves = f"It fits into room {offer.pieces[0].room}", len(offer.moves)
    if not moves:
        return f"{where}, no stay moves"
    return f"{where} if {_count(moves, 'stay')} {'moves' if moves == 1 else 'move'}"


def _moves(offer: OfferEntry, plan: Sequence[PlanEntry]) -> Iterator[FitMove]:
    for move in sorted(offer.moves, key=lambda move: plan[move.reservation].arrival):
        stay = plan[move.reservation]
        departure = stay.arrival + timedelta(stay.length)
        name = name_of(plan, move.reservation)
        yield FitMove(name, stay.arrival, departure, move.from_room, move.to_room)


def _facts(entry: RequestEntry, fit: FitEntry | None, offer: OfferEntry | None) -> Iterator[str]:
    if offer is not None:
        yield f"Gap cost of the rooms as they are: {offer.gap_change:+,g} points."
        if offer.moves and offer.moves_bound == len(offer.moves):
            yield "Proved: it cannot be done with fewer moves."
    cost = fit.cost if fit else entry.split.cost if entry.split else None
    if cost is not None:
        yield from _cost(cost)
    if fit is not None and len(fit.free_rooms) > 1:
        rooms = [f"{room.room} ({room.gap_change:+,g})" for room in fit.free_rooms[:_SHOWN_FREE_ROOMS]]
        more = len(fit.free_rooms) - len(rooms)
        rest = f" and {more} more" if more > 0 else ""
        yield f"Free as it is, with the change of gap cost: {', '.join(rooms)}{rest}."


def _cost(cost: MarginalCostEntry) -> Iterator[str]:
    if cost.lower is not None and cost.lower == cost.upper:
        yield f"After the best re-arrangement of the whole hotel: {cost.lower:+,g} points."
    elif cost.lower is not None and cost.upper is not None:
        between = f"{cost.lower:+,g} to {cost.upper:+,g} points"
        yield f"After the best re-arrangement of the whole hotel: {between}."
    if cost.upgrades:
        yield f"{_count(cost.upgrades, 'other stay')} would get another type because of it."


def _reasons(entry: RequestEntry, plan: Sequence[PlanEntry]) -> Iterator[str]:
    if entry.fits:
        return
    if not any(fit.refusal for fit in entry.types):
        yield with_names(entry.message, plan)
    for fit in entry.types:
        if fit.refusal is None:
            continue
        for shortage in fit.refusal.shortages:
            yield shortage_line(shortage, plan)
        locks = fit.refusal.locks_to_release
        if locks:
            names = ", ".join(name_of(plan, position) for position in locks)
            fewest = ", and no smaller set would do" if fit.refusal.fewest_locks else ""
            yield f"It would fit if the locks of these were released: {names}{fewest}."


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
