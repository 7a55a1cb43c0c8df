"""A verb is a planner for one question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import optimizer_core as oc

TEN_ROOMS = Path(__file__).resolve().parents[3] / "examples" / "ten-rooms.json"
DAY = date(2027, 6, 8)


def test_each_verb_hands_its_arguments_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, oc.Planner, tuple[Any, ...], dict[str, Any]]] = []

    def recorder(name: str) -> Callable[..., None]:
        return lambda planner, *values, **named: asked.append((name, planner, values, named))

    for name in ("plan", "trade_off", "check_booking", "derive_restrictions"):
        monkeypatch.setattr(oc.Planner, name, recorder(name))
    oc.plan("a", backend="b", time_limit=3, max_moves=1, move_price=2, upgrade_price=4, restrictions=True)
    oc.trade_off("a", points=3, backend="b", time_limit=3, upgrade_price=4)
    oc.check_booking(
        "a", arrival=DAY, nights=2, room_type="A", further_types=("B",), backend="b", time_limit=3
    )
    oc.derive_restrictions("a", threshold=2, profile="through", backend="b", time_limit=3)
    assert [(name, values, named) for name, _, values, named in asked] == [
        ("plan", ("a",), {"max_moves": 1, "move_price": 2, "upgrade_price": 4, "restrictions": True}),
        ("trade_off", ("a",), {"points": 3, "upgrade_price": 4}),
        (
            "check_booking",
            ("a",),
            {
                "arrival": DAY,
                "nights": 2,
                "room_type": "A",
                "further_types": ("B",),
                "most_room_changes": 0,
                "least_piece_nights": 1,
            },
        ),
        ("derive_restrictions", ("a",), {"threshold": 2, "profile": "through"}),
    ]
    for _, planner, _, _ in asked:
        assert planner.backend == "b"
        assert planner.limits is not None
        assert planner.limits.time_limit_seconds == 3


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_time_limit_is_above_zero(seconds: float) -> None:
    with pytest.raises(ValueError, match="give seconds above 0, or None for no limit"):
        oc.plan(TEN_ROOMS, time_limit=seconds)


def test_numbers_of_a_wrong_type_are_refused() -> None:
    for wrong, message in (
        ({"time_limit": "60"}, "time_limit must be a number or None, not '60'"),
        ({"max_moves": 2.0}, "plan: max_moves must be a whole number"),
        ({"move_price": "2"}, "plan: move_price must be a number or None"),
        ({"upgrade_price": True}, "plan: upgrade_price must be a number or None"),
        ({"backend": 3}, r"Planner\.backend must be text or None"),
    ):
        with pytest.raises(TypeError, match=message):
            oc.plan(TEN_ROOMS, **wrong)
    with pytest.raises(TypeError, match="points must be a whole number"):
        oc.trade_off(TEN_ROOMS, points=3.5)  # type: ignore[arg-type]
    with pytest.raises(oc.InvalidProblem, match="below 0"):
        oc.plan(TEN_ROOMS, max_moves=-1)
