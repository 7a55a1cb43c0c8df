"""What the verbs of `optimizer_core` return: plans, curves, answers about bookings, restrictions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from optimizer_core.certificate import Certificate
from optimizer_core.domain import DailyRestriction, Limit, Outcome, Plan, Problem, Reason, Shortage
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.file_writing import write_files
from optimizer_core.hotel import Hotel
from optimizer_core.objective import Score, score
from optimizer_core.picture.curve_chart import curve_svg
from optimizer_core.picture.drawing import check_suffix, draw
from optimizer_core.restrictions import Profile
from optimizer_core.restrictions import Restrictions as TypeRestrictions
from optimizer_core.run import RunResult
from optimizer_core.wire import LoadedProblem, RequestEntry, write_json
from optimizer_core.wire.request_answer import MarginalCostEntry, OfferEntry

MAKES_PLACE = "it makes room for the booking"
"""Reason of a move that a booking takes."""


@dataclass(frozen=True, slots=True)
class Move:
    """One stay that changes rooms.

    Parameters
    ----------
    stay_id
        The stay.
    from_room, to_room
        Room numbers.
    reason
        What the move is good for, in one sentence.
    """

    stay_id: str
    from_room: str
    to_room: str
    reason: str


@dataclass(frozen=True, slots=True)
class BookingAnswer:
    """Whether one more booking fits.

    Parameters
    ----------
    arrival, nights, room_type
        The booking; None for any type.
    fits
        Whether a room was found for it.
    room_number
        The room; None where it does not fit, or only split over several rooms.
    rooms
        The rooms in order of the nights: one, or several where the booking is split.
    moves
        The stays that must change rooms for it.
    marginal_cost
        Best value of the hotel with the booking less the best value without, in points; None where it does
        not fit or where the limit did not leave the time to prove it.
    is_proved
        Whether the answer is certain; without a room, whether it is proved that no room exists.
    reason
        The answer in one line: where it fits and what that takes, or what is short.
    """

    arrival: date
    nights: int
    room_type: str | None
    fits: bool
    room_number: str | None
    rooms: tuple[str, ...]
    moves: tuple[Move, ...]
    marginal_cost: Fraction | None
    is_proved: bool
    reason: str


@dataclass(frozen=True, eq=False)
class PlanResult:
    """A plan, what it changes, and what is proved about it.

    Without a plan `room_by_stay` and `moves` are empty, `score` and `value` are None, and `reason`,
    `message` and `shortages` say why.

    Parameters
    ----------
    hotel
        The hotel.
    reason
        What is known: `Reason.OPTIMAL`, `Reason.INFEASIBLE` and so on.
    limit
        What ended the search.
    message
        The result in one or two sentences.
    room_by_stay
        Room number by stay id.
    moves
        The stays that change rooms, with reasons.
    score
        What the plan costs, as terms.
    value, bound
        Gap cost, with the penalties of groups and whatever has a price, and the proved lower bound on it, in
        points.
    certificate
        Numbers that prove bounds, for `optimizer_core.proof.check`; None without them.
    shortages
        Nights and types for which rooms are missing, where the stays cannot be housed.
    warnings
        What was accepted though it looks like a mistake.
    answers
        Answers about the document's ``NewReservations``, in their order.
    run
        The result document and its parts.
    """

    hotel: Problem = field(repr=False)
    reason: Reason
    limit: Limit
    message: str
    room_by_stay: Mapping[str, str] = field(repr=False)
    moves: tuple[Move, ...] = field(repr=False)
    score: Score | None = field(repr=False)
    value: Fraction | None
    bound: Fraction | None
    certificate: Certificate | None = field(repr=False)
    shortages: tuple[Shortage, ...] = ()
    warnings: tuple[str, ...] = ()
    answers: tuple[BookingAnswer, ...] = field(default=(), repr=False)
    run: RunResult = field(kw_only=True, repr=False)
    _open_hotels: dict[str, Hotel] = field(default_factory=dict, init=False, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle through the run, from which everything else is made."""
        return plan_result, (self.run,)

    def open_hotel(self, backend: str) -> Hotel:
        """Return the hotel that follows this plan; what it works out serves later bookings.

        Parameters
        ----------
        backend
            Name of the backend.

        Raises
        ------
        InvalidInput
            If there is no plan.
        BackendUnavailable
            If no backend here solves single models.
        """
        if backend not in self._open_hotels:
            plan = required_plan(self.run.outcome)
            self._open_hotels[backend] = Hotel(self.run.loaded, plan, backend=backend)
        return self._open_hotels[backend]

    @property
    def is_proved(self) -> bool:
        """Whether it is proved that no plan is better."""
        return self.reason is Reason.OPTIMAL

    @property
    def plan(self) -> Plan | None:
        """The plan as `optimizer_core.verify` and `optimizer_core.score` take it; None without a plan."""
        return self.run.outcome.plan

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the result document as JSON, as ``bookingopt optimize --output`` does.

        Parameters
        ----------
        path
            The file; it is replaced as a whole or not at all.

        Raises
        ------
        InvalidInput
            If it cannot be written.
        """
        write_files([(os.fspath(path), write_json(self.run.result, indent=1))])

    def chart(
        self, path: str | os.PathLike[str], *, show: Literal["before", "after", "both"] = "both"
    ) -> None:
        """Draw the tape chart; without a plan, the rooms as they were.

        Parameters
        ----------
        path
            The file; its suffix, ``.svg`` or ``.png``, says which picture.
        show
            The rooms as they were, the plan, or both.

        Raises
        ------
        InvalidInput
            If the suffix is another, there is nothing to draw, or the file cannot be written.
        """
        name = os.fspath(path)
        check_suffix(name)
        write_files([(name, draw(self.run.result, name, show))])


@dataclass(frozen=True, slots=True)
class TradeOffPoint:
    """One plan of a trade-off curve.

    Parameters
    ----------
    moves
        Stays that change rooms.
    gap_cost
        Gap cost in points.
    orphan_nights
        Free nights in gaps shorter than the minimum stay.
    value
        Gap cost with the penalties of groups and priced upgrades, in points.
    bound
        Proved lower bound on the value of every plan with at most as many moves, in points.
    make_plan
        What `plan` calls.
    """

    moves: int
    gap_cost: Fraction
    orphan_nights: int
    value: Fraction
    bound: Fraction
    make_plan: Callable[[], PlanResult] = field(repr=False, compare=False)

    @property
    def is_proved(self) -> bool:
        """Whether it is proved that no plan with at most as many moves is better."""
        return self.value == self.bound

    def plan(self) -> PlanResult:
        """Return the plan of this point, as if its moves had been the budget."""
        return self.make_plan()


@dataclass(frozen=True, slots=True)
class TradeOff:
    """Moves against gap cost.

    Parameters
    ----------
    points
        The plans by moves, each of a lower value than the one before; empty if no plan was found.
    """

    points: tuple[TradeOffPoint, ...]

    def chart(self, path: str | os.PathLike[str]) -> None:
        """Draw the curve as SVG, as ``bookingopt tradeoff --format svg`` does.

        Parameters
        ----------
        path
            The file.

        Raises
        ------
        InvalidInput
            If it cannot be written.
        """
        points = [(point.moves, float(point.value), float(point.bound)) for point in self.points]
        write_files([(os.fspath(path), curve_svg(points).encode())])


@dataclass(frozen=True)
class Restrictions:
    """What should not be sold, by room type and date.

    Parameters
    ----------
    threshold
        Most points that a stay worth selling may cost.
    profile
        What the sales channel can take.
    by_type
        Restrictions by room type, with their `calendar`, and in `tally` the stays that they admit and refuse;
        None is the house, a stay that any type will do for. Empty for a hotel without stays.
    """

    threshold: Fraction
    profile: Profile
    by_type: Mapping[str | None, TypeRestrictions]

    def __post_init__(self) -> None:
        """Freeze the table."""
        object.__setattr__(self, "by_type", MappingProxyType(dict(self.by_type)))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle through a plain dictionary."""
        return type(self), (self.threshold, self.profile, dict(self.by_type))

    def on(self, day: date, room_type: str | None = None) -> DailyRestriction:
        """Return the restrictions of one date: closed to arrival or departure, minimum and maximum stay.

        Parameters
        ----------
        day
            The date.
        room_type
            The type; None for the house.

        Raises
        ------
        KeyError
            If there are no restrictions for the type.
        """
        return self.by_type[room_type].calendar.on(day)

    def admits(self, arrival: date, nights: int, room_type: str | None = None) -> bool:
        """Return whether a stay may be sold as far as the restrictions go.

        Parameters
        ----------
        arrival, nights
            The stay.
        room_type
            The type; None for the house.

        Raises
        ------
        KeyError
            If there are no restrictions for the type.
        """
        return self.by_type[room_type].calendar.admits(arrival, nights)


def required_plan(outcome: Outcome) -> Plan:
    """Return the plan of an outcome.

    Raises
    ------
    InvalidInput
        If there is no plan; says why.
    """
    if outcome.plan is None:
        why = "; ".join(map(str, outcome.shortages)) or outcome.detail or str(outcome.reason)
        raise InvalidInput([Fault(("plan",), f"the stays have no plan to begin with: {why}")])
    return outcome.plan


def plan_result(run: RunResult) -> PlanResult:
    """Return what a run found as a result for Python code."""
    loaded, outcome = run.loaded, run.outcome
    plan = outcome.plan
    return PlanResult(
        loaded.problem,
        outcome.reason,
        outcome.limit,
        run.result.message,
        MappingProxyType({} if plan is None else _rooms_of_guests(loaded, plan)),
        tuple(
            Move(loaded.stay_ids[move.reservation], move.from_room, move.to_room, move.reason)
            for move in run.result.moves
        ),
        None if plan is None else score(loaded.problem, plan),
        outcome.value,
        outcome.bound,
        outcome.certificate,
        outcome.shortages,
        tuple(run.result.warnings),
        tuple(booking_answer(loaded, entry) for entry in run.result.requests),
        run=run,
    )


def _rooms_of_guests(loaded: LoadedProblem, plan: Plan) -> dict[str, str]:
    """Return the room of each stay, without blocks."""
    return {stay_id: room for stay_id, room in plan.room_by_stay.items() if stay_id in loaded.row_by_stay}


def booking_answer(loaded: LoadedProblem, entry: RequestEntry) -> BookingAnswer:
    """Return what is known about a request as an answer for Python code.

    Parameters
    ----------
    loaded
        The hotel and its document.
    entry
        The answer as the result document has it.
    """
    offer, cost = _offered(entry)
    rooms = () if offer is None else tuple(piece.room for piece in offer.pieces)
    is_exact = cost is not None and cost.lower is not None and cost.lower == cost.upper
    return BookingAnswer(
        entry.arrival,
        entry.length,
        entry.room_type,
        entry.fits,
        rooms[0] if len(rooms) == 1 else None,
        rooms,
        tuple(
            Move(loaded.stay_ids[move.reservation], move.from_room, move.to_room, MAKES_PLACE)
            for move in (() if offer is None else offer.moves)
        ),
        Fraction(cost.lower) if is_exact and cost is not None and cost.lower is not None else None,
        entry.proved,
        entry.message,
    )


def _offered(entry: RequestEntry) -> tuple[OfferEntry | None, MarginalCostEntry | None]:
    """Return the offer that an answer makes, and what it costs."""
    for fit in entry.types:
        offer = fit.in_place or fit.with_moves
        if offer is not None:
            return offer, fit.cost
    return (None, None) if entry.split is None else (entry.split.offer, entry.split.cost)
