"""A request: a stay that is not yet part of the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from optimizer_core.domain.problem import Problem
from optimizer_core.domain.stay import RUN_OF_HOUSE, Stay
from optimizer_core.errors import Fault

LONGEST_REQUEST_NIGHTS = 365
"""A year: longer stays are leases, and a mistyped length must not be accepted."""


@dataclass(frozen=True, slots=True)
class Request:
    """A requested stay, and what the guest accepts for it.

    Parameters
    ----------
    stay
        Nights, type and further types, best first. Its current room and lock are ignored.
    type_order
        Types in order of value, best first, to decide whether a change of room is a downgrade; empty for the
        stay's own type, then its further types.
    most_changes
        Changes of room that the guest accepts; 0 by default.
    least_piece_nights
        Least nights in each room; 1 by default.
    """

    stay: Stay
    type_order: tuple[str, ...] = ()
    most_changes: int = 0
    least_piece_nights: int = 1

    def options(self, problem: Problem) -> list[Stay]:
        """Return the stay once for its own type, then once for each further type of the hotel, in order."""
        alone = replace(self.stay, further_types=(), current_room=None, is_locked=False)
        found = [alone]
        if self.stay.room_type is not RUN_OF_HOUSE:
            others = dict.fromkeys(self.stay.further_types)
            known = (name for name in others if name in problem.room_types and name != self.stay.room_type)
            found += [replace(alone, room_type=name) for name in known]
        return [option for option in found if problem.allowed_types(option)]

    def rank(self, room_type: str) -> int:
        """Return the place of a type in the order of types; the smaller, the better."""
        order = self.type_order or (str(self.stay.room_type), *self.stay.further_types)
        return order.index(room_type) if room_type in order else len(order)


def request_faults(problem: Problem, request: Request) -> list[Fault]:
    """Return the faults of a request, the first fault of each part.

    Parameters
    ----------
    problem
        The hotel; requests must lie within its schedule.
    request
        The request.

    Returns
    -------
    list of Fault
        Places are ``("arrival",)``, ``("los_nights",)``, ``("room_type",)``, ``("further_types",)``,
        ``("most_changes",)`` and ``("least_piece_nights",)``.
    """
    faults = [*_of_nights(problem, request.stay), *_of_types(problem, request.stay)]
    if request.most_changes < 0:
        faults.append(Fault(("most_changes",), f"{request.most_changes} changes; give 0 or more"))
    if request.least_piece_nights < 1:
        message = f"{request.least_piece_nights} nights; a piece has at least one night"
        faults.append(Fault(("least_piece_nights",), message))
    return faults


def _of_nights(problem: Problem, stay: Stay) -> Iterator[Fault]:
    nights = stay.los_nights
    if nights < 1:
        yield Fault(("los_nights",), f"{nights} nights; a request has at least one night")
    elif nights > LONGEST_REQUEST_NIGHTS:
        yield Fault(("los_nights",), f"{nights:,} nights; a request has at most {LONGEST_REQUEST_NIGHTS}")
    elif not problem.stays:
        yield Fault(("arrival",), "the schedule is empty: no stay gives it a first and a last night")
    elif stay.arrival < problem.start:
        when = f"the schedule starts on {problem.start}"
        yield Fault(("arrival",), f"{stay.arrival} is in the past of the schedule; {when}")
    elif stay.arrival >= problem.end:
        when = f"the schedule ends on the morning of {problem.end}"
        yield Fault(("arrival",), f"{stay.arrival} is beyond the schedule; {when}")
    elif stay.departure > problem.end:
        most = (problem.end - stay.arrival).days
        when = f"the schedule ends on the morning of {problem.end}"
        yield Fault(
            ("los_nights",), f"{nights} nights reach beyond the schedule; {when}, so at most {most} fit"
        )


def _of_types(problem: Problem, stay: Stay) -> Iterator[Fault]:
    known = ", ".join(repr(name) for name in problem.room_types[:10])
    if stay.room_type is not RUN_OF_HOUSE and stay.room_type not in problem.room_types:
        yield Fault(("room_type",), f"no room has the type {stay.room_type!r}; the hotel has {known}")
    for name in stay.further_types:
        if name not in problem.room_types:
            yield Fault(("further_types",), f"no room has the type {name!r}; the hotel has {known}")
