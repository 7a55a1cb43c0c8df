"""Bodies that are meant to hurt: each is refused with a 4xx, and nothing is stored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from job_ledger import JobStore

STAY = {"Id": 1, "Arrival": "2027-05-01", "Length": 2}
MEGABYTES = 1_000_000


def hotel(**fields: object) -> bytes:
    return json.dumps(
        {"ProblemId": "x", "Rooms": [{"RoomNumber": "1"}], "Reservations": [STAY], **fields}
    ).encode()


# Made when they are needed: together they are large.
BODIES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "nothing": (lambda: b"", 422, "invalid-document"),
    "no JSON": (lambda: b"<hotel/>", 422, "invalid-document"),
    "a zip bomb": (lambda: gzip.compress(b" " * 10 * MEGABYTES), 422, "invalid-document"),
    "too many bytes": (lambda: b'{"ProblemId":"' + b"x" * 32 * MEGABYTES + b'"}', 413, "document-too-large"),
    "a bomb of lists": (lambda: b"[" * 31 * MEGABYTES, 422, "document-limit"),
    "a bomb of objects": (lambda: b'{"Rooms":' * 3 * MEGABYTES, 422, "document-limit"),
    "a list of lists": (lambda: b"[" + b"[]," * 10 * MEGABYTES + b"[]]", 422, "document-limit"),
    "one object of many names": (
        lambda: b"{" + b",".join(b'"%d":1' % number for number in range(MEGABYTES)) + b"}",
        422,
        "document-limit",
    ),
    "one name many times": (lambda: b"{" + b",".join([b'"a":1'] * MEGABYTES) + b"}", 422, "document-limit"),
    "a number without end": (lambda: b"[" + b"9" * 31 * MEGABYTES + b"]", 422, "invalid-document"),
    "a deep identity": (lambda: hotel(Reservations=[STAY | {"Id": [[[[[[[1]]]]]]]}]), 422, "document-limit"),
    "a stay of ages": (lambda: hotel(Reservations=[STAY | {"Length": 10**6}]), 422, "document-limit"),
    "a stay of too many digits": (
        lambda: hotel(Reservations=[STAY | {"Length": 10**4000}]),
        422,
        "invalid-document",
    ),
    "a horizon of ages": (
        lambda: hotel(Reservations=[STAY, STAY | {"Arrival": "9999-12-01"}]),
        422,
        "document-limit",
    ),
    "the end of the calendar": (
        lambda: hotel(Reservations=[STAY | {"Arrival": "9999-12-31"}]),
        422,
        "invalid-document",
    ),
    "a minimum stay of ages": (lambda: hotel(MinimumStay=10**6), 422, "document-limit"),
    "not a number": (lambda: hotel(MinimumStay=float("nan")), 422, "invalid-document"),
    "half a character": (
        lambda: hotel().replace(b'"x"', rb'"\ud800"'),
        422,
        "invalid-document",
    ),
    "a long label": (lambda: hotel(ProblemId="x" * MEGABYTES), 422, "document-limit"),
    "many rooms": (
        lambda: hotel(Rooms=[{"RoomNumber": str(number)} for number in range(2000)]),
        422,
        "document-limit",
    ),
    "many neighbors": (
        lambda: hotel(
            Rooms=[{"RoomNumber": str(number), "AdjacentRooms": ["1"] * 60} for number in range(1000)]
        ),
        422,
        "document-limit",
    ),
    "many mistakes": (lambda: hotel(Reservations=[{"Id": 1}] * 100_000), 422, "invalid-document"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_and_nothing_is_stored(
    client: TestClient, store: JobStore, name: str
) -> None:
    make, status, kind = BODIES[name]
    answer = client.post("/api/v1/optimize", content=make())
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["error"]) == (status, kind)
    assert len(answer.content) < MEGABYTES
    assert store.statistics().accepted == 0


def test_compression_is_not_accepted(client: TestClient) -> None:
    """A megabyte of it may hold a gigabyte."""
    headers = {"Content-Encoding": "gzip"}
    answer = client.post("/api/v1/optimize", content=gzip.compress(hotel()), headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported-media-type")


def test_a_group_of_a_whole_hotel_is_accepted(client: TestClient) -> None:
    """The limits bound size, not what may be asked within it."""
    rooms = [{"RoomNumber": str(number)} for number in range(100)]
    stays = [STAY | {"Id": number, "AdjacencyGroup": "all"} for number in range(100)]
    assert client.post("/api/v1/optimize", content=hotel(Rooms=rooms, Reservations=stays)).status_code == 200
