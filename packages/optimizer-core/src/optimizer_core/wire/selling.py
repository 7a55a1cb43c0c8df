"""The fields of the result document about what may still be sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from optimizer_core.domain import Plan, Stay
from optimizer_core.restrictions import (
    UNLIMITED,
    Classes,
    Restrictions,
    StaysByDate,
    avoided_stays,
    binding_maximum,
    least_stays,
    nights_by_least_stay,
)
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.result import AvoidedStay, DaysWithMinimumStay, PlanEntry, ReOptimizedPlan

NO_MINIMUM = "None"
"""Key of the days without a minimum stay in ``QualityComparison``."""


def established_fields(
    classes: Classes, restrictions: Restrictions, initial: tuple[Classes, Restrictions] | None
) -> dict[str, object]:
    """Return the restriction fields of the established format, for the hotel.

    Parameters
    ----------
    classes, restrictions
        The class of each stay, and the restrictions through the night with closed dates.
    initial
        The same for the current rooms; None if these are not a valid plan.
    """
    calendar = restrictions.calendar
    start, longest = calendar.start, classes.shape[1]
    minimum = least_stays(classes, calendar)
    most = binding_maximum(calendar, longest)
    avoided = avoided_stays(classes, calendar)
    fields: dict[str, object] = {
        "min_stays": _by_date(start, minimum),
        "max_stays": _by_date(start, [int(nights) if nights < UNLIMITED else None for nights in most]),
        "closed_arrivals": _by_date(start, [int(day.closed_to_arrival) or None for day in calendar.days]),
        "closed_departures": _by_date(start, [int(day.closed_to_departure) or None for day in calendar.days]),
        "stays_avoided_by_ca": _avoided(start, avoided.by_closed_arrival),
        "stays_avoided_by_cd": _avoided(start, avoided.by_closed_departure),
        "stays_avoided_by_max": _avoided(start, avoided.by_maximum),
    }
    if initial is not None:
        before = least_stays(initial[0], initial[1].calendar)
        fields["initial_min_stays"] = _by_date(start, before)
        fields["quality_comparison"] = {
            NO_MINIMUM if nights is None else str(nights): DaysWithMinimumStay(
                initial=counts[0], optimized=counts[1]
            )
            for nights, counts in nights_by_least_stay(before, minimum).items()
        }
    return fields


def re_optimized_plan(
    loaded: LoadedProblem, entries: Sequence[PlanEntry], plan: Plan, test_stay: Stay
) -> ReOptimizedPlan:
    """Return the plan that shows how a longer stay fits; the stay is its last entry.

    Parameters
    ----------
    loaded
        The hotel and its document.
    entries
        The entries of the optimized plan, in the order of the document's ``Reservations``.
    plan
        A plan for the hotel with the stay.
    test_stay
        The stay.
    """
    rooms: Mapping[str, str] = plan.room_by_stay
    tested = PlanEntry(
        assigned_room=rooms[test_stay.stay_id],
        arrival=test_stay.arrival,
        length=test_stay.los_nights,
        test_stay=True,
    )
    changed = [
        entry.model_copy(update={"assigned_room": rooms[stay_id]}) if stay_id in rooms else entry
        for stay_id, entry in zip(loaded.stay_ids, entries, strict=True)
    ]
    return ReOptimizedPlan(
        day=test_stay.arrival, test_length=test_stay.los_nights, optimized_plan=[*changed, tested]
    )


def _by_date(start: date, values: Sequence[int | None]) -> dict[date, int]:
    return {start + timedelta(position): value for position, value in enumerate(values) if value is not None}


def _avoided(start: date, stays: StaysByDate) -> dict[date, list[AvoidedStay]]:
    return {
        start + timedelta(position): [
            AvoidedStay(arrival=start + timedelta(arrival), length=los) for arrival, los in listed
        ]
        for position, listed in stays.items()
    }
