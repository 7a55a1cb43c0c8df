from __future__ import annotations

import pytest

from bookingopt_api.documents.spellings import names_of, spellings_of
from optimizer_core.wire import NewReservation, ProblemDocument, RoomEntry


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Rooms", "rooms"),
        ("RoomNumber", "room_number"),
        ("Arrival", "arrival"),
        ("MostRoomChanges", "most_room_changes"),
        ("MinimumStayByDate", "minimum_stay_by_date"),
    ],
)
def test_a_field_has_two_spellings(name: str, other: str) -> None:
    assert spellings_of(name) == (name, other)


@pytest.mark.parametrize("model", [ProblemDocument, RoomEntry, NewReservation])
def test_every_spelling_is_one_that_the_document_takes(
    model: type[ProblemDocument | RoomEntry | NewReservation],
) -> None:
    names = names_of(model)
    assert set(model.model_fields) < names
    for name in names - set(model.model_fields):
        assert set(spellings_of(name)) <= names
