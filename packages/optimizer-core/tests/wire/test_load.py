"""A document with mistakes is refused with every one of them: place, what is wrong, what would be right."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from optimizer_core.domain import faults
from optimizer_core.errors import (
    MORE_FAULTS,
    MOST_FAULTS,
    Fault,
    InvalidDocument,
    InvalidInput,
    InvalidProblem,
)
from optimizer_core.wire import ProblemDocument, load, load_problem, load_result
from optimizer_core.wire.faults import of_validation
from optimizer_core.wire.model import Document


def load_it(document: object) -> Any:
    return load_problem(json.dumps(document).encode())


def refusals(document: object) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        load_it(document)
    return [str(fault) for fault in caught.value.faults]


def test_the_document_itself_is_accepted(document: dict[str, Any]) -> None:
    assert len(load_it(document).problem.stays) == 4


def test_an_unknown_field_is_named_with_what_was_meant(document: dict[str, Any]) -> None:
    document["Reservations"][3]["Lenght"] = document["Reservations"][3].pop("Length")
    assert refusals(document) == [
        "Reservations[3].Length: is missing; it is required",
        "Reservations[3].Lenght: unknown field; did you mean Length?",
    ]


def test_a_field_like_no_other_is_answered_with_those_there_are(document: dict[str, Any]) -> None:
    document["Rooms"][0]["Xyz"] = 1
    assert refusals(document) == [
        "Rooms[0].Xyz: unknown field; known are AdjacentRooms, RoomNumber, RoomType"
    ]


def test_a_field_in_both_spellings_is_refused(document: dict[str, Any]) -> None:
    document["Reservations"][0]["length"] = 3
    assert refusals(document) == [
        "Reservations[0].Length: the field is given twice, in two spellings; keep one"
    ]


@pytest.mark.parametrize("field", ["ProblemId", "Rooms", "Reservations"])
def test_a_missing_field_is_named(document: dict[str, Any], field: str) -> None:
    del document[field]
    assert refusals(document) == [f"{field}: is missing; it is required"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("Length", 9.5, "9.5 is not a whole number of nights"),
        ("Length", "three", "text where a whole number of nights is expected"),
        ("Length", 0, "0 nights; a stay has at least one night"),
        ("Length", -2, "-2 nights; a stay has at least one night"),
        ("Length", float("nan"), "NaN is not a number of nights"),
        ("Length", float("inf"), "Infinity is not a number of nights"),
        ("Arrival", "2026-02-30", "'2026-02-30' is a date that does not exist"),
        ("Arrival", 5, "5 is not a date; write YYYY-MM-DD"),
        ("RoomType", "Z", "no room has the type 'Z'; the hotel has 'A'"),
        ("RoomType", 4, "4 where text is expected"),
        ("IsLocked", "yes", "text where true or false is expected"),
        ("IsLocked", 1, "1 where true or false is expected"),
        ("IsLocked", True, "the stay is locked but has no room; name its room"),
        ("AllowableRoomTypes", "B", "text where a list is expected"),
        ("Name", 7, "7 where text is expected"),
        ("AdjacencyGroup", ["x"], "a list where text is expected"),
    ],
)
def test_a_wrong_value_is_refused_at_its_place(
    document: dict[str, Any], field: str, value: object, message: str
) -> None:
    document["Reservations"][3][field] = value
    place = "AssignedRoom" if message.startswith("the stay is locked") else field
    assert refusals(document) == [f"Reservations[3].{place}: {message}"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("Rooms", [], "Rooms: the hotel has no rooms; give at least one"),
        ("Rooms", {}, "Rooms: an object where a list is expected"),
        ("Rooms", [5], "Rooms[0]: 5 where an object is expected"),
        ("Rooms", [{"RoomNumber": ""}], "Rooms[0].RoomNumber: is empty; text is required"),
        ("Rooms", [{"RoomNumber": 101.5}], "Rooms[0].RoomNumber: 101.5 where text is expected"),
        ("Rooms", [{"RoomNumber": True}], "Rooms[0].RoomNumber: true where text is expected"),
        ("Rooms", [{"RoomNumber": -1}], "Rooms[0].RoomNumber: -1 where text is expected"),
        ("ProblemId", None, "ProblemId: null where text is expected"),
        ("MinimumStay", float("nan"), "MinimumStay: NaN is not a number of nights"),
        ("MinimumStay", 2.5, "MinimumStay: 2.5 is not a whole number of nights"),
        ("MinimumStay", 366, "MinimumStay: 366 nights; a minimum stay is 0 to 365 nights"),
        ("MinimumStayByDay", {"Monday": 2}, "MinimumStayByDay.Monday: unknown field; did you mean Mon?"),
        (
            "MinimumStayByDay",
            {"Tue": -1},
            "MinimumStayByDay.Tue: -1 nights; a minimum stay is 0 to 365 nights",
        ),
        (
            "MinimumStayByDate",
            [{"Start": "2026-05-02", "End": "2026-05-01", "MinimumStay": 2}],
            "MinimumStayByDate[0].End: 2026-05-01 is before 2026-05-02",
        ),
        (
            "MinimumStayByDate",
            [{"Start": "2026-05-01", "End": "2026-05-02", "MinimumStay": 999}],
            "MinimumStayByDate[0].MinimumStay: 999 nights; a minimum stay is 0 to 365 nights",
        ),
        ("RequestStartDate", "soon", "RequestStartDate: text is not a date; write YYYY-MM-DD"),
    ],
)
def test_a_wrong_field_of_the_hotel_is_refused(
    document: dict[str, Any], field: str, value: object, message: str
) -> None:
    document[field] = value
    if field == "Rooms":
        document["Reservations"] = []
    assert refusals(document) == [message]


def test_two_rooms_of_one_number_are_named(document: dict[str, Any]) -> None:
    document["Rooms"].append({"RoomNumber": "101", "RoomType": "A"})
    assert refusals(document) == [
        "Rooms[2].RoomNumber: entry 0 is room '101' too; room numbers must be unique"
    ]


def test_a_room_called_none_is_refused(document: dict[str, Any]) -> None:
    document["Rooms"][1]["RoomNumber"] = "None"
    assert "Rooms[1].RoomNumber: 'None' means no room; give the room another number" in refusals(document)


def test_a_lock_in_an_unknown_room_is_refused(document: dict[str, Any]) -> None:
    document["Reservations"][2]["AssignedRoom"] = "999"
    assert refusals(document) == [
        "Reservations[2].AssignedRoom: the stay is locked, but the hotel has no room '999'"
    ]


def test_a_lock_in_a_room_of_a_wrong_type_is_refused(document: dict[str, Any]) -> None:
    document["Rooms"].append({"RoomNumber": "201", "RoomType": "B"})
    document["Reservations"][2]["AssignedRoom"] = "201"
    assert refusals(document) == [
        "Reservations[2].AssignedRoom: the stay is locked in room '201' of type 'B', which it may not use"
    ]


def test_two_locks_that_overlap_name_each_other(document: dict[str, Any]) -> None:
    document["Reservations"][3] |= {"AssignedRoom": "101", "IsLocked": True}
    assert refusals(document) == [
        (
            "Reservations[2].AssignedRoom: must keep room '101', and so must entry 3, "
            "on the nights from 2026-05-04 to 2026-05-05; release one of them"
        )
    ]


def test_a_schedule_of_twenty_years_is_refused(document: dict[str, Any]) -> None:
    document["Reservations"][3]["Arrival"] = "2046-05-01"
    assert refusals(document) == [
        (
            "Reservations[3].Length: leaves 7,309 nights after the first arrival of the schedule "
            "(2026-05-01, entry 0); at most 1,830 nights can be planned at once"
        )
    ]


@pytest.mark.parametrize("arrival", ["9999-12-30", "9999-12-31"])
def test_a_stay_beyond_the_calendar_is_refused(document: dict[str, Any], arrival: str) -> None:
    document["Reservations"][3] |= {"Arrival": arrival, "Length": 900_000}
    assert refusals(document) == ["Reservations[3].Length: 900,000 nights reach beyond the calendar"]


def test_a_stay_outside_the_window_without_a_room_is_refused(document: dict[str, Any]) -> None:
    document["RequestStartDate"] = "2026-05-02"
    document["Reservations"][0]["AssignedRoom"] = None
    assert refusals(document) == [
        (
            "Reservations[0].AssignedRoom: the stay lies outside the nights in which stays may move "
            "but has no room; name its room"
        )
    ]


def test_rooms_as_given_need_a_room_for_every_stay(document: dict[str, Any]) -> None:
    document["RestrictionsForInitialPlan"] = True
    assert refusals(document) == [
        (
            "Reservations[3].AssignedRoom: the stay lies outside the nights in which stays may move "
            "but has no room; name its room"
        )
    ]


def test_mistakes_of_all_kinds_are_told_at_once_in_the_order_of_the_document(
    document: dict[str, Any],
) -> None:
    """Values of a wrong kind do not hide contradictions between the others."""
    document["Reservations"][0]["Length"] = "two"
    document["Reservations"][1]["Arival"] = "2026-05-01"
    document["Reservations"][2]["RoomType"] = "Z"
    document["Reservations"][3] |= {"IsLocked": True, "Length": 0}
    document["MinimumStay"] = 500
    assert refusals(document) == [
        "Reservations[0].Length: text where a whole number of nights is expected",
        "Reservations[1].Arival: unknown field; did you mean Arrival?",
        "Reservations[2].RoomType: no room has the type 'Z'; the hotel has 'A'",
        "Reservations[2].AssignedRoom: the stay is locked in room '101' of type 'A', which it may not use",
        "Reservations[3].Length: 0 nights; a stay has at least one night",
        "Reservations[3].AssignedRoom: the stay is locked but has no room; name its room",
        "MinimumStay: 500 nights; a minimum stay is 0 to 365 nights",
    ]


def test_a_room_that_cannot_be_read_makes_no_stay_look_wrong(document: dict[str, Any]) -> None:
    document["Rooms"][0]["RoomType"] = 5
    assert refusals(document) == ["Rooms[0].RoomType: 5 where text is expected"]


def test_kinds_and_contradictions_are_told_apart_by_type(document: dict[str, Any]) -> None:
    document["Reservations"][3]["Length"] = 0
    with pytest.raises(InvalidProblem):
        load_it(document)
    document["Reservations"][2]["Length"] = None
    with pytest.raises(InvalidDocument):
        load_it(document)


def test_a_guests_name_is_in_no_message(document: dict[str, Any]) -> None:
    for entry in document["Reservations"]:
        entry |= {"Name": "Ann Miller", "Id": None, "IsLocked": True, "AssignedRoom": "101", "Length": 30}
    document["Reservations"].append({"Name": ["Ann Miller"], "Length": "Ann Miller", "Arrival": "Ann Miller"})
    found = refusals(document)
    assert len(found) == 6
    assert not any("Miller" in text for text in found)


def test_a_document_that_is_no_object_is_refused() -> None:
    assert refusals([1]) == ["a list where an object is expected"]


def test_more_reservations_than_any_hotel_has_are_refused_at_once(document: dict[str, Any]) -> None:
    document["Reservations"] = [{}] * 500_001
    assert refusals(document) == ["Reservations: has 500,001 entries; at most 500,000 are accepted"]


@pytest.mark.parametrize(
    "wrong",
    [{}, 5, {"Arrival": "soon", "Length": "long", "Lenght": 1}, {"Arrival": "2026-05-01", "Length": None}],
    ids=["empty", "no object", "three faults each", "one fault each"],
)
def test_of_thousands_of_mistakes_no_more_are_looked_for_than_are_told(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch, wrong: object
) -> None:
    """What is bounded is the work: how many entries are looked at one by one, and how many at once."""
    document["Reservations"] = [wrong] * 20_000
    refused = []

    def count(error: ValidationError, model: type[Document]) -> list[Fault]:
        refused.append(error)
        return of_validation(error, model)

    monkeypatch.setattr(load, "of_validation", count)
    with pytest.raises(InvalidDocument) as caught:
        load.read_problem(json.dumps(document).encode())
    assert len(caught.value.faults) == MOST_FAULTS + 1
    assert caught.value.faults[-1] == MORE_FAULTS
    assert caught.value.faults[0].place == ("Reservations", 0, *caught.value.faults[0].place[2:])
    assert len(refused) <= MOST_FAULTS + 2
    with pytest.raises(ValidationError) as at_once:
        ProblemDocument.model_validate(document)
    assert at_once.value.error_count() <= 3, "the first wrong entry of a list ends its validation"


def test_the_first_mistake_may_come_late(document: dict[str, Any]) -> None:
    document["Reservations"] += [dict(document["Reservations"][0], AssignedRoom=None)] * 2_000
    document["Reservations"].append({"Arrival": "2026-05-01", "Length": "x"})
    (found,) = refusals(document)
    assert found.startswith("Reservations[2004].Length: text where a whole number")


def test_of_thousands_of_contradictions_no_more_are_looked_for_than_are_told(
    document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def make(place: tuple[str | int, ...], message: str) -> Fault:
        made.append(place)
        return Fault(place, message)

    monkeypatch.setattr(faults, "Fault", make)
    document["Reservations"] = [{"Arrival": "2026-05-01", "Length": 1, "IsLocked": True}] * 2_000
    found = refusals(document)
    assert len(found) == MOST_FAULTS + 1
    assert found[-1] == str(MORE_FAULTS)
    assert len(made) == MOST_FAULTS + 1


def test_control_characters_of_a_field_name_do_not_reach_the_terminal(document: dict[str, Any]) -> None:
    document["\x1b[2J"] = 1
    assert refusals(document)[0].startswith(r"'\x1b[2J': unknown field")


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["None", "2026-05-01", "9999-12-31", "Default", "101", "A"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.property
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_to_a_document_is_accepted_or_refused_with_places(
    document: dict[str, Any], data: st.DataObject
) -> None:
    """Whatever stands anywhere in a document, it never ends in another error."""
    changed = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 4))):
        target = data.draw(st.sampled_from([changed, *changed["Rooms"], *changed["Reservations"]]))
        kept = {"Rooms", "Reservations"}
        known = sorted(
            {*target} | {"AssignedRoom", "AdjacencyGroup", "MinimumStayByDay", "MinimumStayByDate"}
        )
        name = data.draw(st.sampled_from([name for name in known if name not in kept]) | st.text(max_size=5))
        if name not in kept:
            target[name] = data.draw(JSON_VALUES)
    try:
        outcome = ["" for _ in load_it(changed).stay_ids]
    except InvalidInput as error:
        outcome = [fault.message for fault in error.faults]
        assert all(outcome)
    assert outcome


@pytest.mark.property
@settings(max_examples=300)
@given(st.binary(max_size=50) | JSON_VALUES.map(json.dumps).map(str.encode))
def test_any_bytes_are_refused_not_crashed_on(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        load_problem(content)


def test_a_result_with_an_unknown_field_is_refused() -> None:
    content = json.dumps({"ProblemId": "x", "ProcessingDate": "2026-05-01", "Succeeded": True, "Mesage": ""})
    with pytest.raises(InvalidDocument, match=r"^Mesage: unknown field; did you mean Message\?$"):
        load_result(content.encode())


def test_of_a_million_mistakes_the_first_are_told(document: dict[str, Any]) -> None:
    """Putting all of them into words would outlast the time of a test."""
    names = ("Name", "RoomType", "Arrival", "Length", "IsLocked", "Test", "Lenght")
    wrong: dict[str, object] = {name: {} for name in names}
    document["Reservations"] += [wrong] * 150_000
    found = refusals(document)
    assert len(found) == MOST_FAULTS + 1
    assert found[0].startswith("Reservations[")
    assert "an object where text is expected" in found[0]
    assert found[-1] == str(MORE_FAULTS)


def test_of_a_million_unknown_fields_some_are_told(document: dict[str, Any]) -> None:
    document |= {f"field {number}": 1 for number in range(200_000)}
    found = refusals(document)
    assert len(found) == MOST_FAULTS + 1
    assert found[0].startswith("field ")
