"""The answer to a request: where it fits, with which moves and at what cost, or why it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from optimizer_core.domain import Shortage
from optimizer_core.domain.request import Request


@dataclass(frozen=True, slots=True)
class Piece:
    """Nights ``[arrival, departure)`` of a request in one room.

    Parameters
    ----------
    stay_id
        Id of the request's stay.
    room_number, room_type
        The room and its type.
    arrival, departure
        First night, and the morning after the last.
    """

    stay_id: str
    room_number: str
    room_type: str
    arrival: date
    departure: date

    @property
    def los_nights(self) -> int:
        """Length in nights."""
        return (self.departure - self.arrival).days


@dataclass(frozen=True, slots=True)
class Move:
    """A stay that changes rooms to make room."""

    stay_id: str
    from_room: str
    to_room: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to accommodate one or several requests.

    Parameters
    ----------
    pieces
        Where the requests go, by request and date.
    moves
        The stays that move for it, by id.
    moves_bound
        Proved lower bound on the moves of any such offer; equal to their number if it is proved fewest.
    gap_change
        Gap cost of the rooms with the offer, less that of the rooms as they are, in points.
    downgrades
        Changes of room to a type of less value.
    """

    pieces: tuple[Piece, ...]
    moves: tuple[Move, ...] = ()
    moves_bound: int = 0
    gap_change: Fraction = Fraction(0)
    downgrades: int = 0

    @property
    def changes(self) -> int:
        """Changes of room within the requests."""
        return len(self.pieces) - len({piece.stay_id for piece in self.pieces})

    @property
    def is_fewest_moves(self) -> bool:
        """Whether it is proved that no offer of this kind takes fewer moves."""
        return len(self.moves) == self.moves_bound


@dataclass(frozen=True, slots=True)
class MarginalCost:
    """Best value of the hotel with the request, less the best value without, in points.

    Parameters
    ----------
    lower, upper
        Proved bounds, equal if the cost is exact; None if unknown.
    upgrades
        How many more of the other stays get a further type in the best plan.
    """

    lower: Fraction | None
    upper: Fraction | None
    upgrades: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the bounds meet."""
        return self.lower is not None and self.lower == self.upper


@dataclass(frozen=True, slots=True)
class LockRelease:
    """Locks whose release would let a request in.

    Parameters
    ----------
    lock_ids
        The locked stays that would have to move, by id.
    is_smallest
        Whether it is proved that no smaller set suffices.
    """

    lock_ids: tuple[str, ...]
    is_smallest: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request does not fit.

    Parameters
    ----------
    is_proved
        Whether it is proved that it fits into no plan; otherwise a limit ended the search.
    shortages
        Nights and types that are short.
    release
        Locks whose release would let it in; None if no such set exists or was found.
    """

    is_proved: bool
    shortages: tuple[Shortage, ...] = ()
    release: LockRelease | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether requests fit into rooms of given types, each in one room.

    Parameters
    ----------
    room_types
        The types that were allowed.
    in_place
        The offer of least gap cost that moves no stay; None if it is proved that no such offer exists.
    free_rooms
        Rooms that are free for the request as they are, with the change of gap cost in points, best first;
        empty for several requests together.
    with_moves
        The offer of fewest moves, if no offer is in place; None if no offer exists or was found.
    cost
        Cost of the request after the best re-arrangement; None if it does not fit or was not computed.
    refusal
        Why it does not fit; None if it does.
    """

    room_types: tuple[str, ...]
    in_place: Offer | None = None
    free_rooms: tuple[tuple[str, Fraction], ...] = ()
    with_moves: Offer | None = None
    cost: MarginalCost | None = None
    refusal: Refusal | None = None

    @property
    def offer(self) -> Offer | None:
        """The offer in place, else the one with moves; None if there is no offer."""
        return self.in_place or self.with_moves


@dataclass(frozen=True, slots=True)
class Split:
    """A request split over rooms.

    Parameters
    ----------
    offer
        Pieces without moves, with fewest changes of room, then fewest downgrades; otherwise the first pieces
        found with moves. None if no pieces exist or were found.
    cost
        Cost of the pieces after the best re-arrangement; None without an offer or if it was not computed.
    is_proved
        With an offer: whether it is proved that no pieces have fewer changes, even if others move. Without:
        whether it is proved that no pieces exist.
    """

    offer: Offer | None
    cost: MarginalCost | None = None
    is_proved: bool = True


@dataclass(frozen=True, slots=True)
class FitAnswer:
    """Everything that is known about one request.

    Parameters
    ----------
    request
        The request.
    fits
        Its own type first, then further types in order, as far as they were searched.
    split
        The request split over rooms; None if that was not requested or is not needed.
    """

    request: Request
    fits: tuple[Fit, ...]
    split: Split | None = None

    @property
    def best(self) -> Fit | None:
        """The first type in which the request fits, in one room; None if it fits in no type."""
        return next((fit for fit in self.fits if fit.offer is not None), None)

    @property
    def offer(self) -> Offer | None:
        """The offer to make; None if there is no offer."""
        if self.best is not None:
            return self.best.offer
        return None if self.split is None else self.split.offer

    @property
    def is_proved(self) -> bool:
        """Whether the answer is certain: an offer, or a proof that the request does not fit."""
        if self.offer is not None:
            return True
        proved = all(fit.refusal is not None and fit.refusal.is_proved for fit in self.fits)
        return proved and (self.split is None or self.split.is_proved)
