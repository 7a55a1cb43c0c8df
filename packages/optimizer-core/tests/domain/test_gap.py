"""Gaps lie between two stays of one room; the edges of the schedule are none."""

from collections.abc import Callable
from datetime import date

from optimizer_core.domain import (
    MinimumStay,
    Plan,
    Problem,
    Room,
    Stay,
    count_orphan_nights,
    current_plan,
    find_gaps,
)

MakeStay = Callable[..., Stay]


def hotel(*stays: Stay, rule: MinimumStay | None = None) -> Problem:
    return Problem("gaps", (Room("1"), Room("2")), stays, rule or MinimumStay(3))


def test_a_gap_knows_its_nights_and_its_neighbors(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1"), stay("b", 4, 1, "1"))
    (gap,) = find_gaps(problem, current_plan(problem))
    assert (gap.room_number, gap.before.stay_id, gap.after.stay_id) == ("1", "a", "b")
    assert (gap.start, gap.last, gap.nights) == (date(2026, 5, 3), date(2026, 5, 4), 2)


def test_free_nights_at_the_edges_are_no_gaps(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 9, "1"), stay("b", 4, 1, "2"))
    assert find_gaps(problem, current_plan(problem)) == []


def test_stays_that_touch_leave_no_gap(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1"), stay("b", 2, 1, "1"))
    assert find_gaps(problem, current_plan(problem)) == []


def test_the_minimum_stay_of_the_first_free_night_decides(stay: MakeStay) -> None:
    """1 May 2026 is a Friday."""
    problem = hotel(stay("a", 0, 1, "1"), stay("b", 3, 1, "1"), rule=MinimumStay(9, {5: 2, 6: 5}))
    (gap,) = find_gaps(problem, current_plan(problem))
    assert (gap.minimum_stay_nights, gap.is_orphan) == (2, False)


def test_orphan_nights_are_those_of_gaps_that_nobody_can_buy(stay: MakeStay) -> None:
    stays = (stay("a", 0, 1), stay("b", 3, 1), stay("c", 7, 1), stay("d", 8, 1), stay("e", 9, 1))
    plan = Plan(dict.fromkeys("abcde", "1"))
    assert [gap.nights for gap in find_gaps(hotel(*stays), plan)] == [2, 3]
    assert count_orphan_nights(hotel(*stays), plan) == 2
