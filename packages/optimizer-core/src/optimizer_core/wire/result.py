"""The result document, which a hotel receives.

The fields of the established format come first and keep their types. Those about restrictions and requests
are empty unless requested. Fields of BookingOpt follow; the two sets do not overlap.
"""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from optimizer_core.wire.acceptance import AcceptanceEntry
from optimizer_core.wire.certificate_entry import CertificateEntry
from optimizer_core.wire.kinds import Date, Identity, Nights, Number
from optimizer_core.wire.model import Document
from optimizer_core.wire.problem import (
    MinimumStayByWeekday,
    MinimumStayPeriodEntry,
    RoomBlockEntry,
    RoomEntry,
)
from optimizer_core.wire.request_answer import FitEntry, RequestEntry
from optimizer_core.wire.restriction_entries import CalendarEntry
from optimizer_core.wire.shortages import ShortageEntry
from optimizer_core.wire.trade_off_entry import TradeOffEntry


class PlanEntry(Document):
    """One stay in a plan; entries have the order of the document's ``Reservations``.

    Parameters
    ----------
    name, id, is_locked, room_type, arrival, length, adjacency_group, split_group
        As in the reservation; `room_type` is the booked one.
    assigned_room
        Room of this plan; its type is in ``Rooms``.
    test_stay
        Whether the reservation is a test, not a booking.
    current_room
        Room of the reservation in the problem; None without one. A field of BookingOpt.
    """

    name: str | None = None
    id: Identity = None
    is_locked: bool = False
    assigned_room: str | None = None
    room_type: str | None = None
    arrival: Date
    length: Nights
    adjacency_group: str | None = None
    test_stay: bool = False
    split_group: Identity = None
    current_room: str | None = None


class AvoidedStay(Document):
    """A stay that a restriction refuses."""

    arrival: Date
    length: Nights


class DaysWithMinimumStay(Document):
    """Number of days with some minimum stay, for the current rooms and for the plan."""

    initial: int
    optimized: int


class ReOptimizedPlan(Document):
    """The plan that makes a stay of `test_length` nights from `day` possible."""

    day: Date
    test_length: Nights
    optimized_plan: list[PlanEntry] = []


class GapEntry(Document):
    """Free nights of one room between two stays.

    Parameters
    ----------
    room
        Room number.
    start
        First free night.
    nights
        Number of free nights.
    minimum_stay
        Minimum stay of the first night.
    cost
        Gap cost in points.
    """

    room: str
    start: Date
    nights: Nights
    minimum_stay: Nights
    cost: Number


class MoveEntry(Document):
    """One stay that changes rooms.

    Parameters
    ----------
    reservation
        Position in the document's ``Reservations``, from 0.
    name, id
        As in the reservation.
    from_room, to_room
        Room numbers.
    arrival, length
        First night and nights.
    closes
        The gap of the current rooms that this move closes; None if it only makes room for others.
    chain
        Number of the chain in ``MoveChains`` that it belongs to, from 0.
    reason
        Why, in one sentence.
    """

    reservation: int
    name: str | None = None
    id: Identity = None
    from_room: str
    to_room: str
    arrival: Date
    length: Nights
    closes: GapEntry | None = None
    chain: int
    reason: str


class LockPriceEntry(Document):
    """What one lock costs: points that the best plan would save without it.

    Parameters
    ----------
    reservation
        Position in the document's ``Reservations``, from 0.
    name, id, room, arrival, length
        As in the reservation.
    at_least, at_most
        Points between which the price lies; None for ``at_most`` if nothing is proved.
    price
        The price in points if known exactly; None otherwise.
    upgrades_avoided
        Upgrades that the best plan without the lock avoids.
    """

    reservation: int
    name: str | None = None
    id: Identity = None
    room: str
    arrival: Date
    length: Nights
    at_least: Number
    at_most: Number | None = None
    price: Number | None = None
    upgrades_avoided: int = 0


class MoveChainEntry(Document):
    """Moves that make room for each other; they can be left out together.

    Parameters
    ----------
    moves
        Number of moves.
    gap_cost_saved
        Additional points of gap cost of the plan without them; None if the current rooms were not a valid
        plan.
    orphan_nights_closed
        Additional orphan nights of the plan without them; None likewise.
    """

    moves: int
    gap_cost_saved: Number | None = None
    orphan_nights_closed: int | None = None


class MatchEntry(Document):
    """One item of the cost of the plan.

    Parameters
    ----------
    cost
        Points, or a count for terms that count.
    reservations
        Positions in the document's ``Reservations``.
    rooms
        Room numbers.
    start, nights
        First night and number of nights.
    why
        Reason in plain words.
    """

    cost: Number
    reservations: list[int] = []
    rooms: list[str] = []
    start: Date | None = None
    nights: Nights = 0
    why: str = ""


class TermEntry(Document):
    """A named part of the objective; the matches of ``moves`` are in ``Moves``."""

    name: str
    total: Number
    matches: list[MatchEntry] = []


class PolicyEntry(Document):
    """Prices and budgets that the plan was made with; prices in points of gap cost."""

    max_moves: int | None = None
    move_price: Number | None = None
    upgrade_price: Number | None = None


class ResultDocument(Document):
    """The answer to a problem document.

    Parameters
    ----------
    problem_id
        As in the problem.
    processing_date
        Day of the answer.
    succeeded
        Whether there is a plan.
    message
        The outcome in plain words, and the reason if there is no plan.
    initial_optimization_time, total_time
        Seconds of solving, and of everything.
    schedule_start, schedule_end
        First night of the schedule and the morning after its last; None without stays and without a
        schedule in the document.
    rooms, room_blocks
        The rooms and the nights on which they cannot be used, in the order of the problem.
    optimized_plan, initial_plan
        The plan, and the current rooms if every stay had one.
    min_stays, max_stays, closed_arrivals, closed_departures, initial_min_stays, quality_comparison, \
stays_avoided_by_ca, stays_avoided_by_cd, stays_avoided_by_max, re_optimized_plans
        Restrictions and their effects.
    non_adjacent_assignments
        Members by group that have no other member next door, by ``Name``, else ``Id``, else position.
    new_reservation_infeasible, new_reservations_fit_in_initial_plan, \
initial_plan_with_new_reservations, room_change_comparison
        Answers about requests.
    current_schedule_infeasible
        Whether it is proved that no plan exists for the reservations.
    solver_name, solver_status, limit
        Backend, reason (``optimal``, ``feasible``, ``infeasible``, ``no_plan_found``, ``cancelled``,
        ``error``) and the limit that ended the solve (``none``, ``time``, ``cancel``, ``method``).
    objective_value, bound, gap
        Points of the plan, proved lower bound, and (value - bound) / bound: 0 when proved, None if the bound
        is 0 or holds for plans with fewer upgrades.
    moved_stays, moves_bound
        Stays that change rooms, and the proved least number among plans of this value.
    upgraded_stays, upgrades_bound
        Stays outside their own type, and the proved least number.
    certificate
        Numbers that prove bounds, for ``bookingopt verify``; None if not available.
    certified_bound, certified_moves_bound
        What the certificate proves of `bound` and `moves_bound`; the rest is claimed by the solver alone.
    orphan_nights_before, orphan_nights_after, gap_cost_before, gap_cost_after
        Nights in orphan gaps and points of gap cost; None for before if the current rooms are not a valid
        plan.
    moves, move_chains, score, shortages
        What changes and why, the costs of the plan and why, and the shortages if there is no plan.
    lock_prices
        What each lock costs, most expensive first; empty if restrictions were not requested.
    trade_off
        Moves against gap cost, with the plan of each point; None if the curve was not requested.
    threshold, longest_stay_considered
        Most points that a good stay may cost, and the longest stay considered; None if restrictions were not
        requested.
    acceptance_matrices, restriction_calendars
        Costs of one more stay, and restrictions by kind of channel, both by room type, the hotel first.
    requests, requests_together
        The answers to each request alone, and to all of them together.
    minimum_stay, minimum_stay_by_day, minimum_stay_by_date
        As in the problem.
    today, freeze_days
        The day of the plan, and the days of arrivals that keep their rooms: of the problem, or of the command
        line instead.
    policy
        Prices and budgets.
    problem_digest
        SHA-256 of the problem, independent of the order of its rows.
    warnings
        Accepted values that look like mistakes.
    statistics
        Counts and times of the method.
    """

    problem_id: str
    processing_date: Date
    succeeded: bool
    message: str = ""
    initial_optimization_time: Number = 0.0
    total_time: Number = 0.0
    schedule_start: Date | None = None
    schedule_end: Date | None = None
    rooms: list[RoomEntry] = []
    room_blocks: list[RoomBlockEntry] = []
    optimized_plan: list[PlanEntry] = []
    initial_plan: list[PlanEntry] = []
    min_stays: dict[Date, Nights] = {}
    max_stays: dict[Date, Nights] = {}
    closed_arrivals: dict[Date, int] = {}
    closed_departures: dict[Date, int] = {}
    initial_min_stays: dict[Date, Nights] = {}
    quality_comparison: dict[str, DaysWithMinimumStay] = {}
    stays_avoided_by_ca: dict[Date, list[AvoidedStay]] = {}
    stays_avoided_by_cd: dict[Date, list[AvoidedStay]] = {}
    stays_avoided_by_max: dict[Date, list[AvoidedStay]] = {}
    non_adjacent_assignments: dict[str, list[str]] = {}
    re_optimized_plans: list[ReOptimizedPlan] = []
    new_reservation_infeasible: bool | None = None
    new_reservations_fit_in_initial_plan: bool | None = None
    initial_plan_with_new_reservations: list[PlanEntry] = []
    room_change_comparison: dict[str, int] = {}
    current_schedule_infeasible: bool = False

    solver_name: str = ""
    solver_status: str = ""
    limit: str = "none"
    objective_value: Number | None = None
    bound: Number | None = None
    gap: Number | None = None
    moved_stays: int | None = None
    moves_bound: int | None = None
    upgraded_stays: int | None = None
    upgrades_bound: int | None = None
    certified_bound: Number | None = None
    certified_moves_bound: int | None = None
    orphan_nights_before: int | None = None
    orphan_nights_after: int | None = None
    gap_cost_before: Number | None = None
    gap_cost_after: Number | None = None
    moves: list[MoveEntry] = []
    move_chains: list[MoveChainEntry] = []
    score: list[TermEntry] = []
    shortages: list[ShortageEntry] = []
    lock_prices: list[LockPriceEntry] = []
    trade_off: TradeOffEntry | None = None
    threshold: Number | None = None
    longest_stay_considered: Nights | None = None
    restriction_calendars: list[CalendarEntry] = []
    acceptance_matrices: list[AcceptanceEntry] = []
    requests: list[RequestEntry] = []
    requests_together: FitEntry | None = None
    minimum_stay: Nights = 5
    minimum_stay_by_day: MinimumStayByWeekday | None = None
    minimum_stay_by_date: list[MinimumStayPeriodEntry] = []
    today: Date | None = None
    freeze_days: Nights = 0
    policy: PolicyEntry = PolicyEntry()
    problem_digest: str = ""
    certificate: CertificateEntry | None = None
    warnings: list[str] = []
    statistics: dict[str, int | float | str] = {}
