"""The API is as its description says: requests drawn from it, right and wrong, on jobs that are there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bookingopt_api.callers import LOCAL_USER
from bookingopt_api.documentation import API_PREFIX, EXAMPLE_DOCUMENT
from bookingopt_api.keys import Keyring, Scope
from bookingopt_api.problems import PROBLEM_TYPES
from bookingopt_api.resources import Resources
from bookingopt_api.settings import ApiSettings
from conftest import RedisServer
from job_ledger import Ending, JobError, JobRecord, JobState, JobStore, NewJob
from optimizer_core.run import run_json

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
EXAMPLES = Path(__file__).parents[4] / "examples"
FEWEST_CASES = 700
"""Of each service; there are three."""
FEWEST_RIGHT = 5
"""Answers that are no refusal, of each operation of each service."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDED = ("planned", "unplanned", "failed", "cancelled")
JOBS = (*ENDED, "queued", "running", "foreign")
FOREIGN = "bob"


@dataclass(frozen=True)
class Service:
    """What is asked.

    Parameters
    ----------
    cases
        How often each operation is asked as its description says, and as often otherwise.
    is_authentication_on, is_on_redis
        How it is set up.
    """

    cases: int
    is_authentication_on: bool = False
    is_on_redis: bool = False


@pytest.fixture(
    params=[
        Service(50),
        Service(40, is_authentication_on=True),
        Service(30, is_authentication_on=True, is_on_redis=True),
    ],
    ids=["everybody, file", "keys, file", "keys, Redis"],
)
def service(request: pytest.FixtureRequest) -> Service:
    """Return each way in which the service is asked."""
    chosen: Service = request.param
    return chosen


@pytest.fixture
def settings(service: Service, request: pytest.FixtureRequest, tmp_path: Path) -> ApiSettings:
    """Return settings that let much in; rates are another matter."""
    told: dict[str, object] = {
        "data_dir": tmp_path / "ledger",
        "authentication": "on" if service.is_authentication_on else "off",
        "max_queued_jobs_per_user": 100_000,
        "rate_submit": "1000000/second",
        "rate_read": "1000000/second",
        "rate_address": "1000000/second",
    }
    if service.is_on_redis:
        server: RedisServer = request.getfixturevalue("redis_server")
        told |= {"redis_url": server.url, "queue_secret": "x" * 32}
    return ApiSettings.model_validate(told)


@pytest.fixture
def make_job(store: JobStore, finish: Callable[..., JobRecord]) -> Callable[[str], str]:
    """Return what makes a job that is in one of the ways of `JOBS`, and returns its id."""
    hotel = json.dumps(EXAMPLE_DOCUMENT).encode()  # the one of the description, so that its enquiry fits
    infeasible = (EXAMPLES / "infeasible.json").read_bytes()
    solved, told = run_json(hotel), run_json(infeasible)

    def make(way: str) -> str:
        user = FOREIGN if way == "foreign" else LOCAL_USER
        job = store.accept(NewJob(user, "a hotel", infeasible if way == "unplanned" else hotel)).job
        assert job is not None
        match way:
            case "planned" | "foreign":
                finish(job.job_id, solved)
            case "unplanned":
                finish(job.job_id, told, succeeded=False)
            case "failed":
                error = JobError("backend-error", "The solver failed.")
                finish(job.job_id, ending=Ending(JobState.FAILED, error=error))
            case "cancelled":
                store.cancel(job.job_id)
            case "running":
                assert store.claim(job.job_id) is not None
        return job.job_id

    return make


@dataclass(frozen=True)
class Entry:
    """Headers that a request shows its key with, and what must come of it.

    Parameters
    ----------
    headers
        The headers.
    is_known
        Whether they let the caller in.
    may_write
        Whether the caller may ask for work too.
    """

    headers: dict[str, str]
    is_known: bool = True
    may_write: bool = True

    def check(self, operation: APIOperation[Any, Any, Any, Any], status: int) -> None:
        """Refuse an answer that a caller with such a key must not get."""
        if not operation.path.startswith(API_PREFIX):
            return
        if not self.is_known:
            assert status == 401, "nobody is let in without a key"
        elif not self.may_write and operation.method.upper() != "GET":
            assert status in {403, 422}, "a key to read with changes nothing"
        else:
            assert status not in {401, 403}


@pytest.fixture
def entries(service: Service, resources: Resources) -> list[Entry]:
    """Return ways to come in; every other time with a key that lets one do everything."""
    if not service.is_authentication_on:
        return [Entry({})]
    keys: Keyring = resources.keys
    key = keys.create(LOCAL_USER, "of the tests").text
    revoked = keys.create(LOCAL_USER, "taken back")
    keys.revoke(revoked.key_id)
    reader = keys.create(LOCAL_USER, "to read with", scopes=[Scope.READ]).text
    wrong = [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": key[:-1]},
        {"X-API-Key": f"{key[:-2]}xy"},
        {"X-API-Key": revoked.text},
        {"Authorization": f"Basic {key}"},
        {"Authorization": "Bearer of nothing"},
    ]
    right = [Entry({"X-API-Key": key}), Entry({"Authorization": f"Bearer {key}"})]
    refused = [Entry(headers, is_known=False) for headers in wrong]
    return [*right * 5, Entry({"X-API-Key": reader}, may_write=False), *refused]


def test_every_answer_is_in_the_description(
    app: FastAPI,
    client: TestClient,
    service: Service,
    make_job: Callable[[str], str],
    entries: list[Entry],
    seed: int,
) -> None:
    """No 5xx, and no status, media type, header or body that the description does not know."""
    schema = schemathesis.openapi.from_dict(app.openapi())
    met: dict[str, Counter[int]] = {}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        asking = Asking(found.ok(), client, service.cases, make_job, entries, seed)
        for mode in GenerationMode:
            with suppress(Unsatisfiable):  # without parameters and body nothing can be wrong
                asking.ask(mode)
        met[asking.operation.label] = asking.statuses
    print(met)  # noqa: T201 - what the cases came to
    assert sum(statuses.total() for statuses in met.values()) >= FEWEST_CASES
    right = {
        label: sum(count for status, count in statuses.items() if status < 300)
        for label, statuses in met.items()
    }
    assert {label: count for label, count in right.items() if count < FEWEST_RIGHT} == {}


class Asking:
    """Sends requests drawn from the description of an operation; most about things that are there."""

    def __init__(
        self,
        operation: APIOperation[Any, Any, Any, Any],
        client: TestClient,
        cases: int,
        make_job: Callable[[str], str],
        entries: list[Entry],
        seed: int,
    ) -> None:
        self.operation = operation
        self.statuses: Counter[int] = Counter()
        self._client = client
        self._cases = cases
        self._entries = entries
        self._seed = seed
        self._is_forgetful = operation.method.upper() == "DELETE"
        # The events of an open job have no end.
        self._ways = ENDED if operation.path.endswith("/events") else JOBS
        self._make_job = make_job
        self._made: dict[str, str] = {}
        body = operation.definition.raw.get("requestBody", {"content": {}})["content"]
        self._example = body.get("application/json", {}).get("example")

    def ask(self, mode: GenerationMode) -> None:
        """Send requests that are as described, or that are not."""

        @hypothesis.seed(self._seed)
        @how(
            max_examples=self._cases,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=self.operation.as_strategy(mode),
            way=st.sampled_from([*["planned"] * len(self._ways), *self._ways, ""]),
            kind=st.sampled_from(["", *sorted(PROBLEM_TYPES)]),
            entry=st.sampled_from(self._entries),
            is_example=st.sampled_from([True, True, True, False]),
        )
        def send(case: Case[Any], way: str, kind: str, entry: Entry, is_example: bool) -> None:
            if way and "job_id" in case.path_parameters:
                case.path_parameters["job_id"] = self._job(way)
            if kind and "kind" in case.path_parameters:
                case.path_parameters["kind"] = kind
            if self._example is not None and is_example:
                case.body, case.media_type = self._example, "application/json"
            self._send(case, entry)

        send()

    def _job(self, way: str) -> str:
        if self._is_forgetful or way not in self._made:
            self._made[way] = self._make_job(way)
        return self._made[way]

    def _send(self, case: Case[Any], entry: Entry) -> None:
        request: dict[str, Any] = case.as_transport_kwargs(base_url=str(self._client.base_url))
        assert not request.pop("cookies", None), "no parameter is a cookie"
        if isinstance(request.get("data"), str | bytes):
            request["content"] = request.pop("data")  # as this client calls it
        drawn = {
            name: value
            for name, value in request.pop("headers").items()
            if name.lower() not in {"x-api-key", "authorization"}
        }
        answer = self._client.request(**request, headers={**drawn, **entry.headers}, follow_redirects=False)
        self.statuses[answer.status_code] += 1
        entry.check(self.operation, answer.status_code)
        case.validate_response(answer, checks=CHECKS)
