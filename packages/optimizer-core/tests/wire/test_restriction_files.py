import json
from typing import Any

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.run import run
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.restriction_csv import HOUSE
from optimizer_core.wire.restriction_files import Format, calendars_in, write_restrictions


@pytest.fixture
def planned(document: dict[str, Any]) -> ResultDocument:
    """Return the result of a hotel with two types."""
    document["Rooms"].append({"RoomNumber": "201", "RoomType": "B"})
    return run(json.dumps(document).encode(), backend="highs").result


def test_all_calendars_of_a_profile_the_house_first(planned: ResultDocument) -> None:
    assert [entry.room_type for entry in calendars_in(planned, "full")] == [None, "A", "B"]
    assert {entry.profile for entry in calendars_in(planned, "fplos")} == {"fplos"}


def test_types_are_given_as_asked_for(planned: ResultDocument) -> None:
    found = calendars_in(planned, "through", ["B", HOUSE])
    assert [entry.room_type for entry in found] == ["B", None]


@pytest.mark.parametrize(
    ("profile", "types", "place", "told"),
    [
        ("no-ctd", [], "profile", "(it has: full, through, fplos)"),
        ("full", ["Z"], "room_type", "those of '(house)', 'A', 'B'"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    planned: ResultDocument, profile: str, types: list[str], place: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        calendars_in(planned, profile, types)
    (fault,) = caught.value.faults
    assert fault.place == (place,)
    assert told in fault.message


def test_a_result_without_restrictions_has_none(planned: ResultDocument) -> None:
    bare = planned.model_copy(update={"threshold": None, "restriction_calendars": []})
    with pytest.raises(InvalidInput, match="it has: none"):
        calendars_in(bare, "full")


@pytest.mark.parametrize(("kind", "begin"), [("json", b"{"), ("csv", b"date,"), ("ota", b"<?xml")])
def test_each_format_begins_as_it_must(planned: ResultDocument, kind: Format, begin: bytes) -> None:
    calendars = calendars_in(planned, "full")
    written = write_restrictions(calendars, kind, profile="full", threshold=0.0, hotel_code="H1")
    assert written.startswith(begin)
    assert (b'HotelCode="H1"' in written) == (kind == "ota")
