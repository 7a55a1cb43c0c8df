"""The independent verifier of plans: trusts no backend, shares no code with the solvers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from optimizer_core.domain import Plan, Problem, Stay


class Rule(StrEnum):
    """The rules for a plan."""

    EVERY_STAY_HOUSED = "every stay has a room"
    KNOWN_STAY = "every assigned stay is a stay of the hotel"
    KNOWN_ROOM = "every assigned room is a room of the hotel"
    ALLOWED_TYPE = "every stay has a room of a type it may use"
    FIXED_STAY_KEPT = "every locked stay, and every stay outside the movable nights, keeps its room"
    ONE_STAY_A_NIGHT = "no room holds two stays on one night"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a plan breaks.

    Parameters
    ----------
    rule
        The rule.
    stay_ids
        The stays concerned: one, or the two that overlap.
    room_number
        The room concerned; None if the stay has no room.
    """

    rule: Rule
    stay_ids: tuple[str, ...]
    room_number: str | None = None

    def __str__(self) -> str:
        """Return one sentence for people."""
        stays = " and ".join(repr(stay_id) for stay_id in self.stay_ids)
        room = "" if self.room_number is None else f" in room {self.room_number!r}"
        return f"{self.rule}: not so for stay {stays}{room}"


def verify(problem: Problem, plan: Plan) -> list[Violation]:
    """Return every violation of a plan; an empty list means that the plan is valid.

    Parameters
    ----------
    problem
        The hotel.
    plan
        The plan to verify.
    """
    violations: list[Violation] = []
    known = {stay.stay_id for stay in problem.stays}
    violations += [
        Violation(Rule.KNOWN_STAY, (stay_id,), number)
        for stay_id, number in plan.room_by_stay.items()
        if stay_id not in known
    ]
    type_by_room = {room.number: room.room_type for room in problem.rooms}
    held: dict[str, list[Stay]] = {}
    for stay in problem.stays:
        number = plan.room_by_stay.get(stay.stay_id)
        violations += _of_stay(problem, stay, number, type_by_room)
        if number is not None:
            held.setdefault(number, []).append(stay)
    for number, stays in held.items():
        violations += _overlaps(number, stays)
    return violations


def _of_stay(
    problem: Problem, stay: Stay, number: str | None, type_by_room: dict[str, str]
) -> Iterator[Violation]:
    if number is None:
        yield Violation(Rule.EVERY_STAY_HOUSED, (stay.stay_id,))
        return
    if number not in type_by_room:
        yield Violation(Rule.KNOWN_ROOM, (stay.stay_id,), number)
    elif not stay.may_use(type_by_room[number]):
        yield Violation(Rule.ALLOWED_TYPE, (stay.stay_id,), number)
    if problem.is_fixed(stay) and number != stay.current_room:
        yield Violation(Rule.FIXED_STAY_KEPT, (stay.stay_id,), number)


def _overlaps(number: str, stays: list[Stay]) -> Iterator[Violation]:
    """Yield a violation for each stay that begins before an earlier one has left."""
    stays.sort(key=lambda stay: (stay.arrival, stay.departure, stay.stay_id))
    longest = stays[0]
    for stay in stays[1:]:
        if stay.arrival < longest.departure:
            yield Violation(Rule.ONE_STAY_A_NIGHT, (longest.stay_id, stay.stay_id), number)
        if stay.departure > longest.departure:
            longest = stay
