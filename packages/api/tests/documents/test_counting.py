from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bookingopt_api.documents import DocumentLimits, counting, reading
from bookingopt_api.documents.counting import count
from bookingopt_api.problems import ApiProblem

DEEP = [[{"a": [{"b": [1]}]}]]


@pytest.fixture(autouse=True)
def _count_in_small_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_LEAST_BYTES", 0)


@pytest.fixture
def hotel() -> dict[str, Any]:
    """Return a hotel that uses the limits up, and whose values are all simple."""
    stay = {"Arrival": "2027-05-01", "Length": 30, "AdjacencyGroup": "one", "RoomType": None}
    return {
        "ProblemId": 'x, "Arrival"',
        "Rooms": [{"RoomNumber": str(number)} for number in range(4)],
        "Reservations": [stay] * 4 + [stay | {"AdjacencyGroup": "two", "Name": '"Arrival":'}],
        "MinimumStay": 7,
    }


def _stay(**values: object) -> dict[str, object]:
    return {"Arrival": "2027-05-01", "Length": 2} | values


@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_within_the_limits_is_left_to_the_parser(
    hotel: dict[str, Any], limits: DocumentLimits, indent: int | None
) -> None:
    assert count(json.dumps(hotel, indent=indent).encode(), limits) == []
    hotel["NewReservations"] = [_stay()] * 3
    assert count(json.dumps(hotel, indent=indent).encode(), limits) == []


def test_what_is_too_deep_is_told_with_its_place_in_the_text(limits: DocumentLimits) -> None:
    content = b'{"ProblemId": "\\"x",\n "\\u00e4": "\xc3\xa4", "Rooms": ' + json.dumps(DEEP).encode() + b"}"
    [fault] = count(content, limits)
    column = content.decode().splitlines()[1].index("[1]") + 1
    assert fault.place == (f"line 2, column {column}",)
    assert fault.message == "7 levels of lists and objects; at most 6 are accepted"


def test_the_place_of_what_is_too_deep_is_left_to_the_parser_where_texts_have_brackets(
    limits: DocumentLimits,
) -> None:
    content = b'{"ProblemId": "[", "Rooms": ' + json.dumps(DEEP).encode() + b"}"
    assert count(content, limits) == []
    with pytest.raises(ApiProblem) as caught:
        reading.read_within(content, limits)
    assert [fault.place for fault in caught.value.faults] == [("Rooms", 0)]


@pytest.mark.parametrize(
    "value",
    [
        "[[[[[[[[",
        '"[[[[[[[[',
        "\\",
        '\\"',
        "[[[[\\\\[[[[",
        "}}",
    ],
)
def test_brackets_in_a_text_are_no_levels(hotel: dict[str, Any], limits: DocumentLimits, value: str) -> None:
    hotel["Reservations"][0] |= {"Name": value, "Id": [[value, value]]}
    assert count(json.dumps(hotel).encode(), limits) == []


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_what_is_cut_off_is_counted_too(hotel: dict[str, Any], limits: DocumentLimits, cut: float) -> None:
    content = json.dumps(hotel | {"Reservations": [_stay()] * 30_000}).encode()
    small = replace(limits, document_bytes=len(content))
    faults = count(content[: int(cut * len(content))], small)
    assert any("lists and objects" in fault.message for fault in faults) == (cut > 0.4)


def test_fields_are_left_to_the_pass_over_the_values(hotel: dict[str, Any], limits: DocumentLimits) -> None:
    """Counting them in the bytes took half as long as parsing, and every accepted document paid for it."""
    hotel["Reservations"] = [_stay()] * (limits.reservations + 1)
    content = json.dumps(hotel).encode()
    assert count(content, limits) == []
    with pytest.raises(ApiProblem, match="beyond a limit") as caught:
        reading.read_within(content, limits)
    assert str(caught.value.faults[0]) == "Reservations: 6 entries; at most 5 are accepted"
