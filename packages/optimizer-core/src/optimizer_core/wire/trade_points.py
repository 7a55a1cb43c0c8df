"""The plans of a trade-off curve: written to the result document, verified, and read as separate results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from optimizer_core.domain import Limit, Outcome, Plan, Policy, Reason, count_orphan_nights, current_plan
from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.objective import Score, score
from optimizer_core.report import compare
from optimizer_core.verification import verify
from optimizer_core.wire.compose import to_result
from optimizer_core.wire.convert import LoadedProblem, to_problem
from optimizer_core.wire.problem import ProblemDocument
from optimizer_core.wire.result import ResultDocument
from optimizer_core.wire.trade_off_entry import TradeOffEntry, TradePointEntry

if TYPE_CHECKING:
    # `bookingopt validate` reads documents and must not wait for SciPy.
    from optimizer_core.planning import TradePoint


def trade_off_entry(
    loaded: LoadedProblem, points: Sequence[TradePoint], asked: int, *, is_complete: bool
) -> TradeOffEntry:
    """Return the entry of a curve.

    Parameters
    ----------
    loaded
        The hotel and its document.
    points
        The plans, by moves.
    asked
        Requested number of points.
    is_complete
        Whether the search was completed; otherwise a limit ended it.
    """
    return TradeOffEntry(
        points_asked=asked,
        points_not_reached=0 if is_complete else max(0, asked - len(points)),
        points=[_entry(loaded, point) for point in points],
    )


def _entry(loaded: LoadedProblem, point: TradePoint) -> TradePointEntry:
    planned, current = point.plan.room_by_stay, current_plan(loaded.problem).room_by_stay
    return TradePointEntry(
        moves=point.moves,
        gap_cost=float(score(loaded.problem, point.plan).gap_cost),
        orphan_nights=count_orphan_nights(loaded.problem, point.plan),
        value=float(point.value),
        bound=float(point.bound),
        proved=point.bound == point.value,
        rooms={
            str(loaded.row_by_stay[stay_id]): room
            for stay_id, room in planned.items()
            if room != current.get(stay_id) and stay_id in loaded.row_by_stay
        },
    )


def result_of_point(document: ProblemDocument, result: ResultDocument, index: int) -> ResultDocument:
    """Return the result document of one point, as if its moves had been the budget of a job.

    The plan is verified, and everything about it is computed from it again; only its bound is taken from
    the result.

    Parameters
    ----------
    document
        The problem document.
    result
        Its result, with a curve.
    index
        Position in ``TradeOff.Points``, from 0.

    Raises
    ------
    IndexError
        If there is no such point.
    InvalidDocument
        If the plan of the point is invalid.
    InvalidProblem
        If the problem contradicts itself.
    """
    points = [] if result.trade_off is None else result.trade_off.points
    if not 0 <= index < len(points):
        raise IndexError(f"no point {index}: the curve has {len(points)}")
    point = points[index]
    price = result.policy.upgrade_price
    policy = Policy(point.moves, None, None if price is None else Fraction(str(price)))
    loaded = to_problem(document, policy=policy)
    plan = _plan_of(loaded, point)
    if (violations := verify(loaded.problem, plan)) or not _has_known_rows(loaded, point):
        rule = violations[0].rule if violations else "every row is one of Reservations"
        place = ("TradeOff", "Points", index, "Rooms")
        raise InvalidDocument([Fault(place, f"they are not a valid plan; rule broken: {rule}")])
    found = score(loaded.problem, plan)
    upgrades = found.upgrades.total if result.upgrades_bound is None else result.upgrades_bound
    outcome = Outcome(
        Reason.OPTIMAL if point.proved else Reason.FEASIBLE,
        Limit.NONE if point.proved else Limit.METHOD,
        result.solver_name,
        plan,
        found.value,
        Fraction(point.bound),
        upgrades=(found.upgrades.total, upgrades),
        moves=(found.moves.total, 0),
        has_upgrade_price=price is not None,
    )
    return to_result(
        loaded,
        outcome,
        compare(loaded.problem, plan),
        solve_seconds=result.initial_optimization_time,
        total_seconds=result.total_time,
        today=result.processing_date,
    )


def faults_of_points(loaded: LoadedProblem, result: ResultDocument, actual: Score) -> Iterator[str]:
    """Yield the faults of the curve of a result: its plans, their figures, their order and bounds.

    Parameters
    ----------
    loaded, result
        The hotel, and a result with a plan.
    actual
        The score of that plan.
    """
    if result.trade_off is None:
        return
    before: TradePointEntry | None = None
    for index, point in enumerate(result.trade_off.points):
        place = f"TradeOff.Points[{index}]"
        yield from (f"{place}: {fault}" for fault in _faults(loaded, point, actual))
        if before is not None and not (before.moves < point.moves and before.value > point.value):
            yield f"{place} needs more moves and has a lower value than the point before; it does not"
        before = point


def _faults(loaded: LoadedProblem, point: TradePointEntry, actual: Score) -> Iterator[str]:
    """Yield the faults of one point."""
    if not _has_known_rows(loaded, point):
        yield "Rooms names a row that Reservations does not have"
        return
    plan = _plan_of(loaded, point)
    broken = [f"broken: {violation.rule}" for violation in verify(loaded.problem, plan)]
    if broken:
        yield from broken
        return
    found = score(loaded.problem, plan)
    stated = [
        ("Moves", point.moves, found.moves.total),
        ("GapCost", point.gap_cost, float(found.gap_cost)),
        ("OrphanNights", point.orphan_nights, count_orphan_nights(loaded.problem, plan)),
        ("Value", point.value, float(_value(found))),
    ]
    for name, given, true in stated:
        if given != true:
            yield f"{name} is stated as {given:,} but is {true:,}"
    if point.bound > point.value:
        yield f"Bound {point.bound:,} is above Value {point.value:,}"
    if point.proved != (point.bound == point.value):
        yield f"Proved {point.proved} does not follow from Value and Bound"
    # Without a price for upgrades, plans with more of them are not compared.
    is_rival = found.upgrade_price is not None or actual.upgrades.total <= found.upgrades.total
    if is_rival and actual.moves.total <= point.moves and _value(actual) < Fraction(point.bound):
        yield f"Bound {point.bound:,} is above the value of OptimizedPlan, which needs no more moves"


def _plan_of(loaded: LoadedProblem, point: TradePointEntry) -> Plan:
    changed = {
        stay_id: point.rooms[str(row)]
        for row, stay_id in enumerate(loaded.stay_ids)
        if str(row) in point.rooms
    }
    return Plan({**current_plan(loaded.problem).room_by_stay, **changed})


def _has_known_rows(loaded: LoadedProblem, point: TradePointEntry) -> bool:
    return point.rooms.keys() <= {str(row) for row in range(len(loaded.stay_ids))}


def _value(found: Score) -> Fraction:
    """Return the value of a plan as the curve counts it: without the cost of moves."""
    return found.value - (found.move_price or 0) * found.moves.total
