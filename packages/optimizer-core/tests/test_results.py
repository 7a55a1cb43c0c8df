"""Results are saved, drawn and pickled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import optimizer_core as oc
from optimizer_core.errors import InvalidInput
from optimizer_core.results import booking_answer
from optimizer_core.wire import RequestEntry, load_result, write_json

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture(scope="module")
def planned() -> oc.PlanResult:
    """Return a plan with moves."""
    return oc.plan(EXAMPLES / "group.json", backend="highs")


def test_the_saved_result_is_the_result_document(planned: oc.PlanResult, tmp_path: Path) -> None:
    planned.save(tmp_path / "result.json")
    planned.save(str(tmp_path / "again.json"))
    content = (tmp_path / "result.json").read_bytes()
    assert content == write_json(planned.run.result, indent=1)
    assert load_result(content) == planned.run.result
    with pytest.raises(InvalidInput, match="cannot be written"):
        planned.save(tmp_path / "absent" / "result.json")


def test_the_suffix_says_which_chart(planned: oc.PlanResult, tmp_path: Path) -> None:
    planned.chart(tmp_path / "plan.svg")
    planned.chart(str(tmp_path / "plan.png"), show="after")
    assert (tmp_path / "plan.svg").read_bytes().lstrip().startswith((b"<svg", b"<?xml"))
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InvalidInput, match=r"charts are drawn as \.svg or \.png"):
        planned.chart(tmp_path / "plan.pdf")


def test_a_curve_is_drawn(tmp_path: Path) -> None:
    curve = oc.trade_off(EXAMPLES / "group.json", backend="highs")
    curve.chart(tmp_path / "curve.svg")
    assert b"<svg" in (tmp_path / "curve.svg").read_bytes()


def test_the_score_is_that_of_the_plan(planned: oc.PlanResult) -> None:
    assert planned.plan is not None
    assert planned.score == oc.score(planned.hotel, planned.plan)
    assert planned.score is not None
    assert planned.score.value == planned.value
    assert oc.verify(planned.hotel, planned.plan) == []


def test_results_are_short_to_print(planned: oc.PlanResult) -> None:
    assert "is proved" not in repr(planned)
    assert len(repr(planned)) < 500


def test_results_cross_a_process_border(
    planned: oc.PlanResult, across_a_process_border: Callable[[Any], Any]
) -> None:
    oc.check_booking(planned, arrival=planned.hotel.start, nights=1, backend="highs")
    again = across_a_process_border(planned)
    assert (again.room_by_stay, again.moves, again.score) == (
        planned.room_by_stay,
        planned.moves,
        planned.score,
    )
    limits = oc.derive_restrictions(planned, backend="highs")
    assert across_a_process_border(limits) == limits
    point = across_a_process_border(oc.trade_off(planned.hotel, backend="highs")).points[-1]
    assert point.plan().value == planned.value


def test_a_split_booking_names_its_rooms_in_order(planned: oc.PlanResult) -> None:
    piece = {"Arrival": "2026-05-01", "Length": 1, "RoomType": "A"}
    entry = RequestEntry.model_validate(
        {
            "Arrival": "2026-05-01",
            "Length": 2,
            "Fits": True,
            "Proved": True,
            "Message": "fits",
            "Types": [{"RoomTypes": ["A"], "Refusal": {"Proved": True}}],
            "Split": {
                "Offer": {
                    "Pieces": [piece | {"Room": "101"}, piece | {"Room": "102"}],
                    "Moves": [{"Reservation": 1, "FromRoom": "3", "ToRoom": "4"}],
                },
                "Cost": {"Lower": 1, "Upper": 2},
            },
        }
    )
    answer = booking_answer(planned.run.loaded, entry)
    assert (answer.room_number, answer.rooms, answer.marginal_cost) == (None, ("101", "102"), None)
    assert (answer.arrival, answer.nights, answer.is_proved) == (date(2026, 5, 1), 2, True)
    (move,) = answer.moves
    assert move.stay_id == planned.run.loaded.stay_ids[1]
    assert move.reason == "it makes room for the booking"
