"""The checks of a smoke test. Each takes the service and returns what it found."""

import json
import time
from collections.abc import Callable
from functools import partial

from optimizer_core.wire import judge, load_result, read_problem
from tooling.shell import ROOT
from tooling.smoke.report import CheckFailed, need
from tooling.smoke.target import Answer, Target

HOTEL = ROOT / "examples" / "ten-rooms.json"
"""Solved to proven optimality in a moment; contains no personal data."""
LONGEST_WAIT_SECONDS = 60.0
QUEUE_SECONDS = 10.0
"""How long a job may be queued before the test checks for other jobs ahead of it."""
INSIDE_PATHS = ("/metrics", "/livez", "/readyz")
NOBODYS_JOB = "00000000-0000-4000-8000-000000000000"
MOST_POSTS = 8
"""One more than the burst would be enough, but the limit admits another request every five seconds."""

_WRONG_DOCUMENT = b'{"ProblemId": "smoke test", "Rooms": []}'
_JSON = {"Content-Type": "application/json"}


def answers(target: Target) -> str:
    """The service answers and reports its version."""
    answer = target.ask("GET", "/health")
    need(answer.status == 200, f"GET /health answered {answer.status}")
    health = answer.json()
    need(health["status"] == "healthy", f"it reports the status {health['status']!r}")
    return f"version {health['version']}"


def refuses_a_wrong_document(target: Target) -> str:
    """A bad document is refused with problem details."""
    answer = _submit(target, _WRONG_DOCUMENT)
    _need_problem(answer, 422)
    return f"{len(answer.json().get('errors', []))} fault named with its place"


def keeps_strangers_out(target: Target) -> str:
    """Requests without a key are refused, and an unknown job is not found."""
    answer = target.ask("GET", f"/api/v1/jobs/{NOBODYS_JOB}")
    _need_problem(answer, 404)
    if target.key is None:
        return "an unknown job is not found (no key given: access without one was not tested)"
    _need_problem(_submit(target, _WRONG_DOCUMENT, with_key=False), 401)
    _need_problem(target.ask("GET", "/api/v1/jobs", with_key=False), 401)
    return "access without a key is refused; an unknown job is not found"


def plans(target: Target, count_others: Callable[[], int] | None = None) -> str:
    """A hotel is planned, the plan is proved, and our own verification accepts it; then the job is erased.

    If the caller can count other jobs, a job that is queued behind them passes once it is accepted and
    stored: how long the jobs of users take says nothing about the release.
    """
    document = HOTEL.read_bytes()
    submitted = _submit(target, document)
    need(submitted.status == 200, f"submitting answered {submitted.status}: {submitted.body[:300]!r}")
    job = submitted.headers["location"]
    started = time.monotonic()
    while (state := target.ask("GET", job).json())["status"] in {"queued", "running"}:
        seconds = time.monotonic() - started
        is_late = state["status"] == "queued" and seconds > QUEUE_SECONDS
        if is_late and (others := count_others() if count_others else 0):
            _erase(target, job)
            return f"accepted and queued behind {others} other jobs: not waited for"
        need(seconds < LONGEST_WAIT_SECONDS, f"the job is still {state['status']}")
        time.sleep(0.5)
    seconds = time.monotonic() - started
    need(state["status"] == "completed", f"the job {state['status']}: {state.get('error')}")
    result = load_result(json.dumps(state["result"]["result"]).encode())
    reasons = judge(read_problem(document), result).reasons
    need(not reasons, f"the check refuses the result: {'; '.join(reasons)}")
    need(result.succeeded and result.solver_status == "optimal", f"the plan is {result.solver_status}")
    _erase(target, job)
    return f"proved and checked, {seconds:.1f} s"


def _erase(target: Target, job: str) -> None:
    erased = target.ask("DELETE", job)
    need(erased.status == 200, f"erasing the job answered {erased.status}")


def hides_its_inside(target: Target) -> str:
    """Internal endpoints are not reachable from outside."""
    found = {path: target.ask("GET", path).status for path in INSIDE_PATHS}
    need(set(found.values()) == {404}, f"reachable: {[path for path in found if found[path] != 404]}")
    return "not reachable: " + " ".join(INSIDE_PATHS)


def sends_headers_of_safety(target: Target) -> str:
    """Security headers for browsers are present, and no header reveals the version of the server."""
    headers = target.ask("GET", "/health").headers
    wanted = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
    }
    wrong = [name for name, value in wanted.items() if headers.get(name) != value]
    wrong += [name for name in ("content-security-policy", "x-request-id") if name not in headers]
    if target.is_encrypted and "max-age=" not in headers.get("strict-transport-security", ""):
        wrong.append("strict-transport-security")
    need(not wrong, f"missing or wrong: {', '.join(wrong)}")
    server = headers.get("server", "")
    need(not any(letter.isdigit() for letter in server), f"it reveals its version: {server}")
    return "present"


def sends_to_https(target: Target) -> str:
    """A request over http is redirected to https."""
    if not target.is_encrypted:
        raise CheckFailed("the address is not https")
    answer = target.ask("GET", "/health", scheme="http")
    location = answer.headers.get("location", "")
    need(answer.status in {301, 308}, f"http answered {answer.status}")
    need(location.startswith(f"{target.url.rstrip('/')}/"), f"http leads to {location!r}")
    return f"{answer.status} to https"


def limits(target: Target) -> str:
    """Too many submissions from one address are refused, with the time to wait."""
    for posts in range(1, MOST_POSTS + 1):
        answer = target.ask("POST", "/api/v1/optimize", _WRONG_DOCUMENT, _JSON)
        if answer.status == 429:
            _need_problem(answer, 429)
            need(int(answer.headers.get("retry-after", "0")) >= 1, "a refusal lacks Retry-After")
            return f"after {posts - 1} more: 429, again in {answer.headers['retry-after']} s"
    raise CheckFailed(f"{MOST_POSTS} submissions at once, and none refused")


CHECKS: dict[str, Callable[[Target], str]] = {
    "answers": answers,
    "plans a hotel": plans,
    "refuses callers without a key": keeps_strangers_out,
    "refuses a wrong document": refuses_a_wrong_document,
}
"""Checks of the API itself."""
EDGE_CHECKS: dict[str, Callable[[Target], str]] = {
    "hides internal paths": hides_its_inside,
    "sends security headers": sends_headers_of_safety,
    "redirects to https": sends_to_https,
    "limits submissions": limits,
}
"""Checks of nginx; the last one uses up the submissions of this address for a while."""


def smoke_checks(
    target: Target, *, edge: bool = True, count_others: Callable[[], int] | None = None
) -> dict[str, Callable[[], str]]:
    """Return the checks of a service.

    Parameters
    ----------
    target
        The service.
    edge
        Whether nginx is in front of it; if not, only the API is checked.
    count_others
        Returns how many jobs of other users are open; None if that is unknown.
    """
    chosen = CHECKS | (EDGE_CHECKS if edge else {})
    if edge and not target.is_encrypted:
        chosen = {name: check for name, check in chosen.items() if check is not sends_to_https}
    chosen |= {name: partial(plans, count_others=count_others) for name in chosen if chosen[name] is plans}
    return {name: partial(check, target) for name, check in chosen.items()}


def _submit(target: Target, body: bytes, *, with_key: bool = True) -> Answer:
    """Submit a document; retry once if another smoke test has used up the limit of this address."""
    for _ in range(2):
        answer = target.ask("POST", "/api/v1/optimize", body, _JSON, with_key=with_key)
        if answer.status != 429:
            break
        time.sleep(min(float(answer.headers.get("retry-after", "1")), 30.0))
    return answer


def _need_problem(answer: Answer, status: int) -> None:
    need(answer.status == status, f"answered {answer.status}, not {status}")
    kind = answer.headers.get("content-type", "")
    need(kind.startswith("application/problem+json"), f"{status} comes as {kind or 'nothing'}")
    problem = answer.json()
    missing = [name for name in ("type", "title", "error", "message") if name not in problem]
    need(not missing, f"{status} without {', '.join(missing)}")
