"""The result document: what a hotel gets back.

The fields of the established format come first and keep their types. Those about restrictions and
requests stay empty unless they were asked for. Ours follow; the two sets do not overlap.
"""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer_core.wire.acceptance import AcceptanceEntry
from optimizer_core.wire.kinds import Date, Identity, Nights
from optimizer_core.wire.model import Document
from optimizer_core.wire.problem import MinimumStayByWeekday, MinimumStayPeriodEntry, RoomEntry
from optimizer_core.wire.request_answer import FitEntry, RequestEntry
from optimizer_core.wire.restriction_entries import CalendarEntry
from optimizer_core.wire.shortages import ShortageEntry

Number = Annotated[float, Field(allow_inf_nan=False)]
"""A number; gap costs are dyadic and therefore written exactly."""


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
        Room the reservation came with; None if it had none. Ours.
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
    """A stay that a restriction keeps out."""

    arrival: Date
    length: Nights


class DaysWithMinimumStay(Document):
    """On how many days some minimum stay holds, in the rooms as given and in the plan."""

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
        The gap of the rooms as given that this move closes; None if it only makes place for others.
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


class MoveChainEntry(Document):
    """Moves that make place for each other; they can be left out together.

    Parameters
    ----------
    moves
        Number of moves.
    gap_cost_saved
        Points of gap cost that the plan would cost more without them; None if the rooms as given were
        no plan.
    orphan_nights_closed
        Orphan nights that the plan would have more; None likewise.
    """

    moves: int
    gap_cost_saved: Number | None = None
    orphan_nights_closed: int | None = None


class MatchEntry(Document):
    """One thing in the plan that costs something.

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
        In plain words what came of it, and why nothing could be done where that is so.
    initial_optimization_time, total_time
        Seconds of solving, and of everything.
    schedule_start, schedule_end
        First arrival and last departure; None without stays.
    rooms
        The rooms, in the order of the problem.
    optimized_plan, initial_plan
        The plan, and the rooms as given where every stay had one.
    min_stays, max_stays, closed_arrivals, closed_departures, initial_min_stays, quality_comparison, \
stays_avoided_by_ca, stays_avoided_by_cd, stays_avoided_by_max, re_optimized_plans
        Restrictions and what they do.
    non_adjacent_assignments
        Members by group that have no other member next door, by ``Name``, else ``Id``, else position.
    new_reservation_infeasible, new_reservations_fit_in_initial_plan, \
initial_plan_with_new_reservations, room_change_comparison
        Answers about requests.
    current_schedule_infeasible
        Proved: no plan can house the reservations.
    solver_name, solver_status, limit
        Backend, reason (``optimal``, ``feasible``, ``infeasible``, ``no_plan_found``, ``cancelled``,
        ``error``) and the limit that ended the solve (``none``, ``time``, ``cancel``, ``method``).
    objective_value, bound, gap
        Points of the plan, proved lower bound, and (value - bound) / value, 0 when proved.
    moved_stays, moves_bound
        Stays that change rooms, and the proved least number among plans of this value.
    upgraded_stays, upgrades_bound
        Stays outside their own type, and the proved least number.
    orphan_nights_before, orphan_nights_after, gap_cost_before, gap_cost_after
        Nights in orphan gaps and points of gap cost; before is None if the rooms as given are no
        valid plan.
    moves, move_chains, score, shortages
        What changes and why, what the plan costs and why, and what is short where there is none.
    threshold, longest_stay_considered
        Most points that a good stay may cost, and the longest stay that was looked at; None where
        restrictions were not asked for.
    acceptance_matrices, restriction_calendars
        What one more stay costs, and restrictions by kind of channel, both by room type, the house first.
    requests, requests_together
        What is known about each request alone, and about all of them at once.
    minimum_stay, minimum_stay_by_day, minimum_stay_by_date
        As in the problem.
    policy
        Prices and budgets.
    problem_digest
        SHA-256 of the problem, whatever the order of its rows.
    warnings
        What was accepted though it looks like a mistake.
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
    orphan_nights_before: int | None = None
    orphan_nights_after: int | None = None
    gap_cost_before: Number | None = None
    gap_cost_after: Number | None = None
    moves: list[MoveEntry] = []
    move_chains: list[MoveChainEntry] = []
    score: list[TermEntry] = []
    shortages: list[ShortageEntry] = []
    threshold: Number | None = None
    longest_stay_considered: Nights | None = None
    restriction_calendars: list[CalendarEntry] = []
    acceptance_matrices: list[AcceptanceEntry] = []
    requests: list[RequestEntry] = []
    requests_together: FitEntry | None = None
    minimum_stay: Nights = 5
    minimum_stay_by_day: MinimumStayByWeekday | None = None
    minimum_stay_by_date: list[MinimumStayPeriodEntry] = []
    policy: PolicyEntry = PolicyEntry()
    problem_digest: str = ""
    warnings: list[str] = []
    statistics: dict[str, int | float | str] = {}
