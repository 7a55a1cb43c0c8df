"""A room plan: which stay is in which room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from optimizer_core.domain.problem import Problem
from optimizer_core.domain.stay import Stay


@dataclass(frozen=True, slots=True)
class Plan:
    """Room number by stay id; not trusted until `optimizer_core.verification.verify` accepts it.

    Parameters
    ----------
    room_by_stay
        Room number of each stay with a room.
    """

    room_by_stay: Mapping[str, str]

    def __post_init__(self) -> None:
        """Freeze the assignments, ordered by stay id so that equal plans print equally."""
        object.__setattr__(self, "room_by_stay", MappingProxyType(dict(sorted(self.room_by_stay.items()))))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle through a plain dictionary."""
        return type(self), (dict(self.room_by_stay),)

    def room_of(self, stay: Stay) -> str | None:
        """Return the number of the stay's room; None without a room."""
        return self.room_by_stay.get(stay.stay_id)


def current_plan(problem: Problem) -> Plan:
    """Return the current rooms; stays without a room, or in an unknown room, are left out."""
    return Plan(
        {
            stay.stay_id: stay.current_room
            for stay in problem.stays
            if stay.current_room is not None and stay.current_room in problem.room_index
        }
    )


def stays_by_room(problem: Problem, plan: Plan) -> dict[str, list[Stay]]:
    """Return the stays of every room in order of arrival, an empty list for an empty room."""
    by_room: dict[str, list[Stay]] = {room.number: [] for room in problem.rooms}
    for stay in problem.stays:  # in order of arrival already
        number = plan.room_by_stay.get(stay.stay_id)
        if number is not None and number in by_room:
            by_room[number].append(stay)
    return by_room
