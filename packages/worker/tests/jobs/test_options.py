from typing import Any

import pytest

from bookingopt_worker.jobs.options import JobOptions


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


@pytest.mark.parametrize("options", [{}, {"max_moves": 0}, {"move_price": 0.0}, {"move_price": 1.125}])
def test_none_and_zero_are_told_apart(options: dict[str, Any]) -> None:
    assert (JobOptions(**options).to_json() == JobOptions().to_json()) == (options == {})
