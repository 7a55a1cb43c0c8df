"""Makes the chart of a result document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from optimizer_core.domain import (
    DEFAULT_ROOM_TYPE,
    LONGEST_HORIZON_NIGHTS,
    MinimumStay,
    MinimumStayPeriod,
    Reason,
    Room,
)
from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.picture.chart import ChartStay, NightBand, Side, TapeChart
from optimizer_core.report import NO_BOUND, moves_sentence, percent
from optimizer_core.wire import PlanEntry, ResultDocument

_EMPTY_NIGHTS = 14
"""Nights drawn of a hotel without stays."""

BLOCK_KINDS = {"OutOfOrder": "Out of order", "HouseUse": "House use", "Hold": "Hold"}
"""Labels of the blocks that take nights."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def chart_of(result: ResultDocument) -> TapeChart:
    """Return the chart of a result.

    Without a plan, only the current rooms are drawn.

    Parameters
    ----------
    result
        Any result document, even one written by another program.

    Raises
    ------
    InvalidDocument
        If a stay has no night, or leaves beyond the longest horizon.
    InvalidInput
        If there are no rooms.
    """
    if result.optimized_plan:
        stays = _stays("OptimizedPlan", result.optimized_plan, is_planned=True)
    else:
        stays = _stays("InitialPlan", result.initial_plan, is_planned=False)
    stays = tuple(_within(result, (*stays, *_blocks(result))))
    first = min((stay.arrival for stay in stays), default=result.schedule_start or result.processing_date)
    last = max((stay.departure for stay in stays), default=first + timedelta(_EMPTY_NIGHTS))
    return TapeChart(
        result.problem_id,
        tuple(Room(entry.room_number, entry.room_type or DEFAULT_ROOM_TYPE) for entry in result.rooms),
        stays,
        first,
        last,
        _minimum_stay(result),
        verdict(result),
        tuple(_bands(result)),
    )


def _within(result: ResultDocument, stays: Iterable[ChartStay]) -> Iterator[ChartStay]:
    """Yield the nights of stays and blocks within the schedule; a result without one has them all."""
    start, end = result.schedule_start, result.schedule_end
    for stay in stays:
        arrival = stay.arrival if start is None else max(stay.arrival, start)
        departure = stay.departure if end is None else min(stay.departure, end)
        if (arrival, departure) == (stay.arrival, stay.departure):
            yield stay
        elif arrival < departure:
            yield replace(stay, arrival=arrival, departure=departure)


def verdict(result: ResultDocument) -> str:
    """Return what is proved about the plan, in a few words; empty where nothing is stated."""
    if result.solver_status == Reason.OPTIMAL:
        return "Proved: no plan is better"
    if result.current_schedule_infeasible or result.solver_status == Reason.INFEASIBLE:
        return "Proved: the stays cannot all be housed"
    if not result.optimized_plan:
        return "No plan found" if result.solver_status else ""
    if result.gap is not None:
        return f"Proved to be at most {percent(result.gap)} above the best"
    if result.bound is not None and result.bound <= 0:
        return f"Not proved: {NO_BOUND}"
    return "Nothing proved" if result.solver_status else ""


def moves_stated(result: ResultDocument) -> str:
    """Return how many of the stays with a current room move, and how many must at least."""
    numbers = {room.room_number for room in result.rooms}
    had_rooms = sum(entry.current_room in numbers for entry in result.optimized_plan)
    return moves_sentence(result.moved_stays or 0, had_rooms, result.moves_bound or 0)


def _stays(place: str, entries: Sequence[PlanEntry], *, is_planned: bool) -> tuple[ChartStay, ...]:
    faults = []
    stays = []
    for row, entry in enumerate(entries):
        try:
            departure = entry.arrival + timedelta(entry.length)
        except OverflowError:
            departure = entry.arrival
        if departure <= entry.arrival or entry.length > LONGEST_HORIZON_NIGHTS:
            message = f"{entry.length:,} nights; a stay has 1 to {LONGEST_HORIZON_NIGHTS:,}"
            faults.append(Fault((place, row, "Length"), message))
            continue
        stays.append(_stay(row, entry, departure, is_planned=is_planned))
    if faults:
        raise InvalidDocument(faults)
    return tuple(stays)


def _blocks(result: ResultDocument) -> tuple[ChartStay, ...]:
    """Return the blocks that take nights, each on both sides; without a plan, before alone."""
    faults = [
        Fault(("RoomBlocks", row, "End"), f"a block has 1 to {LONGEST_HORIZON_NIGHTS:,} nights")
        for row, entry in enumerate(result.room_blocks)
        if not 0 < (entry.end - entry.start).days <= LONGEST_HORIZON_NIGHTS
    ]
    if faults:
        raise InvalidDocument(faults)
    return tuple(
        ChartStay(
            entry.note or BLOCK_KINDS[entry.kind],
            entry.start,
            entry.end,
            entry.room_number,
            entry.room_number if result.optimized_plan else None,
            is_block=True,
        )
        for entry in result.room_blocks
        if entry.kind in BLOCK_KINDS
    )


def _stay(row: int, entry: PlanEntry, departure: date, *, is_planned: bool) -> ChartStay:
    name = entry.name or ("" if entry.id is None else str(entry.id))
    return ChartStay(
        name,
        entry.arrival,
        departure,
        entry.current_room if is_planned else entry.assigned_room,
        entry.assigned_room if is_planned else None,
        None if entry.room_type == DEFAULT_ROOM_TYPE else entry.room_type,
        entry.is_locked,
        entry.adjacency_group,
        entry.test_stay,
        row,
    )


def _minimum_stay(result: ResultDocument) -> MinimumStay:
    by_day = result.minimum_stay_by_day
    by_weekday: dict[int, int] = {}
    for index, name in enumerate(_WEEKDAYS):
        nights = None if by_day is None else getattr(by_day, name)
        if nights is not None:
            by_weekday[index] = nights
    periods = [
        MinimumStayPeriod(entry.start, entry.end, entry.minimum_stay) for entry in result.minimum_stay_by_date
    ]
    return MinimumStay(result.minimum_stay, by_weekday, tuple(periods))


def _bands(result: ResultDocument) -> Iterator[NightBand]:
    """Yield the restrictions by night that the result has."""
    for label, by_night, side in (
        ("Min", result.initial_min_stays, Side.BEFORE),
        ("Min", result.min_stays, Side.AFTER),
        ("Max", result.max_stays, Side.AFTER),
    ):
        if by_night:
            yield NightBand(label, {night: str(nights) for night, nights in by_night.items()}, side)
    for label, closed in (("CTA", result.closed_arrivals), ("CTD", result.closed_departures)):
        if any(closed.values()):
            yield NightBand(label, _marks(closed), Side.AFTER)


def _marks(closed: Mapping[date, int]) -> dict[date, str]:
    return {night: "x" for night, is_closed in closed.items() if is_closed}
