from __future__ import annotations

from collections.abc import Callable

import pytest

from bookingopt_api.console.curves import (
    CurvePoint,
    best_of_each,
    curve_view,
    letter_of,
    missing_limits,
    point_of,
    start_of,
)
from optimizer_core.wire import ResultDocument

START = CurvePoint(0, 20, 90.0)
BEST = CurvePoint(12, 4, 10.0, "best")


def test_the_points_of_a_result_are_what_it_says(ten_rooms: ResultDocument) -> None:
    assert point_of(ten_rooms, "job", None) == CurvePoint(5, 3, 15.75, "job", is_proved=True)
    assert start_of(ten_rooms) == CurvePoint(0, 9, 38.75)


def test_without_a_plan_there_is_no_point(small: Callable[..., ResultDocument]) -> None:
    assert point_of(small(optimized_plan=[], succeeded=False), "job", None) is None
    assert start_of(small()) is None


def test_of_plans_with_the_same_moves_the_best_one_stays() -> None:
    worse = CurvePoint(12, 5, 11.0, "worse")
    assert best_of_each([BEST, worse, START]) == (START, BEST)


def test_a_plan_is_preferred_to_the_rooms_as_given() -> None:
    planned = CurvePoint(0, 20, 90.0, "planned")
    assert best_of_each([START, planned]) == (planned,)


def test_missing_points_lie_between_those_known() -> None:
    assert missing_limits([START, BEST], []) == (3, 6, 9)
    assert missing_limits([START, BEST], [6]) == (3, 9)
    assert missing_limits([START, BEST, CurvePoint(3, 9, 40.0, "x")], [6, 9]) == ()


@pytest.mark.parametrize("moves", [0, 1])
def test_between_no_moves_and_one_there_is_nothing(moves: int) -> None:
    assert missing_limits([START, CurvePoint(moves, 1, 1.0, "x")], []) == ()


def test_fewer_orphan_nights_are_lower_and_more_moves_further_right() -> None:
    first, last = curve_view([START, BEST]).points
    assert (first.letter, last.letter) == ("A", "B")
    assert first.x < last.x
    assert first.y < last.y  # SVG counts from above


def test_axes_begin_at_nothing_and_reach_beyond_every_point() -> None:
    view = curve_view([START, BEST])
    assert [tick.label for tick in view.moves] == ["0", "5", "10", "15"]
    assert [tick.label for tick in view.nights] == ["0", "5", "10", "15", "20"]


def test_numbers_beside_the_axes_are_round() -> None:
    view = curve_view([CurvePoint(0, 1810, 90.0), CurvePoint(214, 3, 1.0, "x")])
    assert [tick.label for tick in view.moves] == ["0", "100", "200", "300"]
    assert [tick.label for tick in view.nights] == ["0", "500", "1,000", "1,500", "2,000"]


def test_a_plan_without_any_gap_is_drawn() -> None:
    assert curve_view([CurvePoint(0, 0, 0.0, "x")]).points[0].point.moves == 0


def test_letters_do_not_end() -> None:
    assert [letter_of(place) for place in (0, 25, 26)] == ["A", "Z", "A1"]
