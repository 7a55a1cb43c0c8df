"""Answers about requests as entries of the result document."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer_core.wire.kinds import Date, Identity, Nights
from optimizer_core.wire.model import Document
from optimizer_core.wire.shortages import ShortageEntry

Points = Annotated[float, Field(allow_inf_nan=False)]
"""Points of gap cost; dyadic and therefore written exactly."""


class PieceEntry(Document):
    """Nights of a request in one room.

    Parameters
    ----------
    request
        Position in the document's ``NewReservations``; None for a single request.
    room, room_type
        Room number and type.
    arrival, length
        First night and nights.
    """

    request: int | None = None
    room: str
    room_type: str
    arrival: Date
    length: Nights


class MadeMoveEntry(Document):
    """A stay that moves for a request: position in ``Reservations``, from and to."""

    reservation: int
    from_room: str
    to_room: str


class OfferEntry(Document):
    """One way to accommodate requests.

    Parameters
    ----------
    pieces
        Where the requests go.
    moves, moves_bound
        The stays that move, and the proved least number of them.
    gap_change
        Points of gap cost that it adds to the current rooms.
    room_changes, downgrades
        Changes of room within the requests, and those to a type of less value.
    """

    pieces: list[PieceEntry]
    moves: list[MadeMoveEntry] = []
    moves_bound: int = 0
    gap_change: Points = 0.0
    room_changes: int = 0
    downgrades: int = 0


class FreeRoomEntry(Document):
    """A room that is free for a request, and the change of gap cost if the request takes it."""

    room: str
    gap_change: Points


class MarginalCostEntry(Document):
    """Best value of the hotel with a request less the best without: proved bounds, equal where exact.

    `upgrades` counts the other stays that get a further type because of the request.
    """

    lower: Points | None = None
    upper: Points | None = None
    upgrades: int = 0


class RefusalEntry(Document):
    """Why a request does not fit.

    Parameters
    ----------
    proved
        Whether it is proved.
    shortages
        What is short.
    locks_to_release
        Positions in ``Reservations`` of locks whose release would let it in; None if no such set exists or
        was found.
    fewest_locks
        Whether it is proved that no smaller set suffices.
    """

    proved: bool
    shortages: list[ShortageEntry] = []
    locks_to_release: list[int] | None = None
    fewest_locks: bool = False


class FitEntry(Document):
    """Whether requests fit into rooms of some types, each in one room.

    Parameters
    ----------
    room_types
        The types.
    in_place, with_moves
        The offer without moves, else the offer of fewest moves.
    free_rooms
        Every room that is free without moves, best first.
    cost
        Marginal cost after the best re-arrangement.
    refusal
        Why it does not fit.
    """

    room_types: list[str]
    in_place: OfferEntry | None = None
    with_moves: OfferEntry | None = None
    free_rooms: list[FreeRoomEntry] = []
    cost: MarginalCostEntry | None = None
    refusal: RefusalEntry | None = None


class SplitEntry(Document):
    """A request split over rooms; `proved` is whether no other way has fewer changes."""

    offer: OfferEntry | None = None
    cost: MarginalCostEntry | None = None
    proved: bool = True


class RequestEntry(Document):
    """The answer to one request.

    Parameters
    ----------
    request
        Position in the document's ``NewReservations``; None for a single request.
    id, arrival, length, room_type
        As in the request.
    fits, proved
        Whether it fits, and whether that is certain.
    message
        The answer in one line.
    types
        The answers for its own type, then for further types in order.
    split
        The request split over rooms, where it fits into no single one.
    faults
        What is wrong with the request, which is then not answered; the other requests are.
    """

    request: int | None = None
    id: Identity = None
    arrival: Date
    length: Nights
    room_type: str | None = None
    fits: bool
    proved: bool
    message: str
    types: list[FitEntry] = []
    split: SplitEntry | None = None
    faults: list[str] = []


class EnquiryAnswer(Document):
    """The answer to an enquiry: one entry for each request, in their order.

    Parameters
    ----------
    problem_id
        Label of the problem.
    requests
        The answer to each request alone. ``Reservation`` of a move is the position in the problem document's
        ``Reservations``.
    """

    problem_id: str
    requests: list[RequestEntry]
