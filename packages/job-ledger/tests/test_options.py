from typing import Any

import pytest

from job_ledger.options import JobOptions


@pytest.mark.parametrize("name", ["", "Auto", "two words", "-x", "x" * 65, "line\nbreak"])
def test_a_backend_has_the_name_of_a_backend(name: str) -> None:
    """The log quotes it, so nothing else may be typed there."""
    with pytest.raises(ValueError, match="backend must be a name"):
        JobOptions(name)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_a_time_limit_is_above_zero(seconds: float) -> None:
    with pytest.raises(ValueError, match="time_limit_seconds"):
        JobOptions(time_limit_seconds=seconds)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"max_moves": -1}, "max_moves"),
        ({"max_moves": 1_000_001}, "max_moves"),
        ({"move_price": -0.5}, "move_price"),
        ({"move_price": 1e9}, "move_price"),
        ({"move_price": 0.12345}, "move_price"),
        ({"move_price": float("nan")}, "move_price"),
        ({"move_price": float("inf")}, "move_price"),
    ],
)
def test_moves_and_their_price_have_bounds(options: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be 0 to 1,000,000"):
        JobOptions(**options)


@pytest.mark.parametrize("points", [0, 1, 101, 1_000])
def test_a_curve_has_as_many_points_as_make_one(points: int) -> None:
    with pytest.raises(ValueError, match="curve_points must be 2 to 100"):
        JobOptions(curve_points=points)


@pytest.mark.parametrize("other", [{"max_moves": 3}, {"move_price": 0.0}])
def test_a_curve_is_for_all_numbers_of_moves(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="leave out max_moves and move_price"):
        JobOptions(curve_points=15, **other)


def test_options_of_earlier_versions_keep_their_text() -> None:
    """A request is known again by its digest, which is made of it."""
    before = '{"backend": "auto", "time_limit_seconds": null, "max_moves": 3, "move_price": null}'
    assert JobOptions(max_moves=3).to_json() == before
    assert JobOptions(curve_points=15).to_json() != JobOptions(curve_points=16).to_json()


@pytest.mark.parametrize(
    "options", [{}, {"max_moves": 0}, {"move_price": 0.0}, {"move_price": 1.125}, {"curve_points": 2}]
)
def test_none_and_zero_are_told_apart(options: dict[str, Any]) -> None:
    assert (JobOptions(**options).to_json() == JobOptions().to_json()) == (options == {})
