"""A service that is right passes, and each way of being wrong is found."""

# ruff: noqa: ARG001, ARG002 - stands in for a service, and has its signatures

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tooling.shell import ROOT
from tooling.smoke import Answer, Target, checks, run_checks, smoke_checks
from tooling.smoke.report import CheckFailed

SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'",
    "x-request-id": "1",
    "strict-transport-security": "max-age=31536000",
}
PROBLEM = json.dumps({"type": "/problems/x", "title": "X", "error": "x", "message": "x"}).encode()


class Script(Target):
    """A service that answers as a function says."""

    answer: Callable[..., Answer]

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Any = None, **how: Any
    ) -> Answer:
        return type(self).answer(method, path, **how)


def script(answer: Callable[..., Answer], url: str = "https://bookingopt.example") -> Target:
    return type("Told", (Script,), {"answer": staticmethod(answer)})(url)  # type: ignore[no-any-return]


def problem(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, {"content-type": "application/problem+json", **(headers or {})}, PROBLEM)


def is_ready(address: str) -> bool:
    try:
        return Target(address).ask("GET", "/readyz").status == 200
    except OSError:
        return False


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """Return the address of a service on this machine."""
    command = [sys.executable, "-m", "invoke", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        addresses = (word for line in process.stdout for word in line.split() if word.startswith("http://"))
        address = next(addresses, None)
        assert address is not None, "it never said where it is"
        address = address.rstrip("/.,")
        until = time.monotonic() + 60
        while not is_ready(address):
            assert time.monotonic() < until, "it does not become ready"
            time.sleep(0.2)
        yield address
        process.terminate()
        process.stdout.read()


@pytest.mark.integration
def test_a_service_that_is_right_passes(service: str) -> None:
    findings = run_checks(smoke_checks(Target(service), edge=False))
    assert [finding for finding in findings if not finding.is_right] == []
    assert [finding.name for finding in findings] == list(checks.CHECKS)


@pytest.mark.integration
def test_without_nginx_the_checks_of_the_edge_tell_that_it_is_not_there(service: str) -> None:
    """They would be worth nothing if they passed against a service that does none of it."""
    target = Target(service)
    findings = run_checks({name: partial(check, target) for name, check in checks.EDGE_CHECKS.items()})
    wrong = {finding.name for finding in findings if not finding.is_right}
    assert "hides internal paths" in wrong
    assert "redirects to https" in wrong


def test_headers_that_are_missing_doubled_or_boast_are_told() -> None:
    assert checks.sends_headers_of_safety(script(lambda *_, **__: Answer(200, SAFE, b""))) == "present"
    doubled = SAFE | {"x-frame-options": "DENY, DENY"}
    for wrong, complaint in (
        ({}, "x-content-type-options"),
        (doubled, "x-frame-options"),
        (SAFE | {"server": "nginx/1.26.3"}, "it reveals its version"),
    ):
        with pytest.raises(CheckFailed, match=complaint):
            checks.sends_headers_of_safety(script(lambda *_, wrong=wrong, **__: Answer(200, wrong, b"")))


def test_http_that_is_not_sent_to_this_very_site_is_told() -> None:
    def redirect(to: str, status: int = 308) -> Target:
        return script(lambda *_, **__: Answer(status, {"location": to}, b""))

    assert checks.sends_to_https(redirect("https://bookingopt.example/health")) == "308 to https"
    for target in (
        redirect("https://elsewhere.example/health"),
        redirect("http://bookingopt.example/health"),
        redirect("https://bookingopt.example/health", 200),
        script(lambda *_, **__: Answer(308, {}, b""), "http://bookingopt.example"),
    ):
        with pytest.raises(CheckFailed):
            checks.sends_to_https(target)


def test_a_limit_that_never_comes_or_says_not_when_is_told() -> None:
    answers = iter([problem(422), problem(422), problem(429, {"retry-after": "5"})])
    assert checks.limits(script(lambda *_, **__: next(answers))) == "after 2 more: 429, again in 5 s"
    with pytest.raises(CheckFailed, match="none refused"):
        checks.limits(script(lambda *_, **__: problem(422)))
    with pytest.raises(CheckFailed, match="lacks Retry-After"):
        checks.limits(script(lambda *_, **__: problem(429)))


def test_an_inside_that_can_be_reached_is_told() -> None:
    assert "/metrics" in checks.hides_its_inside(script(lambda *_, **__: problem(404)))
    with pytest.raises(CheckFailed, match=r"reachable: \['/metrics'\]"):
        checks.hides_its_inside(script(lambda _, path, **__: problem(200 if path == "/metrics" else 404)))


def test_a_service_without_a_key_check_is_told() -> None:
    def lets_in(method: str, path: str, *, with_key: bool = True) -> Answer:
        return problem(404 if path.count("/") > 3 else 200)

    open_to_all = script(lets_in)
    object.__setattr__(open_to_all, "key", "bo_key")
    with pytest.raises(CheckFailed, match="answered 200, not 401"):
        checks.keeps_strangers_out(open_to_all)


def test_a_refusal_in_words_no_program_reads_is_told() -> None:
    for answer, complaint in (
        (Answer(422, {"content-type": "text/html"}, b"<p>no"), "422 comes as text/html"),
        (Answer(422, {"content-type": "application/problem+json"}, b"{}"), "422 without type"),
        (Answer(200, {}, b"{}"), "answered 200, not 422"),
    ):
        with pytest.raises(CheckFailed, match=complaint):
            checks.refuses_a_wrong_document(script(lambda *_, answer=answer, **__: answer))


def test_a_plan_that_the_judge_refuses_is_told() -> None:
    """The service says "optimal" about a plan that leaves the stays where they are."""
    from optimizer_core.run import run_json

    document = checks.HOTEL.read_bytes()
    result = json.loads(run_json(document))
    result["OptimizedPlan"][0]["AssignedRoom"] = "no such room"

    def answer(method: str, path: str, **_: Any) -> Answer:
        if method == "POST":
            return Answer(200, {"location": "/api/v1/jobs/1"}, b"{}")
        state = {"status": "completed", "result": {"success": True, "result": result}}
        return Answer(200, {}, json.dumps(state).encode())

    with pytest.raises(CheckFailed, match="the check refuses the result"):
        checks.plans(script(answer))


def test_a_job_behind_those_of_others_is_erased_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless nothing is in front of it: then it must be planned in time."""
    asked: list[str] = []

    def answer(method: str, path: str, **how: Any) -> Answer:
        asked.append(f"{method} {path}")
        headers = {"location": "/api/v1/jobs/1"}
        return Answer(200, headers, json.dumps({"status": "queued"}).encode())

    monkeypatch.setattr(checks, "QUEUE_SECONDS", 0.0)
    found = checks.plans(script(answer), lambda: 12)
    assert found == "accepted and queued behind 12 other jobs: not waited for"
    assert asked[-1] == "DELETE /api/v1/jobs/1"
    monkeypatch.setattr(checks, "LONGEST_WAIT_SECONDS", 0.0)
    for count in (lambda: 0, None):
        with pytest.raises(CheckFailed, match="still queued"):
            checks.plans(script(answer), count)
