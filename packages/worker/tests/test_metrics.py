from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from bookingopt_worker.metrics import ConsumerCollector, Watch
from job_ledger import JobStore, open_store

OWN = ConsumerCollector(lambda: 3, lambda: 2)


@pytest.fixture
def watch(store: JobStore) -> Iterator[Watch]:
    """Return the server of a consumer; it listens, but answers only once it is started."""
    made = Watch("127.0.0.1", 0, store, OWN)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """Let it listen on this machine."""


def test_m1_metrics_are_those_of_the_ledger_and_of_the_consumer(watch: Watch) -> None:
    status, kind, body = watch.answer("/metrics")
    assert (status, kind.partition(";")[0]) == (200, "text/plain")
    lines = body.decode().splitlines()
    assert "bookingopt_ledger_up 1.0" in lines
    assert "bookingopt_worker_redeliveries_total 3.0" in lines
    assert "bookingopt_worker_jobs_at_work 2.0" in lines


def test_it_is_ready_until_it_stops(watch: Watch) -> None:
    assert watch.answer("/readyz")[0] == 200
    watch.say_stopping()
    assert watch.answer("/readyz") == (503, "text/plain", b"stopping\n")
    assert watch.answer("/livez")[0] == 200


def test_without_a_ledger_it_is_alive_but_not_ready() -> None:
    away = open_store("unix:///nowhere/redis.sock")
    watch = Watch("127.0.0.1", 0, away, OWN)
    assert watch.answer("/livez")[0] == 200
    assert watch.answer("/readyz")[0] == 503
    assert b"bookingopt_ledger_up 0.0" in watch.answer("/metrics")[2]
    watch.close()
    away.close()


def test_any_other_path_is_not_found(watch: Watch) -> None:
    assert watch.answer("/")[0] == 404


def test_it_answers_over_http(watch: Watch) -> None:
    watch.start()
    connection = http.client.HTTPConnection("127.0.0.1", watch.port, timeout=10)
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"ready\n")
    connection.close()


def test_a_port_that_is_taken_is_said(watch: Watch, store: JobStore) -> None:
    with pytest.raises(OSError, match="in use"):
        Watch("127.0.0.1", watch.port, store, OWN)
