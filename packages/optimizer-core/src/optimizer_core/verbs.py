"""The verbs of `optimizer_core`: each asks a `Planner` that is made for one question."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

from optimizer_core.domain import Limits
from optimizer_core.domain.wrong_types import check_number
from optimizer_core.hotel_reading import HotelSource
from optimizer_core.planner import Planner
from optimizer_core.restrictions import Profile
from optimizer_core.results import BookingAnswer, PlanResult, Restrictions, TradeOff


def plan(
    hotel: HotelSource,
    *,
    backend: str | None = None,
    time_limit: float | None = None,
    max_moves: int | None = None,
    move_price: float | Fraction | None = None,
    upgrade_price: float | Fraction | None = None,
    restrictions: bool = False,
) -> PlanResult:
    """Return the best plan of a hotel, as ``bookingopt optimize`` finds it.

    Parameters
    ----------
    hotel
        A `Problem`, or anything that `read_hotel` accepts.
    backend
        Name of the backend; None for the best that is available and capable.
    time_limit
        Seconds after which the best plan so far is returned; None for no limit.
    max_moves
        At most this many stays may change rooms; None for what `Problem.policy` says.
    move_price, upgrade_price
        Points of gap cost that a move, and a stay outside its own type, must save; None for what
        `Problem.policy` says.
    restrictions
        Whether the saved result says what may still be sold, too, which takes longer.

    Raises
    ------
    InvalidInput
        If the hotel or a number is wrong; lists every fault.
    TypeError
        If a value is of a wrong type.
    BackendError
        If the backend cannot be used, or claims a plan that the verifier refuses.

    Examples
    --------
    >>> import optimizer_core as oc
    >>> plan = oc.plan("examples/ten-rooms.json", max_moves=1)
    >>> float(plan.value), plan.is_proved, len(plan.moves)
    (30.75, True, 1)
    """
    return _planner(backend, time_limit).plan(
        hotel,
        max_moves=max_moves,
        move_price=move_price,
        upgrade_price=upgrade_price,
        restrictions=restrictions,
    )


def trade_off(
    hotel: HotelSource,
    *,
    points: int = 15,
    backend: str | None = None,
    time_limit: float | None = None,
    upgrade_price: float | Fraction | None = None,
) -> TradeOff:
    """Return plans from the fewest moves to the best value, each with its bound.

    Parameters
    ----------
    hotel
        A `Problem`, or anything that `read_hotel` accepts. Budget and price for moves of its policy do not
        count here.
    points
        Most points, from 2 to 200.
    backend, time_limit
        As for `plan`; at the limit the points found so far are returned.
    upgrade_price
        As for `plan`.

    Raises
    ------
    ValueError
        If `points` is out of range.
    InvalidInput, TypeError
        As for `plan`.
    BackendUnavailable
        If no backend here solves single models.

    Examples
    --------
    >>> import optimizer_core as oc
    >>> curve = oc.trade_off("examples/ten-rooms.json")
    >>> [(point.moves, float(point.gap_cost)) for point in curve.points]
    [(0, 38.75), (1, 30.75), (3, 22.75), (5, 15.75)]
    """
    planner = _planner(backend, time_limit)
    return planner.trade_off(hotel, points=points, upgrade_price=upgrade_price)


def check_booking(
    plan: PlanResult | HotelSource,
    *,
    arrival: date,
    nights: int,
    room_type: str | None = None,
    further_types: tuple[str, ...] = (),
    most_room_changes: int = 0,
    least_piece_nights: int = 1,
    backend: str | None = None,
    time_limit: float | None = None,
) -> BookingAnswer:
    """Return whether one more booking fits, where, and what that takes and costs.

    Parameters
    ----------
    plan
        The plan that the hotel follows; or a hotel, whose rooms are then taken as they are, and planned first
        only where they are no plan.
    arrival, nights
        First night, and length of stay.
    room_type
        The type; None for any.
    further_types
        Types it may be given when its own is full, best first.
    most_room_changes
        Changes of room that the guest accepts where no single room is free.
    least_piece_nights
        Nights in each room of such a split, at least.
    backend, time_limit
        As for `plan`.

    Raises
    ------
    InvalidInput
        If the booking lies outside the schedule or names an unknown type, or if there is no plan.
    TypeError
        If a value is of a wrong type.
    BackendUnavailable
        If no backend here solves single models.

    Examples
    --------
    >>> from datetime import date
    >>> import optimizer_core as oc
    >>> plan = oc.plan("examples/ten-rooms.json")
    >>> oc.check_booking(plan, arrival=date(2027, 6, 8), nights=3).fits
    True
    """
    return _planner(backend, time_limit).check_booking(
        plan,
        arrival=arrival,
        nights=nights,
        room_type=room_type,
        further_types=further_types,
        most_room_changes=most_room_changes,
        least_piece_nights=least_piece_nights,
    )


def derive_restrictions(
    plan: PlanResult | HotelSource,
    *,
    threshold: float | Fraction = 0,
    profile: Profile | str = Profile.FULL,
    backend: str | None = None,
    time_limit: float | None = None,
) -> Restrictions:
    """Return the restrictions that keep out the stays that cost more than a threshold.

    Parameters
    ----------
    plan
        A plan; or a hotel, which is planned first.
    threshold
        Most points of gap cost that a stay worth selling may cause.
    profile
        What the sales channel can take, as `optimizer_core.restrictions.Profile` lists it.
    backend, time_limit
        As for `plan`.

    Raises
    ------
    ValueError
        If the threshold is negative or no number, or the profile is unknown.
    InvalidInput
        If there is no plan, or as for `plan`.
    TypeError
        If a value is of a wrong type.
    BackendUnavailable
        If no backend here solves single models.

    Examples
    --------
    >>> import optimizer_core as oc
    >>> limits = oc.derive_restrictions("examples/ten-rooms.json", threshold=2.0)
    >>> limits.by_type[None].is_proved
    True
    """
    return _planner(backend, time_limit).derive_restrictions(plan, threshold=threshold, profile=profile)


def _planner(backend: str | None, time_limit: float | None) -> Planner:
    check_number("time_limit", time_limit, or_none=True)
    if time_limit is not None and not 0 < time_limit < math.inf:
        raise ValueError(f"time_limit is {time_limit}; give seconds above 0, or None for no limit")
    return Planner(backend, None if time_limit is None else Limits(time_limit))
