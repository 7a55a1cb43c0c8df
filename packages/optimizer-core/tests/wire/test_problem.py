"""The problem document has the established fields."""

import pytest

from optimizer_core.wire import NewReservation, ProblemDocument, Reservation, RoomEntry
from optimizer_core.wire.model import Document

FIELDS: list[tuple[type[Document], str]] = [
    (
        ProblemDocument,
        (
            "ProblemId Rooms Reservations RoomBlocks NewReservations MinimumStay MinimumStayByDay "
            "MinimumStayByDate "
            "RequestStartDate RequestEndDate ScheduleStart ScheduleEnd Today FreezeDays "
            "RestrictionsForInitialPlan AllowableTypesForNewReservation "
            "TestNewBooking"
        ),
    ),
    (RoomEntry, "RoomNumber RoomType AdjacentRooms"),
    (
        Reservation,
        (
            "Name Id Arrival Length RoomType AllowableRoomTypes TypeOrder AssignedRoom IsLocked "
            "AdjacencyGroup SplitGroup LockedForSolver Test"
        ),
    ),
    (
        NewReservation,
        (
            "Name Id Arrival Length RoomType AllowableRoomTypes TypeOrder AssignedRoom IsLocked "
            "AdjacencyGroup SplitGroup LockedForSolver Test MostRoomChanges LeastPieceNights"
        ),
    ),
]


@pytest.mark.parametrize(("model", "names"), FIELDS)
def test_the_fields_are_those_of_the_format(model: type[Document], names: str) -> None:
    assert [field.alias for field in model.model_fields.values()] == names.split()


def test_only_what_cannot_be_guessed_is_required() -> None:
    required = {
        model: [f.alias for f in model.model_fields.values() if f.is_required()] for model, _ in FIELDS
    }
    assert required == {
        ProblemDocument: ["ProblemId", "Rooms", "Reservations"],
        RoomEntry: ["RoomNumber"],
        Reservation: ["Arrival", "Length"],
        NewReservation: ["Arrival", "Length"],
    }


def test_whole_numbers_may_be_written_with_a_point() -> None:
    entry = Reservation.model_validate({"Arrival": "2026-05-01", "Length": 9.0})
    assert type(entry.length) is int
    document = ProblemDocument.model_validate(
        {"ProblemId": "x", "Rooms": [], "Reservations": [], "MinimumStay": 5.0}
    )
    assert type(document.minimum_stay) is int


def test_room_numbers_may_be_json_numbers() -> None:
    document = ProblemDocument.model_validate(
        {
            "ProblemId": "x",
            "Rooms": [
                {"RoomNumber": 101, "AdjacentRooms": [102, "0103"]},
                {"RoomNumber": "102"},
                {"RoomNumber": "0103"},
            ],
            "Reservations": [{"Arrival": "2026-01-01", "Length": 2, "AssignedRoom": 101.0}],
            "RoomBlocks": [{"RoomNumber": 102, "Start": "2026-01-01", "End": "2026-01-02"}],
        }
    )
    assert [room.room_number for room in document.rooms] == ["101", "102", "0103"]
    assert document.rooms[0].adjacent_rooms == ["102", "0103"]
    assert document.reservations[0].assigned_room == "101"
    assert [block.room_number for block in document.room_blocks or ()] == ["102"]


def test_the_schema_accepts_text_and_whole_numbers_as_room_numbers() -> None:
    schema = ProblemDocument.model_json_schema()
    number = schema["$defs"]["RoomEntry"]["properties"]["RoomNumber"]
    assert {kind["type"] for kind in number["anyOf"]} == {"string", "integer"}
