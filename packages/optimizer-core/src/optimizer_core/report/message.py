"""The outcome of a solve, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optimizer_core.domain import Outcome, Reason, Shortage
from optimizer_core.report.proof import moves_sentence, points, proof

_MOST_SHORTAGES = 10
_MOST_STAYS = 12


def message(outcome: Outcome, name_of: Callable[[str], str], num_with_room: int = 0) -> str:
    """Return one or several lines on what was found, or why there is no plan.

    Parameters
    ----------
    outcome
        The outcome.
    name_of
        Returns the label of a stay by id; must not reveal a guest's name.
    num_with_room
        Stays with a current room; with 0 the message does not mention moves.
    """
    if outcome.plan is not None:
        value = "" if outcome.value is None else f"; cost {points(outcome.value)} points"
        moved = (
            f"; {moves_sentence(outcome.moves[0], num_with_room, outcome.moves[1])}" if num_with_room else ""
        )
        return f"every stay has a room{value}{moved}; {proof(outcome)}"
    if outcome.reason is Reason.INFEASIBLE:
        return "\n".join(_why_infeasible(outcome, name_of))
    what = {
        Reason.NO_PLAN_FOUND: "no plan was found within the limit; it is not proved that none exists",
        Reason.CANCELLED: "stopped before a plan was found",
    }.get(outcome.reason, f"the backend {outcome.backend!r} failed")
    return f"{what}: {outcome.detail}" if outcome.detail else what


def _why_infeasible(outcome: Outcome, name_of: Callable[[str], str]) -> list[str]:
    shown = outcome.shortages[:_MOST_SHORTAGES]
    lines = ["proved: no plan can house all stays"]
    lines += [f"{shortage}{_at_fault(shortage, name_of)}" for shortage in shown]
    more = len(outcome.shortages) - _MOST_SHORTAGES
    if more > 0:
        lines.append(f"and {more:,} more shortages")
    if outcome.detail and not outcome.shortages:
        lines.append(outcome.detail)
    return lines


def _at_fault(shortage: Shortage, name_of: Callable[[str], str]) -> str:
    text = ""
    if shortage.stay_ids:
        text += f"; these compete: {_listed(shortage.stay_ids, name_of)}"
    if shortage.lock_ids:
        text += f"; these are locked: {_listed(shortage.lock_ids, name_of)}"
    return text


def _listed(stay_ids: Sequence[str], name_of: Callable[[str], str]) -> str:
    text = ", ".join(name_of(stay_id) for stay_id in stay_ids[:_MOST_STAYS])
    more = len(stay_ids) - _MOST_STAYS
    return text if more <= 0 else f"{text} and {more:,} more"
