"""A block takes the nights of its room in every part of the product, and is not a stay."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from optimizer_core.errors import InvalidInput
from optimizer_core.picture import chart_of, tape_chart_png
from optimizer_core.run import run_json
from optimizer_core.wire import ProblemDocument, ResultDocument, load_problem, load_result
from optimizer_core.wire.from_problem import from_problem
from optimizer_core.wire.judge import judge

BLOCK = {"RoomNumber": "1", "Start": "2026-05-04", "End": "2026-05-08", "Kind": "OutOfOrder", "Note": "paint"}


def stay(name: str, day: int, nights: int, room: str, **more: Any) -> dict[str, Any]:
    return {"Id": name, "Arrival": f"2026-05-{day:02}", "Length": nights, "AssignedRoom": room, **more}


def document(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    stays = [stay("a", 1, 2, "1"), stay("b", 5, 2, "1"), stay("c", 1, 3, "2"), stay("d", 9, 3, "1")]
    rooms = [{"RoomNumber": number, "RoomType": "A"} for number in ("1", "2")]
    found = {"ProblemId": "p", "Rooms": rooms, "Reservations": stays, "MinimumStay": 3}
    return found | {"RoomBlocks": list(blocks)} | more


def solved(found: dict[str, Any]) -> tuple[ProblemDocument, ResultDocument]:
    content = json.dumps(found).encode()
    return load_problem(content).document, load_result(run_json(content))


def faults(found: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_problem(json.dumps(found).encode())
    return str(refused.value).splitlines()


def test_the_plan_is_as_around_a_locked_stay_and_the_block_is_none() -> None:
    problem, result = solved(document(BLOCK))
    twin = document()
    twin["Reservations"].append(stay("x", 4, 4, "1", IsLocked=True))
    _, around = solved(twin)
    assert result.objective_value == around.objective_value
    assert result.moved_stays == around.moved_stays
    assert [entry.id for entry in result.optimized_plan] == ["a", "b", "c", "d"]
    assert [block.room_number for block in result.room_blocks] == ["1"]
    assert "of 4 moved" in result.message
    assert judge(problem, result).reasons == ()


def test_a_stay_under_a_block_has_to_move_and_the_reason_is_said() -> None:
    _, result = solved(document(BLOCK))
    [move] = [move for move in result.moves if move.id == "b"]
    assert (move.from_room, move.to_room) == ("1", "2")
    assert move.reason.startswith("its room is blocked")


def test_the_judge_refuses_a_plan_that_uses_a_blocked_room() -> None:
    problem, result = solved(document(BLOCK))
    plan = [
        entry.model_copy(update={"assigned_room": "1"}) if entry.id == "b" else entry
        for entry in result.optimized_plan
    ]
    [reason, *_] = judge(problem, result.model_copy(update={"optimized_plan": plan})).reasons
    assert "the block of room 1 from 2026-05-04 to 2026-05-08" in reason
    assert "Reservations[1]" in reason


def test_a_shortage_because_of_a_block_is_right_and_can_be_counted() -> None:
    found = document(BLOCK)
    found["Reservations"].append(stay("e", 5, 1, "2"))
    found["Rooms"].append({"RoomNumber": "3", "RoomType": "B"})
    for entry in found["Reservations"]:
        entry["RoomType"] = "A"
    problem, result = solved(found)
    assert result.current_schedule_infeasible
    [shortage] = result.shortages
    assert (shortage.rooms_short, shortage.locks) == (1, [])
    assert judge(problem, result).reasons == ()
    without = problem.model_copy(update={"room_blocks": []})
    assert any("Shortages[0] is wrong" in reason for reason in judge(without, result).reasons)


def test_a_gap_beside_a_block_is_a_gap() -> None:
    found = document(BLOCK)
    found["Reservations"] = [stay("a", 1, 2, "1", IsLocked=True)]
    _, result = solved(found)
    assert result.orphan_nights_after == 1


def test_requests_know_the_block() -> None:
    rooms = [{"RoomNumber": "1", "RoomType": "A"}]
    free, taken = {"Arrival": "2026-05-03", "Length": 1}, {"Arrival": "2026-05-05", "Length": 1}
    found = document(BLOCK, Rooms=rooms, Reservations=[stay("a", 1, 2, "1")], NewReservations=[free])
    assert not solved(found)[1].new_reservation_infeasible
    _, result = solved(found | {"NewReservations": [taken]})
    assert result.new_reservation_infeasible


@pytest.mark.parametrize("rooms", [1, 2])
def test_acceptance_and_restrictions_are_as_around_a_locked_stay(rooms: int) -> None:
    found = document(BLOCK)
    found["Rooms"] = found["Rooms"][:rooms]
    found["Reservations"] = [stay("a", 1, 2, "1"), stay("d", 9, 3, "1")]
    twin = found | {
        "RoomBlocks": [],
        "Reservations": [*found["Reservations"], stay("x", 4, 4, "1", IsLocked=True)],
    }
    _, result = solved(found)
    _, around = solved(twin)
    assert result.acceptance_matrices
    assert result.acceptance_matrices == around.acceptance_matrices
    assert result.restriction_calendars == around.restriction_calendars
    assert result.closed_arrivals == around.closed_arrivals


def test_a_block_is_no_lock_that_could_be_released() -> None:
    found = document(BLOCK)
    found["Reservations"][3]["IsLocked"] = True
    _, result = solved(found)
    assert [price.id for price in result.lock_prices] == ["d"]


def test_blocks_that_overlap_or_touch_are_one() -> None:
    found = document(
        BLOCK,
        {"RoomNumber": "1", "Start": "2026-05-06", "End": "2026-05-07", "Kind": "Hold"},
        {"RoomNumber": "1", "Start": "2026-05-08", "End": "2026-05-09", "Kind": "HouseUse"},
        {"RoomNumber": "2", "Start": "2026-05-10", "End": "2026-05-11"},
    )
    stays = load_problem(json.dumps(found).encode()).problem.stays
    blocks = [stay for stay in stays if stay.is_block]
    assert [(block.current_room, block.los_nights) for block in blocks] == [("1", 5), ("2", 1)]


def test_a_room_out_of_service_can_be_assigned() -> None:
    loaded = load_problem(json.dumps(document({**BLOCK, "Kind": "OutOfService"})).encode())
    assert len(loaded.problem.stays) == 4
    assert "out of service can be assigned" in str(loaded.warnings[0])


def test_an_id_of_a_stay_may_be_that_of_a_block() -> None:
    found = document(BLOCK)
    found["Reservations"][0]["Id"] = "block 1 2026-05-04"
    assert len(load_problem(json.dumps(found).encode()).problem.stays) == 5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"RoomNumber": "9"}, "RoomBlocks[0].RoomNumber: the hotel has no room '9'"),
        ({"End": "2026-05-04"}, "RoomBlocks[0].End: 2026-05-04 is not after the first night 2026-05-04"),
        ({"Kind": "Party"}, "RoomBlocks[0].Kind: "),
        ({"Until": "2026-05-04"}, "RoomBlocks[0].Until: unknown field"),
        ({"End": "9999-12-31"}, "RoomBlocks[0]: "),
    ],
)
def test_a_wrong_block_is_reported_with_its_place(wrong: dict[str, str], message: str) -> None:
    [fault] = faults(document({**BLOCK, **wrong}))
    assert fault.startswith(message)


def test_a_block_over_a_locked_stay_names_both() -> None:
    found = document(BLOCK)
    found["Reservations"][1]["IsLocked"] = True
    [fault] = faults(found)
    assert fault == (
        "Reservations[1].AssignedRoom: must keep room '1', which is blocked from 2026-05-04 to 2026-05-08; "
        "release the stay, or change the block"
    )


def test_a_hotel_made_in_python_keeps_its_blocks_in_its_document() -> None:
    problem = load_problem(json.dumps(document(BLOCK)).encode()).problem
    again = from_problem(problem)
    assert len(again.document.reservations) == len(again.stay_ids) == 4
    assert again.document.room_blocks is not None
    assert [str(block.end) for block in again.document.room_blocks] == ["2026-05-08"]


def test_a_block_is_drawn_apart_from_stays() -> None:
    _, result = solved(document(BLOCK))
    [block] = [bar for bar in chart_of(result).stays if bar.is_block]
    assert (block.name, block.room_before, block.room_after) == ("paint", "1", "1")
    assert not block.is_moved


def test_a_block_is_hatched_to_its_end() -> None:
    found = document({**BLOCK, "End": "2026-06-20"})
    found["Reservations"] = found["Reservations"][:1]
    _, result = solved(found)
    image = Image.open(io.BytesIO(tape_chart_png(result))).convert("L")
    assert image.histogram()[0] < image.width * image.height / 1_000  # a piece that is missing is black
