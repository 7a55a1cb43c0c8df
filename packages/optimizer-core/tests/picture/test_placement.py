from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest

from optimizer_core.domain import (
    MinimumStay,
    MinimumStayPeriod,
    Plan,
    Problem,
    Room,
    Stay,
    count_orphan_nights,
    current_plan,
    find_gaps,
)
from optimizer_core.objective import score
from optimizer_core.picture import ChartStay, Side, TapeChart
from optimizer_core.picture.placement import Placement, place

START = date(2026, 10, 1)


def day(number: int) -> date:
    return START + timedelta(number)


def rooms_of(placement: Placement) -> dict[str | None, list[list[str]]]:
    """Return the names in each lane by room number."""
    return {
        row.room.number if row.room else None: [[stay.name for stay in lane] for lane in row.lanes]
        for section in placement.sections
        for row in section.rows
    }


@pytest.mark.parametrize("seed", range(5))
def test_gaps_and_gap_cost_are_those_of_the_domain(make_chart: Callable[..., TapeChart], seed: int) -> None:
    chart = make_chart(12, 40, seed=seed, longest_gap=9)
    minimum = MinimumStay(3, {4: 2, 5: 5}, (MinimumStayPeriod(day(10), day(15), 4),))
    chart = TapeChart("", chart.rooms, chart.stays, chart.start, chart.end, minimum)
    stays = tuple(
        Stay(str(index), stay.arrival, stay.departure, current_room=stay.room_before)
        for index, stay in enumerate(chart.stays)
    )
    problem = Problem("", chart.rooms, stays, minimum)
    after = Plan({str(index): stay.room_after or "" for index, stay in enumerate(chart.stays)})
    placement = place(chart, Side.AFTER)
    assert placement.orphan_nights == count_orphan_nights(problem, after) > 0
    orphans = [(gap.start, gap.nights) for gap in placement.gaps if gap.is_orphan]
    assert orphans == [(gap.start, gap.nights) for gap in find_gaps(problem, after) if gap.is_orphan]
    assert placement.gap_cost == score(problem, after).gap_cost
    before = place(chart, Side.BEFORE)
    assert before.orphan_nights == count_orphan_nights(problem, current_plan(problem))


def test_a_gap_that_costs_nothing_is_none() -> None:
    """Longer than twice the minimum stay, and free nights at the edges."""
    stays = (ChartStay("a", day(2), day(4), None, "1"), ChartStay("b", day(11), day(12), None, "1"))
    assert place(TapeChart("", (Room("1"),), stays, day(0), day(20), MinimumStay(3)), Side.AFTER).gaps == []


def test_a_gap_as_long_as_the_minimum_stay_is_no_orphan() -> None:
    stays = (ChartStay("a", day(2), day(4), None, "1"), ChartStay("b", day(7), day(12), None, "1"))
    placement = place(TapeChart("", (Room("1"),), stays, day(0), day(20), MinimumStay(3)), Side.AFTER)
    assert [(gap.start, gap.end, gap.is_orphan) for gap in placement.gaps] == [(day(4), day(7), False)]
    assert placement.gap_cost == Fraction(1)
    assert placement.orphan_nights == 0


def test_a_room_booked_twice_gets_a_second_lane_and_no_gap_where_it_is_taken() -> None:
    stays = (
        ChartStay("long", day(0), day(10), "1"),
        ChartStay("within", day(2), day(3), "1"),
        ChartStay("also within", day(5), day(6), "1"),
        ChartStay("next", day(11), day(12), "1"),
    )
    placement = place(TapeChart("", (Room("1"),), stays, day(0), day(12), MinimumStay(3)), Side.BEFORE)
    assert rooms_of(placement) == {"1": [["long", "next"], ["within", "also within"]]}
    assert [(gap.start, gap.nights) for gap in placement.gaps] == [(day(10), 1)]


def test_stays_without_a_room_come_last_in_lanes_of_their_own() -> None:
    stays = (
        ChartStay("none", day(0), day(3)),
        ChartStay("unknown", day(2), day(5), "no such room"),
        ChartStay("later", day(3), day(4)),
        ChartStay("housed", day(0), day(3), "1"),
        ChartStay("not drawn", day(30), day(31)),
    )
    placement = place(TapeChart("", (Room("1"),), stays, day(0), day(12)), Side.BEFORE)
    assert [section.heading for section in placement.sections] == ["Default", "Without a room"]
    last = placement.sections[-1]
    assert [[stay.name for stay in row.lanes[0]] for row in last.rows] == [["none", "later"], ["unknown"]]


def test_rooms_stand_by_type() -> None:
    rooms = (Room("1", "B"), Room("2", "A"), Room("3", "B"))
    placement = place(TapeChart("", rooms, (), day(0), day(1)), Side.AFTER)
    headings = [
        (section.heading, [row.room and row.room.number for row in section.rows])
        for section in placement.sections
    ]
    assert headings == [("A", ["2"]), ("B", ["1", "3"])]
