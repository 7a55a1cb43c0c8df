from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.errors import InvalidDocument, InvalidInput
from optimizer_core.picture import NightBand, Side, chart_of
from optimizer_core.picture.from_result import verdict
from optimizer_core.picture.placement import place
from optimizer_core.wire import PlanEntry, ResultDocument, RoomEntry
from optimizer_core.wire.problem import MinimumStayByWeekday, MinimumStayPeriodEntry

START = date(2026, 10, 1)


def entry(arrival: int = 1, length: int = 3, **fields: Any) -> PlanEntry:
    return PlanEntry(arrival=date(2026, 10, arrival), length=length, **fields)


def result(**fields: Any) -> ResultDocument:
    given: dict[str, Any] = {
        "problem_id": "hotel",
        "processing_date": date(2026, 9, 1),
        "succeeded": True,
        "rooms": [RoomEntry(room_number="1"), RoomEntry(room_number="2", room_type="Suite")],
    }
    return ResultDocument(**given | fields)


def test_the_plan_gives_the_room_after_and_the_current_room_is_the_room_before() -> None:
    entries = [
        entry(name="Moved", current_room="1", assigned_room="2", is_locked=False, adjacency_group="g"),
        entry(name="Test", assigned_room="1", test_stay=True, room_type="Suite"),
    ]
    moved, test = chart_of(result(optimized_plan=entries)).stays
    assert (moved.room_before, moved.room_after, moved.is_moved, moved.group) == ("1", "2", True, "g")
    assert (test.room_before, test.room_after, test.is_new, test.room_type) == (None, "1", True, "Suite")


def test_without_a_plan_the_rooms_as_given_are_drawn() -> None:
    chart = chart_of(result(initial_plan=[entry(assigned_room="1", is_locked=True)]))
    assert chart.sides == (Side.BEFORE,)
    assert chart.stays[0].is_locked


def test_the_nights_drawn_are_those_of_the_stays() -> None:
    chart = chart_of(result(optimized_plan=[entry(3, 2, assigned_room="1"), entry(1, 1, assigned_room="1")]))
    assert (chart.start, chart.end) == (date(2026, 10, 1), date(2026, 10, 5))


def test_a_stay_knows_its_position_in_the_plan_whatever_the_order_it_is_drawn_in() -> None:
    entries = [entry(3, name="Late", assigned_room="1"), entry(1, 1, name="Early", assigned_room="1")]
    drawn = chart_of(result(optimized_plan=entries)).stays
    assert [(stay.name, stay.position) for stay in drawn] == [("Early", 1), ("Late", 0)]


def test_an_empty_hotel_is_drawn_from_the_day_of_the_answer() -> None:
    chart = chart_of(result())
    assert (chart.start, chart.num_nights) == (date(2026, 9, 1), 14)


def test_a_stay_is_labeled_by_its_name_else_by_its_id() -> None:
    entries = [
        entry(name="Kim", id=7, assigned_room="1"),
        entry(2, id=8, assigned_room="1"),
        entry(3, assigned_room="1"),
    ]
    assert [stay.name for stay in chart_of(result(optimized_plan=entries)).stays] == ["Kim", "8", ""]


def test_minimum_stays_decide_which_gaps_are_orphans() -> None:
    """A period wins over the weekday, which wins over the hotel's minimum stay."""
    fields: dict[str, Any] = {
        "optimized_plan": [entry(1, 1, assigned_room="1"), entry(4, 1, assigned_room="1")],
        "minimum_stay": 2,
    }
    assert place(chart_of(result(**fields)), Side.AFTER).orphan_nights == 0
    fields["minimum_stay_by_day"] = MinimumStayByWeekday(fri=4)  # the first free night is a Friday
    assert place(chart_of(result(**fields)), Side.AFTER).orphan_nights == 2
    period = MinimumStayPeriodEntry(start=date(2026, 10, 2), end=date(2026, 10, 2), minimum_stay=1)
    fields["minimum_stay_by_date"] = [period]
    placement = place(chart_of(result(**fields)), Side.AFTER)
    assert (placement.orphan_nights, placement.gap_cost) == (0, Fraction(1, 2))


@pytest.mark.parametrize("length", [0, -3, 5000, 999_999])
def test_a_stay_of_no_night_or_of_too_many_is_refused_with_its_place(length: int) -> None:
    with pytest.raises(InvalidDocument, match=r"OptimizedPlan\[1\]\.Length"):
        chart_of(result(optimized_plan=[entry(), entry(length=length)]))


def test_a_stay_that_leaves_after_the_end_of_the_calendar_is_refused_with_its_place() -> None:
    last = PlanEntry(arrival=date(9999, 12, 31), length=1)
    with pytest.raises(InvalidDocument, match=r"OptimizedPlan\[0\]\.Length"):
        chart_of(result(optimized_plan=[last]))


def test_a_result_without_rooms_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no rooms to draw"):
        chart_of(result(rooms=[]))


def test_restrictions_become_bands_only_where_the_result_has_them() -> None:
    assert chart_of(result()).bands == ()
    fields: dict[str, Any] = {
        "min_stays": {START: 3},
        "initial_min_stays": {START: 2},
        "max_stays": {START: 9},
        "closed_arrivals": {START: 1},
        "closed_departures": {START: 0},
    }
    bands = chart_of(result(**fields)).bands
    assert set(bands) == {
        NightBand("Min", {START: "2"}, Side.BEFORE),
        NightBand("Min", {START: "3"}, Side.AFTER),
        NightBand("Max", {START: "9"}, Side.AFTER),
        NightBand("CTA", {START: "x"}, Side.AFTER),
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"solver_status": "optimal"}, "Proved: no plan is better"),
        ({"solver_status": "feasible", "gap": 0.00123}, "Proved to be at most 0.13 % above the best"),
        ({"solver_status": "feasible", "bound": 0.0}, "Not proved: no lower bound above 0 is known"),
        ({"solver_status": "feasible"}, "Nothing proved"),
        ({}, ""),
    ],
)
def test_the_verdict_on_a_plan_never_promises_more_than_was_proved(
    fields: dict[str, Any], words: str
) -> None:
    assert verdict(result(optimized_plan=[entry(assigned_room="1")], **fields)) == words


def test_without_a_plan_the_verdict_says_whether_that_is_proved() -> None:
    assert verdict(result(solver_status="infeasible")) == "Proved: the stays cannot all be housed"
    assert verdict(result(current_schedule_infeasible=True)) == "Proved: the stays cannot all be housed"
    assert verdict(result(solver_status="no_plan_found")) == "No plan found"
    assert verdict(result()) == ""
