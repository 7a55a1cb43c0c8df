"""Documents gone wrong, and some that are only strange, against the real service: each one ends."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st

from bookingopt_api.documentation import EXAMPLE_DOCUMENT

from .conftest import API, WORKER, Service, wait_for_end

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]
NUM_DOCUMENTS = 1000
LIMIT_BYTES = 200_000
# Every field of the contract, so that each one is broken at times.
HOTEL: dict[str, Any] = EXAMPLE_DOCUMENT | {
    "MinimumStayByDay": {"Fri": 3, "Sat": 2},
    "MinimumStayByDate": [{"Start": "2027-05-03", "End": "2027-05-06", "MinimumStay": 2}],
    "NewReservations": [{"Id": 9, "Arrival": "2027-05-08", "Length": 2, "RoomType": "Double"}],
    "Reservations": [
        *EXAMPLE_DOCUMENT["Reservations"],
        {"Id": 1, "Arrival": "2027-05-02", "Length": 2, "AdjacencyGroup": "two", "TypeOrder": ["Double"]},
        {"Id": 2, "Arrival": "2027-05-10", "Length": 1, "AdjacencyGroup": "two", "SplitGroup": 4},
        {"Id": 3, "Arrival": "2027-05-11", "Length": 1, "AssignedRoom": "102", "IsLocked": True},
    ],
    "RequestStartDate": "2027-05-01",
    "RequestEndDate": "2027-05-12",
    "RestrictionsForInitialPlan": False,
    "TestNewBooking": False,
}
ODD_VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 7, 22, 10**6, 2**31, 2**63, -(10**30), 10**400, 0.5, -0.0, 1e308,
    float("nan"), float("inf"), "", " ", "102", "Double", "2027-05-02", "2027-02-30", "2027-5-2",
    "0001-01-01", "9999-12-31", "2027-05-02T00:00:00Z", "\0", "\ud800", "\u202e", "é" * 300, "x" * 5000,
    "' OR 1=1 --", "<script>", [], {}, [[]], [None], {"": ""}, ["101", "101"], [{"RoomNumber": "101"}], "A17",
]  # fmt: skip

Place = tuple[Any, Any]
"""A list or an object, and an index or a name in it."""


def test_a_document_gone_wrong_is_refused_or_becomes_a_job_that_ends(
    start: Callable[..., Service], seed: int
) -> None:
    """A thousand of them: no 5xx, no lost connection, and the worker survives what is let in."""
    service = start(
        API, WORKER,
        MAX_JOB_DURATION="10", MAX_DOCUMENT_BYTES=str(LIMIT_BYTES), MAX_QUEUED_JOBS_PER_USER="2000",
        WORKER_CONCURRENCY="2",
    )  # fmt: skip
    with service.client() as client:
        accepted, met = _send_all(client, seed)
        ended = Counter(_end_of(wait_for_end(client, job_id)) for job_id in accepted)
        print(dict(met), dict(ended))  # noqa: T201 - what the documents came to
        assert client.get("/readyz").status_code == 200
    assert sum(met.values()) >= NUM_DOCUMENTS
    assert {"200", "413 document-too-large", "422 document-limit", "422 invalid-document"} <= met.keys()
    assert ended.keys() == {"completed"}, "what was let in is planned, or told that it cannot be"
    service.stop()


def _send_all(client: httpx2.Client, seed: int) -> tuple[list[str], Counter[str]]:
    """Return the jobs that were accepted, and how many documents met what."""
    accepted: list[str] = []
    met: Counter[str] = Counter()

    @hypothesis.seed(seed)
    @how(
        max_examples=NUM_DOCUMENTS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(content=documents())
    def send(content: bytes) -> None:
        answer = client.post("/api/v1/optimize", content=content)
        told = answer.json()
        assert answer.status_code in {200, 413, 422}, answer.text
        if answer.status_code == 200:
            accepted.append(told["job_id"])
        else:
            assert {"error", "message", "errors"} <= told.keys() or answer.status_code == 413
        met[f"{answer.status_code} {told.get('error', '')}".strip()] += 1

    send()
    return accepted, met


def _end_of(told: dict[str, Any]) -> str:
    return "completed" if told["status"] == "completed" else f"{told['status']} {told['error']}"


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Return a hotel that is strange, or one that is wrong, in some places; or with a damaged text."""
    hotel = copy.deepcopy(HOTEL)
    if draw(st.integers(0, 5)):  # groups take ten times as long to plan
        for stay in hotel["Reservations"]:
            stay.pop("AdjacencyGroup", None)
    change = draw(st.sampled_from([_make_strange, *[_make_wrong] * 4]))
    for _ in range(draw(st.integers(1, 5))):
        change(draw, list(_places(hotel)))
    content = json.dumps(hotel, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    damage = draw(st.sampled_from(["none"] * 9 + ["cut", "byte", "deep", "huge"]))
    at = draw(st.integers(0, len(content)))
    match damage:
        case "cut":
            return content[:at]
        case "byte":
            return content[:at] + draw(st.binary(min_size=1, max_size=3)) + content[at + 1 :]
        case "deep":
            times = draw(st.sampled_from([8, 100, 20_000]))
            return content[:at] + b"[" * times + b"]" * times + content[at:]
        case "huge":
            return content + b" " * draw(st.sampled_from([1000, LIMIT_BYTES, 5 * LIMIT_BYTES]))
    return content


def _make_strange(draw: st.DrawFn, places: list[Place]) -> None:
    """Put the value of another entry into a place of its name, or a number close to it, or drop the entry."""
    inside, key = draw(st.sampled_from(places))
    is_entry = isinstance(inside, list) and isinstance(inside[key], dict)
    if is_entry and draw(st.booleans()):
        del inside[key]
    elif type(inside[key]) is int and key != "Id":
        inside[key] += draw(st.integers(-1, 4))
    elif isinstance(inside[key], str) or key == "Id":
        alike = [found[name] for found, name in places if name == key and isinstance(inside, dict)]
        inside[key] = draw(st.sampled_from([*alike, inside[key], None, "102"]))


def _make_wrong(draw: st.DrawFn, places: list[Place]) -> None:
    """Put something into a place that hardly belongs there, or drop, repeat or rename it."""
    inside, key = draw(st.sampled_from(places or [({"": 0}, "")]))
    match draw(st.sampled_from(["odd", "odd", "other", "drop", "repeat", "rename"])):
        case "odd":
            inside[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        case "other":
            other, name = draw(st.sampled_from(places or [({"": 0}, "")]))
            inside[key] = copy.deepcopy(other[name])
        case "drop":
            del inside[key]
        case "repeat" if isinstance(inside, list):
            inside.extend(copy.deepcopy(inside[key]) for _ in range(draw(st.sampled_from([1, 3, 500]))))
        case "rename" | "repeat" if isinstance(inside, dict):
            name = draw(st.sampled_from([str(key).lower(), "Rooms", "Reservations", "X" * 300]))
            inside[name] = inside[key]


def _places(inside: Any) -> Iterator[Place]:
    """Yield every place of a document."""
    if not isinstance(inside, list | dict):
        return
    for key in range(len(inside)) if isinstance(inside, list) else list(inside):
        yield inside, key
        yield from _places(inside[key])


def test_the_hotel_that_is_broken_is_right_itself(start: Callable[..., Service]) -> None:
    """Otherwise every document would be refused for the same reason."""
    service = start(API, WORKER)
    with service.client() as client:
        answer = client.post("/api/v1/optimize", json=HOTEL)
        assert answer.status_code == 200, answer.text
        assert wait_for_end(client, answer.json()["job_id"])["result"]["success"] is True
    service.stop()
