from __future__ import annotations

import json
from typing import Any

import pytest

from bookingopt_api.documents import DocumentLimits, load_document, read_within, reading
from bookingopt_api.problems import ApiProblem
from bookingopt_api.settings import ApiSettings
from optimizer_core.errors import InvalidDocument, InvalidInput

DEFAULTS = DocumentLimits.of(ApiSettings())
MANY = 2_000_000


def test_a_hotel_within_the_limits_is_read(hotel: dict[str, Any], limits: DocumentLimits) -> None:
    hotel |= {"ProblemId": "label", "Reservations": [{"Arrival": "2027-05-01", "Length": 2}]}
    hotel["Rooms"] = [{"RoomNumber": "1"}, {"RoomNumber": "2"}]
    del hotel["NewReservations"]
    assert load_document(json.dumps(hotel).encode(), limits).document.problem_id == "label"


def test_beyond_a_limit_is_a_problem_with_places(hotel: dict[str, Any], limits: DocumentLimits) -> None:
    hotel["MinimumStay"] = 8
    with pytest.raises(ApiProblem) as caught:
        load_document(json.dumps(hotel).encode(), limits)
    assert caught.value.kind == "document-limit"
    assert [fault.place for fault in caught.value.faults] == [("MinimumStay",)]


def test_a_document_that_is_wrong_is_told_as_ever(limits: DocumentLimits) -> None:
    with pytest.raises(InvalidInput, match="Reservations: is missing"):
        load_document(b'{"ProblemId": "x", "Rooms": []}', limits)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" * MANY, "2,000,000 lists and objects"),
        (b'{"a":' * MANY, "2,000,000 lists and objects"),
        (b"[" + b"[]," * MANY + b"[]]", "2,000,002 lists and objects"),
        (b"[" + b"1," * MANY + b"1]", "2,000,000 values"),
        (b'{"Rooms":[' + b",".join([b'"\\ud800"'] * MANY) + b"]}", "1,999,999 values"),
        (b'{"k":1' + b',"k":1' * MANY + b"}", "2,000,000 values"),
        (b'{"a":"' + b"x" * 32_000_000 + b'"}', "32,000,008 bytes"),
    ],
    ids=["lists in lists", "objects in objects", "empty lists", "numbers", "texts", "one name", "bytes"],
)
def test_a_bomb_is_refused_by_counting_bytes(
    monkeypatch: pytest.MonkeyPatch, content: bytes, told: str
) -> None:
    """Nothing of it is parsed: that would take a second and a hundred times its size."""
    monkeypatch.setattr(reading, "parse", None)
    with pytest.raises(ApiProblem) as caught:
        read_within(content, DEFAULTS)
    assert caught.value.faults[0].message.startswith(told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"[" * 50_000 + b"]" * 50_000, "nested too deeply"),
        (b"{" * 5000, "not valid JSON"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "more than 4,300 digits"),
        (b'{"a": 1, "a": 2}', "given twice"),
        (rb'{"a": "\ud800"}', "half a character"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "not UTF-8"),  # what gzip begins with
    ],
)
def test_what_cannot_be_read_at_all_is_refused_by_the_parser(content: bytes, told: str) -> None:
    with pytest.raises(InvalidDocument, match=told):
        read_within(content, DEFAULTS)


@pytest.mark.parametrize("content", [b"1", b'"text"', b"null", b"[]", b"\xef\xbb\xbf{}", b"[NaN]", b"{}"])
def test_what_is_small_and_odd_is_left_to_the_validation(content: bytes) -> None:
    read_within(content, DEFAULTS)
    with pytest.raises(InvalidInput):
        load_document(content, DEFAULTS)


def test_the_examples_are_far_below_the_defaults(examples: list[bytes]) -> None:
    assert examples
    for content in examples:
        assert isinstance(read_within(content, DEFAULTS), dict)
