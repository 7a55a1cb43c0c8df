"""Stays of a room are found by date, and a gap knows who is why it went."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from optimizer_core.domain import Gap, Plan, Stay
from optimizer_core.report.timeline import Timeline, sharers, timelines

MakeStay = Callable[..., Stay]


def day(night: int) -> date:
    return date(2026, 5, 1) + timedelta(night)


def ids(stays: list[Stay]) -> list[str]:
    return [stay.stay_id for stay in stays]


@pytest.mark.parametrize(
    ("first", "end", "found"),
    [
        (0, 1, ["long", "a"]),
        (2, 3, ["long"]),
        (4, 5, ["long", "b"]),
        (0, 30, ["long", "a", "b", "late"]),
        (9, 20, []),
        (25, 26, []),
    ],
)
def test_stays_are_found_by_the_nights_they_occupy(
    stay: MakeStay, first: int, end: int, found: list[str]
) -> None:
    """A departure day is no night, and a stay that began long before is found although others came since."""
    timeline = Timeline([stay("long", 0, 9), stay("a", 0, 2), stay("b", 4, 2), stay("late", 20, 5)])
    assert ids(list(timeline.during(day(first), day(end)))) == found


def test_a_timeline_knows_its_stays(stay: MakeStay) -> None:
    timeline = Timeline([stay("a", 0, 2)])
    assert stay("a", 0, 2) in timeline
    assert stay("b", 0, 2) not in timeline


def test_timelines_leave_out_stays_without_a_room(stay: MakeStay) -> None:
    stays = [stay("a", 0, 2), stay("b", 0, 2), stay("c", 3, 1)]
    found = timelines(stays, Plan({"a": "1", "c": "1"}))
    assert {number: ids(list(timeline.stays)) for number, timeline in found.items()} == {"1": ["a", "c"]}


def test_a_gap_goes_because_somebody_comes_in_or_a_neighbor_leaves(stay: MakeStay) -> None:
    before, after = stay("before", 0, 2), stay("after", 4, 2)
    gap = Gap("1", before, after, 3)
    left = {"1": Timeline([before]), "2": Timeline([after])}
    entered = {"1": Timeline([stay("too early", 0, 2), stay("in time", 3, 9)])}
    assert ids(sharers(gap, left, entered)) == ["before", "in time"]
