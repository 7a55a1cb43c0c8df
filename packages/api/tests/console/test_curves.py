from __future__ import annotations

from math import hypot
from typing import Any

import pytest

from bookingopt_api.console.curves import CurveView, curve_view, letter_of
from optimizer_core.wire import ResultDocument, TradeOffEntry, TradePointEntry

CURVE = ((0, 90.0, 90.0), (3, 50.0, 45.0), (12, 10.0, 8.0))
"""Moves, value and bound."""


def curve(*points: tuple[int, float, float], **fields: Any) -> TradeOffEntry:
    """Return a curve of points without rooms."""
    entries = [
        TradePointEntry(
            moves=moves, gap_cost=value, orphan_nights=0, value=value, bound=bound, proved=bound == value
        )
        for moves, value, bound in points
    ]
    return TradeOffEntry(points_asked=15, points=entries, **fields)


def drawn(result: ResultDocument, entry: TradeOffEntry | None, point: int | None = None) -> CurveView:
    """Return the drawing of a curve."""
    view = curve_view(result.model_copy(update={"trade_off": entry}), point)
    assert view is not None
    return view


def test_a_result_without_a_curve_has_no_drawing(ten_rooms: ResultDocument) -> None:
    assert curve_view(ten_rooms) is None
    assert curve_view(ten_rooms.model_copy(update={"trade_off": curve()})) is None


def test_points_have_letters_and_numbers_in_the_order_of_their_moves(ten_rooms: ResultDocument) -> None:
    view = drawn(ten_rooms, curve(*CURVE))
    assert [(point.number, point.letter) for point in view.points] == [(0, "A"), (1, "B"), (2, "C")]


def test_cheaper_plans_are_lower_and_more_moves_further_right(ten_rooms: ResultDocument) -> None:
    first, *_, last = drawn(ten_rooms, curve(*CURVE)).points
    assert first.x < last.x
    assert first.y < last.y  # SVG counts from above


def test_the_bound_goes_in_steps_because_it_holds_for_all_plans_with_fewer_moves(
    ten_rooms: ResultDocument,
) -> None:
    """Between 0 and 3 moves only the bound of 3 moves is proved."""
    view = drawn(ten_rooms, curve(*CURVE))
    corners = [tuple(map(float, corner.split(","))) for corner in view.bound.split()]
    x = [point.x for point in view.points]
    assert [at for at, _ in corners] == [x[0], x[0], x[1], x[1], x[2]]
    assert corners[1][1] == corners[2][1]
    assert all(low >= point.y for point, (_, low) in zip(view.points, corners[::2], strict=True))


def test_the_plan_of_the_job_is_marked_unless_another_point_is_shown(ten_rooms: ResultDocument) -> None:
    entry = curve((0, 38.75, 38.75), (5, 15.75, 15.75))
    assert [point.is_here for point in drawn(ten_rooms, entry).points] == [False, True]
    assert [point.is_here for point in drawn(ten_rooms, entry, 0).points] == [True, False]
    assert not any(point.is_here for point in drawn(ten_rooms, curve(*CURVE)).points)


@pytest.mark.parametrize("count", [2, 15, 40, 100])
def test_points_do_not_touch_and_have_letters_where_there_is_room(
    ten_rooms: ResultDocument, count: int
) -> None:
    points = [(place, 1000.0 / (place + 1), 0.0) for place in range(count)]
    view = drawn(ten_rooms, curve(*points))
    near = min(hypot(b.x - a.x, b.y - a.y) for a, b in zip(view.points, view.points[1:], strict=False))
    assert view.radius == 2.0 or 2 * view.radius < near
    assert view.has_letters == (view.radius >= 9)


def test_values_that_are_more_than_gap_cost_are_called_so(ten_rooms: ResultDocument) -> None:
    entry = curve(*CURVE)
    assert drawn(ten_rooms, entry).quantity == "gap cost"
    first = entry.points[0].model_copy(update={"gap_cost": 80.0})
    entry = entry.model_copy(update={"points": [first, *entry.points[1:]]})
    assert drawn(ten_rooms, entry).quantity == "gap cost and penalties"


def test_axes_begin_at_nothing_and_reach_beyond_every_point(ten_rooms: ResultDocument) -> None:
    view = drawn(ten_rooms, curve(*CURVE))
    assert [tick.label for tick in view.moves] == ["0", "5", "10", "15"]
    assert [tick.label for tick in view.values] == ["0", "50", "100"]


def test_numbers_beside_the_axes_are_round(ten_rooms: ResultDocument) -> None:
    view = drawn(ten_rooms, curve((0, 1810.5, 0), (214, 3.25, 0)))
    assert [tick.label for tick in view.moves] == ["0", "100", "200", "300"]
    assert [tick.label for tick in view.values] == ["0", "500", "1,000", "1,500", "2,000"]


def test_a_plan_without_any_gap_is_drawn(ten_rooms: ResultDocument) -> None:
    assert drawn(ten_rooms, curve((0, 0.0, 0.0))).points[0].point.moves == 0


def test_points_that_were_not_reached_are_counted(ten_rooms: ResultDocument) -> None:
    assert drawn(ten_rooms, curve(*CURVE, points_not_reached=12)).not_reached == 12


def test_letters_do_not_end() -> None:
    assert [letter_of(place) for place in (0, 25, 26)] == ["A", "Z", "A1"]
