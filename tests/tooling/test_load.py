"""A load test is bounded, goes where it is told, and counts what was not answered as it must be."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invoke.context import Context

from tooling import load
from tooling.load import Answered, Load, User, put_under_load
from tooling.smoke import Answer, Target

SITE = "https://bookingopt.example"


class Script(Target):
    """A service that answers as a function says."""

    answer: Callable[..., Answer]

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Any = None, **_: Any) -> Answer:
        del body, headers
        return type(self).answer(method, path)


def script(answer: Callable[..., Answer], key: str | None = None) -> Target:
    return type("Told", (Script,), {"answer": staticmethod(answer)})(SITE, key=key)  # type: ignore[no-any-return]


def healthy(method: str, path: str) -> Answer:
    if method == "POST":
        return Answer(200, {}, b'{"job_id": "1", "status": "queued"}')
    del path
    return Answer(200, {}, b'{"status": "completed"}')


def test_figures_are_those_of_every_request() -> None:
    found = Load([*(Answered(n / 1000) for n in range(1, 100)), Answered(9.0, "GET answered 503")])
    assert (found.failures, found.milliseconds(0.99), found.milliseconds(1)) == (1, 99.0, 9000.0)
    assert str(found).splitlines() == [
        "requests         100",
        "failures         1",
        "median           50 ms",
        "99th percentile  99 ms",
        "  1 x GET answered 503",
    ]


def test_as_many_requests_are_sent_as_the_rate_and_the_time_say() -> None:
    found = put_under_load(script(healthy), seconds=0.1, rate=200)
    assert (len(found.requests), found.failures) == (20, 0)


def test_with_a_key_a_hotel_is_submitted_followed_and_erased() -> None:
    asked: list[tuple[str, str]] = []

    def answer(method: str, path: str) -> Answer:
        asked.append((method, path))
        return healthy(method, path)

    user = User(script(answer, key="bo_live_x"))
    for _ in range(3):
        user.step()
    user.erase()
    assert asked == [
        ("POST", "/api/v1/optimize"),
        ("GET", "/api/v1/jobs/1"),
        ("GET", "/health"),
        ("DELETE", "/api/v1/jobs/1"),
    ]
    assert len(user.answered) == 3, "erasing is not part of the load"


def test_what_is_refused_or_not_answered_is_a_failure_with_its_reason() -> None:
    def away(*_: str) -> Answer:
        raise ConnectionRefusedError("nobody there")

    assert put_under_load(script(lambda *_: Answer(429, {}, b"")), seconds=1, rate=1).failures == 1
    (only,) = put_under_load(script(away), seconds=1, rate=1).requests
    assert only.fault == "GET: ConnectionRefusedError: nobody there"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"seconds": 601}, "1 to 600 seconds"),
        ({"rate": 51.0}, "up to 50 requests"),
        ({"rate": 0.0}, "up to 50 requests"),
        ({"url": "bookingopt.example"}, "is no address of a service"),
        ({"url": ""}, "is no address of a service"),
        ({"stage": "lab"}, "is not the address of lab, which is https://lab.example"),
        ({"stage": "lab", "url": "https://lab.example", "key_file": "k"}, "one of --key-file and --stage"),
    ],
)
def test_it_is_bounded_and_goes_to_no_host_that_was_not_named(
    put_stage: Callable[..., None], options: dict[str, Any], told: str
) -> None:
    put_stage("lab", tls="given")
    with pytest.raises(SystemExit, match=told):
        load.load(Context(), **({"url": SITE} | options))


def test_a_failure_ends_the_task_with_1_and_a_stage_keeps_the_figures(
    put_stage: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    host = tmp_path / "srv" / "x"
    (host / "upstream").mkdir(parents=True)
    (host / "upstream" / "api.conf").write_text("set $api api-blue:8000;\n")
    entry = {"time": "2026-11-30T00:00:00+00:00", "event": "live", "release": "v1", "revision": "c"}
    (host / "releases.jsonl").write_text(json.dumps(entry | {"color": "blue", "images": {}, "by": "x"}))
    put_stage("lab", tls="given", folder=str(host), ssh='for last; do :; done\nexec sh -c "$last"')
    docker = tmp_path / "bin" / "docker"
    docker.write_text('#!/bin/sh\ncase "$*" in *create*) echo bo_live_id_secret ;; *) echo 7 ;; esac\n')
    docker.chmod(0o755)
    results = iter([Load([Answered(0.01)]), Load([Answered(0.02, "GET answered 503")])])
    keys: list[str | None] = []

    def stand_in(target: Target, **_: float) -> Load:
        keys.append(target.key)
        return next(results)

    monkeypatch.setattr(load, "put_under_load", stand_in)
    load.load(Context(), "https://lab.example", stage="lab")
    with pytest.raises(SystemExit) as ended:
        load.load(Context(), "https://lab.example", stage="lab")
    assert ended.value.code == 1
    kept = [json.loads(line) for line in (host / "trials.jsonl").read_text().splitlines()]
    assert [(one["trial"], one["release"], one["failures"]) for one in kept] == [
        ("load", "v1", 0),
        ("load", "v1", 1),
    ]
    assert keys == ["bo_live_id_secret"] * 2
    assert "bo_live_id_secret" not in capsys.readouterr().out
