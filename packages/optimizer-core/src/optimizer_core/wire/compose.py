"""Makes the result document from the outcome of a solve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from optimizer_core.domain import Outcome, Plan, Reason, current_plan
from optimizer_core.objective import members_apart, score
from optimizer_core.report import Comparison, message
from optimizer_core.wire.certificate_entry import certificate_entry
from optimizer_core.wire.certified import certified
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.entries import chain_entry, move_entry, name_by_row, term_entry
from optimizer_core.wire.kinds import number
from optimizer_core.wire.problem import Reservation
from optimizer_core.wire.result import PlanEntry, PolicyEntry, ResultDocument
from optimizer_core.wire.shortages import shortage_entries


def to_result(
    loaded: LoadedProblem,
    outcome: Outcome,
    comparison: Comparison | None,
    *,
    solve_seconds: float,
    total_seconds: float,
    today: date,
) -> ResultDocument:
    """Return the result document.

    Parameters
    ----------
    loaded
        The hotel and its document.
    outcome
        The outcome of the solve.
    comparison
        The current rooms compared with the plan; None without a plan.
    solve_seconds, total_seconds
        Seconds of solving, and of everything.
    today
        Day of the answer.
    """
    problem, document = loaded.problem, loaded.document
    given = current_plan(problem)
    all_had_rooms = len(given.room_by_stay) == len(problem.stays)
    result = ResultDocument(
        problem_id=document.problem_id,
        processing_date=today,
        succeeded=outcome.plan is not None,
        message=message(
            outcome,
            name_by_row(loaded),
            sum(stay.stay_id in given.room_by_stay for stay in problem.guest_stays),
        ),
        initial_optimization_time=solve_seconds,
        total_time=total_seconds,
        schedule_start=problem.start if problem.num_nights else None,
        schedule_end=problem.end if problem.num_nights else None,
        rooms=document.rooms,
        room_blocks=document.room_blocks or [],
        optimized_plan=[] if outcome.plan is None else _plan_entries(loaded, outcome.plan),
        initial_plan=_plan_entries(loaded, given) if all_had_rooms else [],
        current_schedule_infeasible=outcome.reason is Reason.INFEASIBLE,
        solver_name=outcome.backend,
        solver_status=outcome.reason.value,
        limit=outcome.limit.value,
        objective_value=number(outcome.value),
        bound=number(outcome.bound),
        gap=number(outcome.gap),
        shortages=shortage_entries(loaded, outcome.shortages),
        minimum_stay=problem.minimum_stay.default_nights,
        minimum_stay_by_day=document.minimum_stay_by_day,
        minimum_stay_by_date=document.minimum_stay_by_date or [],
        today=problem.today,
        freeze_days=problem.freeze_days,
        policy=PolicyEntry(
            max_moves=problem.policy.max_moves,
            move_price=number(problem.policy.move_price),
            upgrade_price=number(problem.policy.upgrade_price),
        ),
        problem_digest=problem.digest,
        warnings=[str(fault) for fault in loaded.warnings] + _obstacles(loaded, comparison),
        statistics=dict(outcome.statistics),
    )
    return result.model_copy(
        update={**_of_plan(loaded, outcome, comparison), **_of_certificate(loaded, outcome)}
    )


def _of_plan(loaded: LoadedProblem, outcome: Outcome, comparison: Comparison | None) -> dict[str, object]:
    """Return the fields that only an answer with a plan has."""
    if outcome.plan is None or comparison is None:
        return {}
    before, after = comparison.before, comparison.after
    actual = score(loaded.problem, outcome.plan)
    return {
        "moved_stays": len(comparison.moves),
        "moves_bound": outcome.moves[1],
        "upgraded_stays": actual.upgrades.total,
        "upgrades_bound": outcome.upgrades[1],
        "orphan_nights_before": None if before is None else before.orphan_nights,
        "orphan_nights_after": after.orphan_nights,
        "gap_cost_before": None if before is None else number(before.gap_cost),
        "gap_cost_after": number(after.gap_cost),
        "moves": [move_entry(loaded, move, comparison.chains[move.chain]) for move in comparison.moves],
        "move_chains": [chain_entry(chain) for chain in comparison.chains],
        "score": [term_entry(loaded, term) for term in actual.terms],
        "non_adjacent_assignments": _apart(loaded, outcome.plan),
    }


def _of_certificate(loaded: LoadedProblem, outcome: Outcome) -> dict[str, object]:
    """Return the certificate and what it proves."""
    if outcome.certificate is None:
        return {}
    proved = outcome.proved or certified(loaded.problem, outcome.certificate, outcome.value, outcome.upgrades)
    return {
        "certificate": certificate_entry(outcome.certificate),
        "certified_bound": number(proved.bound),
        "certified_moves_bound": proved.moves,
    }


def _plan_entries(loaded: LoadedProblem, plan: Plan) -> list[PlanEntry]:
    return [
        PlanEntry(
            name=entry.name,
            id=entry.id,
            is_locked=bool(entry.is_locked),
            assigned_room=plan.room_by_stay.get(stay_id)
            if stay_id in loaded.problem.stay_index
            else entry.assigned_room,
            room_type=entry.room_type,
            arrival=entry.arrival,
            length=entry.length,
            adjacency_group=entry.adjacency_group,
            test_stay=bool(entry.test),
            split_group=entry.split_group,
            current_room=entry.assigned_room,
        )
        for stay_id, entry in zip(loaded.stay_ids, loaded.document.reservations, strict=True)
    ]


def _apart(loaded: LoadedProblem, plan: Plan) -> dict[str, list[str]]:
    """Return the members without a neighbor by group, with the names of the established format."""

    def label(row: int, entry: Reservation) -> str:
        if entry.name:
            return entry.name
        return str(row) if entry.id is None else str(entry.id)

    rows: Mapping[str, int] = loaded.row_by_stay
    reservations = loaded.document.reservations
    return {
        group: [label(rows[stay.stay_id], reservations[rows[stay.stay_id]]) for stay in members]
        for group, members in members_apart(loaded.problem, plan).items()
    }


def _obstacles(loaded: LoadedProblem, comparison: Comparison | None) -> list[str]:
    """Return why the current rooms are not a valid plan, if every stay has a room."""
    if comparison is None or comparison.newly_housed or not comparison.obstacles:
        return []
    first = " and ".join(name_by_row(loaded)(stay_id) for stay_id in comparison.obstacles[0].stay_ids)
    room = comparison.obstacles[0].room_number
    times = len(comparison.obstacles)
    more = "" if times == 1 else f", and {times - 1:,} more such pairs"
    return [f"the current rooms are not a valid plan: {first} share room {room}{more}"]
