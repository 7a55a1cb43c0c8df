from __future__ import annotations

import io
import json
import multiprocessing
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from bookingopt_api.app import ROUTERS
from bookingopt_api.audit import KEEP_DAYS, Act, AuditEntry, AuditLog, act_of, digest_of_user

JOB_ID = "0193589d-5e3a-7c4e-8f3b-2b1c0a9d8e7f"
FULL = AuditEntry(
    Act.SUBMIT,
    200,
    user="ann",
    key_id="abcdefghijkmnpqr",
    job_id=JOB_ID,
    request_id="r-1",
    address="203.0.113.77",
)


@dataclass
class Clock:
    """A moment that moves only when a test says so."""

    moment: datetime = datetime(2026, 11, 23, 23, 59, 59, 500_000, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    """Return a clock shortly before midnight."""
    return Clock()


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_says_who_did_what_when(tmp_path: Path, clock: Clock) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", now=clock.now)
    log.write(FULL)
    log.close()
    assert lines_of(tmp_path / "audit-2026-11-23.jsonl") == [
        {
            "time": "2026-11-23T23:59:59.500+00:00",
            "act": "submit",
            "status": 200,
            "user": digest_of_user("ann"),
            "key_id": "abcdefghijkmnpqr",
            "job_id": JOB_ID,
            "request_id": "r-1",
            "network": "203.0.113.0/24",
        }
    ]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", None),
        (None, None),
    ],
)
def test_an_address_is_cut_to_its_network(address: str | None, network: str | None) -> None:
    assert AuditEntry(Act.READ, address=address).fields()["network"] == network


def test_nothing_that_somebody_typed_is_written() -> None:
    typed = AuditEntry(
        Act.READ, user="Zoë Guest", job_id="Zoë Guest", request_id="Zoë\nGuest", address="Zoë Guest"
    )
    text = json.dumps(typed.fields(), ensure_ascii=False)
    assert "Zoë" not in text
    assert "Guest" not in text


def test_each_day_has_a_file_and_thirty_are_kept(tmp_path: Path, clock: Clock) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", now=clock.now)
    (tmp_path / "audit-notes.jsonl").touch()
    for _ in range(KEEP_DAYS + 5):
        log.write(FULL)
        clock.moment += timedelta(days=1)
    log.close()
    days = sorted(path.name for path in tmp_path.glob("audit-2*.jsonl"))
    last = clock.moment - timedelta(days=1)
    assert len(days) == KEEP_DAYS
    assert days[0] == f"audit-{(last - timedelta(days=KEEP_DAYS - 1)).date()}.jsonl"
    assert days[-1] == f"audit-{last.date()}.jsonl"
    assert (tmp_path / "audit-notes.jsonl").exists()


def test_the_file_is_for_its_owner_alone(tmp_path: Path, clock: Clock) -> None:
    AuditLog(tmp_path / "audit.jsonl", now=clock.now).close()
    assert stat.S_IMODE((tmp_path / "audit-2026-11-23.jsonl").stat().st_mode) == 0o600


def test_what_is_written_stays_when_the_service_starts_again(tmp_path: Path, clock: Clock) -> None:
    for _ in range(3):
        log = AuditLog(tmp_path / "audit.jsonl", now=clock.now)
        log.write(FULL)
        log.close()
    assert len(lines_of(tmp_path / "audit-2026-11-23.jsonl")) == 3


def write_many(path: Path, name: str, count: int) -> None:
    """Write lines from another process."""
    log = AuditLog(path)
    for _ in range(count):
        log.write(AuditEntry(Act.READ, 200, user=name, job_id=JOB_ID, request_id=name))
    log.close()


def test_lines_of_several_processes_never_mix(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    names = [f"{number}" * 60 for number in range(3)]
    processes = [
        context.Process(target=write_many, args=(tmp_path / "audit.jsonl", name, 200)) for name in names
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    files = list(tmp_path.iterdir())
    lines = [line for path in files for line in lines_of(path)]
    assert sorted(str(line["request_id"]) for line in lines) == sorted(names * 200)


def test_without_a_file_the_lines_go_to_the_log(log: io.StringIO) -> None:
    AuditLog().write(FULL)
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["event"], line["act"], line["status"]) for line in logged] == [("audit", "submit", 200)]


def test_a_line_that_cannot_be_written_is_told_and_hinders_nobody(
    tmp_path: Path, clock: Clock, log: io.StringIO
) -> None:
    audit = AuditLog(tmp_path / "logs" / "audit.jsonl", now=clock.now)
    (tmp_path / "logs" / "audit-2026-11-24.jsonl").mkdir()  # nobody can write to a folder
    clock.moment += timedelta(days=1)
    audit.write(FULL)
    audit.close()
    assert [json.loads(line)["event"] for line in log.getvalue().splitlines()] == ["audit line lost"]


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        AuditLog(tmp_path / "file" / "audit.jsonl")


@pytest.mark.parametrize(
    ("method", "route", "status", "act"),
    [
        ("POST", "/api/v1/optimize", 200, Act.SUBMIT),
        ("POST", "/api/v1/optimize", 422, Act.SUBMIT),
        ("GET", "/api/v1/jobs", 200, Act.LIST),
        ("GET", "/api/v1/jobs/{job_id}", 404, Act.READ),
        ("GET", "/api/v1/jobs/{job_id}/chart.svg", 200, Act.READ),
        ("DELETE", "/api/v1/jobs/{job_id}", 200, Act.CANCEL),
        ("POST", "/api/v1/jobs/{job_id}/fit", 200, Act.FIT),
        ("GET", "/api/v1/backends", 401, Act.FAILED_AUTHENTICATION),
        ("GET", "/health", 200, None),
        ("GET", "/jobs/{job_id}/moves", 200, Act.READ),
        ("POST", "/jobs/{job_id}/erase", 303, Act.ERASE),
        ("GET", "/", 200, None),
    ],
)
def test_a_request_is_an_act_by_the_template_of_its_path(
    method: str, route: str, status: int, act: Act | None
) -> None:
    assert act_of(method, route, status) is act


LEAVES_NOTHING = {("POST", "/new/check")}
"""Looks at files and forgets them: nothing is stored, and no job is shown."""


def test_whatever_changes_something_or_shows_a_job_is_an_act() -> None:
    """A path that is added must be in the audit log too."""
    routes = [route for router in ROUTERS for route in iter_route_contexts(router.routes)]
    asked = {(method, str(route.path)) for route in routes for method in route.methods or ()}
    of_note = {(method, path) for method, path in asked if method != "GET" or "{job_id}" in path}
    of_note -= {("POST", "/new/check")}  # keeps nothing, and shows nothing that was kept
    assert len(of_note) > 10
    assert [pair for pair in sorted(of_note - LEAVES_NOTHING) if act_of(*pair, 200) is None] == []
