"""A request: a stay that is not yet part of the schedule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from optimizer_core.domain.faults import LONGEST_HORIZON_NIGHTS
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
        The hotel. Requests must lie within its `schedule_start` and `schedule_end`, where it has them, and
        not before its `today`.
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
    elif problem.today is not None and stay.arrival < problem.today:
        yield Fault(("arrival",), f"{stay.arrival} is in the past; today is {problem.today}")
    elif problem.schedule_start is not None and stay.arrival < problem.start:
        when = f"the schedule starts on {problem.start}"
        yield Fault(("arrival",), f"{stay.arrival} is in the past of the schedule; {when}")
    elif problem.schedule_end is not None and stay.arrival >= problem.end:
        when = f"the schedule ends on the morning of {problem.end}"
        yield Fault(("arrival",), f"{stay.arrival} is beyond the schedule; {when}")
    elif problem.schedule_end is not None and stay.departure > problem.end:
        most = (problem.end - stay.arrival).days
        when = f"the schedule ends on the morning of {problem.end}"
        yield Fault(
            ("los_nights",), f"{nights} nights reach beyond the schedule; {when}, so at most {most} fit"
        )
    elif _span([stay], problem) > LONGEST_HORIZON_NIGHTS:
        when = f"the schedule is from {problem.start} to {problem.end}"
        most_nights = f"at most {LONGEST_HORIZON_NIGHTS:,} nights can be planned at once"
        yield Fault(("arrival",), f"{stay.arrival} is too far away: {when}, and {most_nights}")


def _span(stays: Sequence[Stay], problem: Problem) -> int:
    first, last = _hull(stays, problem)
    return (last - first).days


def _hull(stays: Sequence[Stay], problem: Problem) -> tuple[date, date]:
    """Return the first night and the last morning of a schedule with some more stays."""
    arrivals, departures = [stay.arrival for stay in stays], [stay.departure for stay in stays]
    if problem.num_nights or not stays:
        arrivals.append(problem.start)
        departures.append(problem.end)
    return min(arrivals), max(departures)


def widened(problem: Problem, stays: Sequence[Stay]) -> Problem | None:
    """Return the hotel with a schedule that some more stays lie within; None if it would be too long.

    Parameters
    ----------
    problem
        The hotel; it is returned itself if its schedule is long enough.
    stays
        The stays.
    """
    first, last = _hull(stays, problem)
    if (problem.start, problem.end) == (first, last):
        return problem
    if (last - first).days > LONGEST_HORIZON_NIGHTS:
        return None
    return problem.replace(schedule_start=first, schedule_end=last)


def _of_types(problem: Problem, stay: Stay) -> Iterator[Fault]:
    known = ", ".join(repr(name) for name in problem.room_types[:10])
    if stay.room_type is not RUN_OF_HOUSE and stay.room_type not in problem.room_types:
        yield Fault(("room_type",), f"no room has the type {stay.room_type!r}; the hotel has {known}")
    for name in stay.further_types:
        if name not in problem.room_types:
            yield Fault(("further_types",), f"no room has the type {name!r}; the hotel has {known}")
