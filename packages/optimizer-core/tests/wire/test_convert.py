"""A problem document becomes the same hotel however it is written."""

import json
import random
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import LONGEST_MINIMUM_STAY_NIGHTS, MinimumStayPeriod, Policy
from optimizer_core.errors import InvalidProblem
from optimizer_core.wire import LoadedProblem, ProblemDocument, load_problem, to_problem


def load(document: object) -> LoadedProblem:
    return load_problem(json.dumps(document).encode())


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")


def in_snake_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {snake(name): in_snake_case(part) for name, part in value.items()}
    return [in_snake_case(part) for part in value] if isinstance(value, list) else value


def test_both_spellings_give_the_same_hotel(document: dict[str, Any]) -> None:
    assert load(in_snake_case(document)).problem.digest == load(document).problem.digest


def test_permuted_rows_give_the_same_hotel(document: dict[str, Any]) -> None:
    digest = load(document).problem.digest
    document["Rooms"].reverse()
    document["Reservations"].reverse()
    assert load(document).problem.digest == digest


def test_every_stay_knows_its_row(document: dict[str, Any]) -> None:
    loaded = load(document)
    assert [loaded.row_by_stay[stay_id] for stay_id in loaded.stay_ids] == [0, 1, 2, 3]
    assert loaded.stay_ids == ("1", "2", "3", "4")


@pytest.mark.parametrize("none", ["", "None", None])
def test_all_ways_to_say_none_give_the_same_hotel(document: dict[str, Any], none: str | None) -> None:
    digest = load(document).problem.digest
    document["Reservations"][3] |= {"AssignedRoom": none, "AdjacencyGroup": none}
    assert load(document).problem.digest == digest


def test_null_stands_for_every_default(document: dict[str, Any]) -> None:
    expected = load({**document, "MinimumStay": 5}).problem.digest
    for field in ProblemDocument.model_fields.values():
        if not field.is_required() and field.alias:
            document[field.alias] = None
    assert load(document).problem.digest == expected


@pytest.mark.parametrize("any_type", [None, "Default", "", "None"])
def test_a_stay_of_the_default_type_may_use_any_room(document: dict[str, Any], any_type: str | None) -> None:
    document["Reservations"][3]["RoomType"] = any_type
    stays = load(document).problem.stays
    assert next(stay for stay in stays if stay.stay_id == "4").room_type is None


def test_a_room_without_a_type_has_the_default_type(document: dict[str, Any]) -> None:
    document["Rooms"].append({"RoomNumber": "103", "RoomType": None})
    assert load(document).problem.room_types == ("A", "Default")


def test_the_type_order_orders_the_further_types(document: dict[str, Any]) -> None:
    document["Rooms"] += [{"RoomNumber": kind, "RoomType": kind} for kind in "BCD"]
    document["Reservations"][3] |= {
        "AllowableRoomTypes": ["B", "D", "C", "A", "B"],
        "TypeOrder": ["C", "A", "B"],
    }
    stays = load(document).problem.stays
    assert next(stay for stay in stays if stay.stay_id == "4").further_types == ("C", "B", "D")


def test_minimum_stays_by_weekday_and_period_are_read(document: dict[str, Any]) -> None:
    document |= {
        "MinimumStay": 4.0,
        "MinimumStayByDay": {"Mon": 2, "Sun": 7.0, "Wed": None},
        "MinimumStayByDate": [{"Start": "2026-05-02", "End": "2026-05-03", "MinimumStay": 1}],
    }
    rule = load(document).problem.minimum_stay
    assert rule.default_nights == 4
    assert dict(rule.by_weekday) == {0: 2, 6: 7}
    assert rule.by_period == (MinimumStayPeriod(date(2026, 5, 2), date(2026, 5, 3), 1),)


def test_the_minimum_stay_is_five_unless_given(document: dict[str, Any]) -> None:
    del document["MinimumStay"]
    assert load(document).problem.minimum_stay.default_nights == 5


def test_rooms_as_given_fix_every_stay(document: dict[str, Any]) -> None:
    document["RestrictionsForInitialPlan"] = True
    document["Reservations"].pop()
    problem = load(document).problem
    assert all(map(problem.is_fixed, problem.stays))


@pytest.mark.parametrize(
    "window",
    [
        {"RequestEndDate": "2026-05-03"},
        {"RequestStartDate": "2026-05-02", "RequestEndDate": "2026-05-03"},
        {"RequestStartDate": "2026-05-02"},
    ],
)
def test_rooms_as_given_go_with_any_window(document: dict[str, Any], window: dict[str, str]) -> None:
    """The window says which stays may move; where none may, it changes nothing."""
    document["Reservations"].pop()
    document["RestrictionsForInitialPlan"] = True
    expected = load(document).problem.digest
    problem = load(document | window).problem
    assert all(map(problem.is_fixed, problem.stays))
    assert problem.digest == expected


def test_a_price_of_many_digits_is_a_warning(document: dict[str, Any]) -> None:
    policy = Policy(None, Fraction("0.333333333333"), Fraction(1, 4))
    loaded = load_problem(json.dumps(document).encode(), policy=policy)
    assert [str(warning) for warning in loaded.warnings] == [
        "Policy.MovePrice: 0.333333333333 points are rounded to 0.3330078125, a multiple of 1/1024 point"
    ]
    assert loaded.problem.policy.move_price == Fraction(341, 1024)


def test_the_request_window_is_read(document: dict[str, Any]) -> None:
    document |= {"RequestStartDate": "2026-05-01", "RequestEndDate": "9999-12-31"}
    problem = load(document).problem
    assert (problem.movable_first, problem.movable_last) == (date(2026, 5, 1), date.max)
    assert [stay.stay_id for stay in problem.stays if problem.is_fixed(stay)] == ["3"]


def test_the_policy_goes_into_the_problem(document: dict[str, Any]) -> None:
    policy = Policy(max_moves=3)
    assert to_problem(ProblemDocument.model_validate(document), policy=policy).problem.policy == policy


def test_what_looks_like_a_mistake_is_a_warning(document: dict[str, Any]) -> None:
    document["Rooms"][0]["AdjacentRooms"] = ["102", "777"]
    document["Reservations"][0] |= {"AssignedRoom": "999", "LockedForSolver": True}
    document["Reservations"][1] |= {"AllowableRoomTypes": ["Z"], "TypeOrder": ["Z"]}
    document["Reservations"][3] |= {"AllowableRoomTypes": ["Z"]}
    loaded = load(document)
    assert [str(warning) for warning in loaded.warnings] == [
        "Rooms[0].AdjacentRooms: the hotel has no room '777'; it is ignored",
        "Reservations[0].LockedForSolver: it does not lock the stay; IsLocked does",
        "Reservations[1].AllowableRoomTypes: no room has the type 'Z'; it is ignored (2 places)",
        "Reservations[1].TypeOrder: no room has the type 'Z'; it is ignored",
        "Reservations[0].AssignedRoom: the hotel has no room '999'; the stay counts as without a room",
    ]
    problem = loaded.problem
    assert next(stay for stay in problem.stays if stay.stay_id == "1").current_room is None
    assert problem.rooms[0].adjacent == frozenset({"102"})


def test_a_document_that_was_read_is_checked_too() -> None:
    document = ProblemDocument(problem_id="x", rooms=[], reservations=[])
    with pytest.raises(InvalidProblem, match=r"^Rooms: the hotel has no rooms"):
        to_problem(document)


@pytest.mark.parametrize(
    ("name", "rooms", "stays", "locks"),
    [("SampleInput_1", 5, 9, 1), ("SampleInput_2", 5, 11, 0), ("SampleInput_4", 9, 53, 10)],
)
def test_the_real_samples_are_read(shared_data: Path, name: str, rooms: int, stays: int, locks: int) -> None:
    loaded = load_problem((shared_data / "bookingopt" / f"{name}.json").read_bytes())
    assert len(loaded.problem.rooms) == rooms
    assert len(loaded.problem.stays) == stays
    assert sum(stay.is_locked for stay in loaded.problem.stays) == locks
    assert loaded.warnings == ()


ROOM_NUMBERS = st.lists(
    st.text(min_size=1, max_size=4).filter(lambda t: t != "None"), unique=True, min_size=1
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return documents without contradictions, with odd texts, in any order of rows."""
    numbers = draw(ROOM_NUMBERS)
    reservation = st.fixed_dictionaries(
        {
            "Arrival": st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(str),
            "Length": st.integers(1, 30) | st.integers(1, 30).map(float),
        },
        optional={
            "Name": st.text(max_size=5),
            "Id": st.none() | st.integers(-1, 3) | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
            "RoomType": st.sampled_from([None, "Default"]),
            "AssignedRoom": st.sampled_from(["", "None", None, *numbers]),
            "AdjacencyGroup": st.none() | st.text(max_size=3),
        },
    )
    return {
        "ProblemId": draw(st.text()),
        "MinimumStay": draw(st.integers(0, LONGEST_MINIMUM_STAY_NIGHTS)),
        "Rooms": [{"RoomNumber": number} for number in numbers],
        "Reservations": draw(st.lists(reservation, max_size=8)),
    }


@pytest.mark.property
@settings(max_examples=100)
@given(documents(), st.randoms(use_true_random=False))
def test_any_document_is_the_same_hotel_in_any_order_and_spelling(
    document: dict[str, Any], order: random.Random
) -> None:
    loaded = load(document)
    assert len(set(loaded.stay_ids)) == len(document["Reservations"])
    shuffled = in_snake_case(document)
    order.shuffle(shuffled["rooms"])
    order.shuffle(shuffled["reservations"])
    assert load(shuffled).problem.digest == loaded.problem.digest
