from __future__ import annotations

import json
import re

import pytest

from bookingopt_api.problems import PROBLEM_TYPES, ApiProblem, problem_body, problem_response
from optimizer_core.errors import Fault


@pytest.mark.parametrize("kind", PROBLEM_TYPES)
def test_each_type_is_told_whole(kind: str) -> None:
    """A name that fits into an address, a status of an error, a title without a full stop, two sentences."""
    told = PROBLEM_TYPES[kind]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind)
    assert 400 <= told.status < 600
    assert not told.title.endswith(".")
    assert told.meaning.endswith(".")
    assert told.remedy.endswith(".")


def test_no_two_types_have_the_same_title() -> None:
    titles = [told.title for told in PROBLEM_TYPES.values()]
    assert sorted(set(titles)) == sorted(titles)


def test_the_body_has_the_members_of_the_standard_and_those_older_clients_read() -> None:
    problem = ApiProblem("job-not-found", "No such job.")
    assert problem_body(problem, "/api/v1/jobs/1", "r1") == {
        "type": "/problems/job-not-found",
        "title": "There is no such job",
        "status": 404,
        "detail": "No such job.",
        "instance": "/api/v1/jobs/1",
        "request_id": "r1",
        "error": "job-not-found",
        "message": "No such job.",
    }


def test_faults_are_told_with_their_places() -> None:
    faults = [Fault(("Reservations", 3, "Length"), "must be a whole number"), Fault((), "is empty")]
    body = problem_body(ApiProblem("invalid-document", faults=faults), "/", "r1")
    assert body["errors"] == [
        {"place": "Reservations[3].Length", "message": "must be a whole number"},
        {"place": "", "message": "is empty"},
    ]


def test_an_unavailable_service_says_when_to_come_again() -> None:
    answer = problem_response(ApiProblem("busy"), "/", "r1")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.media_type == "application/problem+json"
    assert json.loads(bytes(answer.body))["error"] == "busy"


def test_an_unknown_type_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        ApiProblem("no-such-type")
