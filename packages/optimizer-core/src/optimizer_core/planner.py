"""The planner behind the verbs of `optimizer_core`: one backend, one set of limits, every question."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from typing import Any

from optimizer_core.domain import Limit, Limits, Outcome, Policy, Problem, Reason
from optimizer_core.domain.wrong_types import (
    check_date,
    check_kind,
    check_number,
    check_text,
    check_texts,
    check_whole,
)
from optimizer_core.enquiries import rooms_as_they_are
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.hotel import Hotel
from optimizer_core.hotel_reading import HotelSource, loaded_hotel, read_hotel
from optimizer_core.objective import score
from optimizer_core.plugins import AUTO, PluginManager
from optimizer_core.report import compare
from optimizer_core.restrictions import Profile
from optimizer_core.results import (
    BookingAnswer,
    PlanResult,
    Restrictions,
    TradeOff,
    TradeOffPoint,
    booking_answer,
    plan_result,
    required_plan,
)
from optimizer_core.run import RunResult, run
from optimizer_core.selling import has_nights_to_sell, open_selling
from optimizer_core.trade_off_curve import CurvePoint, trade_off
from optimizer_core.wire import LoadedProblem, to_result
from optimizer_core.wire.load import to_requested_stay

MOST_RESOLVES = 200
"""Stays of one component for which the hotel is planned again, as ``bookingopt restrictions`` does."""

_ARGUMENTS = {
    "Arrival": "arrival",
    "Length": "nights",
    "RoomType": "room_type",
    "AllowableRoomTypes": "further_types",
    "MostRoomChanges": "most_room_changes",
    "LeastPieceNights": "least_piece_nights",
}


@dataclass(frozen=True)
class Planner:
    """Answers every question about hotels with one backend and the same limits.

    Parameters
    ----------
    backend
        Name of the backend; None or "auto" for the best that is available and capable.
    limits
        Time limit, cancel and progress of each question: the clock starts with the question. None for no
        limit.
    manager
        The plugins; None for the built-in and the installed ones.
    """

    backend: str | None = None
    limits: Limits | None = None
    manager: PluginManager | None = None

    def __post_init__(self) -> None:
        """Check the types."""
        check_text("Planner.backend", self.backend, or_none=True)
        if self.limits is not None:
            check_kind("Planner.limits", self.limits, Limits, "Limits(time_limit_seconds=60)")

    def plan(
        self,
        hotel: HotelSource,
        *,
        max_moves: int | None = None,
        move_price: float | Fraction | None = None,
        upgrade_price: float | Fraction | None = None,
        restrictions: bool = False,
    ) -> PlanResult:
        """Return the best plan; see `optimizer_core.plan`."""
        problem = read_hotel(hotel)
        loaded = loaded_hotel(problem, _policy(problem.policy, max_moves, move_price, upgrade_price))
        found = run(
            loaded,
            backend=self._backend,
            limits=self._started(),
            manager=self.manager,
            restrictions=restrictions,
        )
        return plan_result(found)

    def trade_off(
        self, hotel: HotelSource, *, points: int = 15, upgrade_price: float | Fraction | None = None
    ) -> TradeOff:
        """Return plans from the fewest moves to the best value; see `optimizer_core.trade_off`."""
        check_whole("trade_off: points", points)
        problem = read_hotel(hotel)
        policy = _policy(problem.policy, None, None, upgrade_price)
        loaded = loaded_hotel(problem, policy)
        found = trade_off(
            loaded.problem,
            points=points,
            backend=self._backend,
            limits=self._started(),
            manager=self.manager,
        )
        return TradeOff(tuple(self._point(problem, policy, point) for point in found))

    def check_booking(
        self,
        plan: PlanResult | HotelSource,
        *,
        arrival: date,
        nights: int,
        room_type: str | None = None,
        further_types: tuple[str, ...] = (),
        most_room_changes: int = 0,
        least_piece_nights: int = 1,
    ) -> BookingAnswer:
        """Return whether one more booking fits; see `optimizer_core.check_booking`."""
        check_date("check_booking: arrival", arrival)
        check_whole("check_booking: nights", nights)
        check_text("check_booking: room_type", room_type, or_none=True)
        check_texts("check_booking: further_types", further_types, tuple)
        check_whole("check_booking: most_room_changes", most_room_changes)
        check_whole("check_booking: least_piece_nights", least_piece_nights)
        limits = self._started()
        loaded, hotel = self._opened(plan, limits)
        with _places_as_arguments():
            requested = to_requested_stay(
                {
                    "Arrival": arrival.isoformat(),
                    "Length": nights,
                    "RoomType": room_type,
                    "AllowableRoomTypes": list(further_types),
                    "MostRoomChanges": most_room_changes,
                    "LeastPieceNights": least_piece_nights,
                }
            )
            return booking_answer(loaded, hotel.answer(requested, limits=limits))

    def derive_restrictions(
        self,
        plan: PlanResult | HotelSource,
        *,
        threshold: float | Fraction = 0,
        profile: Profile | str = Profile.FULL,
    ) -> Restrictions:
        """Return what should not be sold; see `optimizer_core.derive_restrictions`."""
        check_number("derive_restrictions: threshold", threshold)
        points = _points(threshold)
        if not isinstance(points, Fraction) or points < 0:
            raise ValueError(
                f"derive_restrictions: threshold {threshold} is not a number from 0; give points"
            )
        kind = Profile(profile)
        limits = self._started()
        found = plan if isinstance(plan, PlanResult) else replace(self, limits=limits).plan(plan)
        outcome, loaded = found.run.outcome, found.run.loaded
        best = required_plan(outcome)
        if not has_nights_to_sell(loaded.problem):
            return Restrictions(points, kind, {})
        selling = open_selling(
            loaded.problem,
            best,
            as_given=bool(loaded.document.restrictions_for_initial_plan),
            threshold=points,
            most_resolves=MOST_RESOLVES,
            backend=self._backend,
            limits=limits,
            manager=self.manager,
        )
        several = len(loaded.problem.room_types) > 1
        names = [name for name in selling.matrices if name is None or several]
        return Restrictions(points, kind, {name: selling.restrictions(name, kind) for name in names})

    @property
    def _backend(self) -> str:
        return self.backend or AUTO

    def _started(self) -> Limits:
        """Return the limits of one question, whose clock starts now."""
        return Limits() if self.limits is None else replace(self.limits, started=time.monotonic())

    def _opened(self, plan: PlanResult | HotelSource, limits: Limits) -> tuple[LoadedProblem, Hotel]:
        """Return the hotel that a booking is asked of: it follows a plan, or has its rooms as they are."""
        if isinstance(plan, PlanResult) and self.manager is None:
            return plan.run.loaded, plan.open_hotel(self._backend)
        if isinstance(plan, PlanResult):
            loaded, outcome = plan.run.loaded, plan.run.outcome
        else:
            hotel = read_hotel(plan)
            loaded = loaded_hotel(hotel, hotel.policy)
            outcome = rooms_as_they_are(
                loaded.problem, backend=self._backend, limits=limits, manager=self.manager
            )
        best = required_plan(outcome)
        return loaded, Hotel(loaded, best, backend=self._backend, manager=self.manager)

    def _point(self, hotel: Problem, policy: Policy, point: CurvePoint) -> TradeOffPoint:
        return TradeOffPoint(
            point.moves,
            point.gap_cost,
            point.orphan_nights,
            point.value,
            point.bound,
            partial(_plan_of_point, hotel, policy, point, self._backend),
        )


def _plan_of_point(hotel: Problem, policy: Policy, point: CurvePoint, backend: str) -> PlanResult:
    """Return the plan of a point, judged as if its moves had been the budget."""
    loaded = loaded_hotel(hotel, Policy(point.moves, None, policy.upgrade_price))
    found = score(loaded.problem, point.plan)
    is_proved = point.bound == found.value
    outcome = Outcome(
        Reason.OPTIMAL if is_proved else Reason.FEASIBLE,
        Limit.NONE if is_proved else Limit.METHOD,
        backend,
        point.plan,
        found.value,
        point.bound,
        upgrades=(found.upgrades.total, found.upgrades.total),
        moves=(found.moves.total, 0),
        has_upgrade_price=policy.upgrade_price is not None,
    )
    comparison = compare(loaded.problem, point.plan)
    today = datetime.now(tz=UTC).date()
    result = to_result(loaded, outcome, comparison, solve_seconds=0.0, total_seconds=0.0, today=today)
    return plan_result(RunResult(result, outcome, comparison, loaded))


def _policy(
    policy: Policy,
    max_moves: int | None,
    move_price: float | Fraction | None,
    upgrade_price: float | Fraction | None,
) -> Policy:
    """Return a policy with what is given in place of its own."""
    check_whole("plan: max_moves", max_moves, or_none=True)
    check_number("plan: move_price", move_price, or_none=True)
    check_number("plan: upgrade_price", upgrade_price, or_none=True)
    changes: dict[str, Any] = {
        name: value if name == "max_moves" else _points(value)
        for name, value in (
            ("max_moves", max_moves),
            ("move_price", move_price),
            ("upgrade_price", upgrade_price),
        )
        if value is not None
    }
    return replace(policy, **changes) if changes else policy


def _points(number: float | Fraction) -> float | Fraction:
    """Return a number of points exactly as it is written, 0.1 as a tenth; NaN and infinity as they are."""
    try:
        return Fraction(str(number))
    except ValueError:
        return number


@contextmanager
def _places_as_arguments() -> Iterator[None]:
    """Raise faults with the names of the arguments as their places."""
    try:
        yield
    except InvalidInput as error:
        faults = [
            Fault((_ARGUMENTS.get(str(fault.place[0]), str(fault.place[0])),), fault.message)
            if fault.place
            else fault
            for fault in error.faults
        ]
        raise InvalidInput(faults) from None
