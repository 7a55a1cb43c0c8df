"""Documents are PascalCase outside, snake_case inside, and hold nothing unknown."""

import pytest
from pydantic import ValidationError

from optimizer_core.wire.model import Document


class Guest(Document):
    room_number: str
    is_locked: bool = False


def test_both_spellings_are_read_and_one_is_written() -> None:
    for value in ({"RoomNumber": "1", "IsLocked": True}, {"room_number": "1", "is_locked": True}):
        assert Guest.model_validate(value).model_dump() == {"RoomNumber": "1", "IsLocked": True}


@pytest.mark.parametrize(
    "value", [{"RoomNumber": "1", "Floor": 2}, {"RoomNumber": 1}, {"RoomNumber": "1", "IsLocked": 1}]
)
def test_unknown_fields_and_other_kinds_are_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Guest.model_validate(value)


def test_a_document_cannot_be_changed() -> None:
    guest = Guest(room_number="1")
    with pytest.raises(ValidationError):
        guest.room_number = "2"  # type: ignore[misc]
