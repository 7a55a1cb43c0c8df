"""A load test of a running service: sends requests at a steady rate and measures the answers."""

import math
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.records import Record, Trial
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.deploy.trial import key_for_a_while
from tooling.shell import DRY_RUN_HELP
from tooling.smoke import Target
from tooling.smoke.checks import HOTEL

LONGEST_SECONDS = 600
HIGHEST_RATE = 50.0
AT_ONCE = 64
"""Most requests in flight. If a request is due while this many are unanswered, it counts as a failure."""
SUBMIT_EVERY_SECONDS = 8.0
"""Below the 12 submissions a minute that nginx allows per address."""
MOST_OPEN = 2
"""One less than the service allows per user, because one may be in flight."""
_OPEN = frozenset({"queued", "running"})
_SHOWN_REASONS = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """One request.

    Parameters
    ----------
    seconds
        Time until its answer was read.
    fault
        Why it failed; empty for one that was answered with 200.
    """

    seconds: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """The results of a load test.

    Parameters
    ----------
    requests
        Its requests.
    """

    requests: Sequence[Answered]

    @property
    def failures(self) -> int:
        """Number of requests that failed."""
        return sum(bool(one.fault) for one in self.requests)

    def milliseconds(self, part: float) -> float:
        """Return the quantile of the response times, by the nearest rank, in milliseconds."""
        ordered = sorted(one.seconds for one in self.requests)
        return 1000 * ordered[max(math.ceil(part * len(ordered)), 1) - 1] if ordered else 0.0

    def __str__(self) -> str:
        """Return the figures, one a line, and the most frequent reasons of failures."""
        middle = 1000 * median(one.seconds for one in self.requests) if self.requests else 0.0
        figures = {
            "requests": str(len(self.requests)),
            "failures": str(self.failures),
            "median": f"{middle:.0f} ms",
            "99th percentile": f"{self.milliseconds(0.99):.0f} ms",
        }
        reasons = Counter(one.fault for one in self.requests if one.fault).most_common(_SHOWN_REASONS)
        lines = [f"{name:<16} {value}" for name, value in figures.items()]
        return "\n".join([*lines, *(f"  {count} x {reason}" for reason, count in reasons)])


class User:
    """One user: with a key, submits a small hotel now and then and polls; without, requests /health.

    Parameters
    ----------
    target
        The service.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.answered: list[Answered] = []
        self.jobs: dict[str, str] = {}
        self._lock = threading.Lock()
        self._next_submission = 0.0

    def step(self) -> None:
        """Send the next request and wait for its answer."""
        with self._lock:
            open_jobs = [job for job, state in self.jobs.items() if state in _OPEN]
            now = time.monotonic()
            submits = self.target.key and now >= self._next_submission and len(open_jobs) < MOST_OPEN
            if submits:
                self._next_submission = now + SUBMIT_EVERY_SECONDS
        if submits:
            answer = self._ask("POST", "/api/v1/optimize", HOTEL.read_bytes())
            if answer:
                self.jobs[f"/api/v1/jobs/{answer['job_id']}"] = answer["status"]
        elif open_jobs:
            answer = self._ask("GET", open_jobs[0])
            if answer:
                self.jobs[open_jobs[0]] = answer["status"]
        else:
            self._ask("GET", "/health")

    def skip(self) -> None:
        """Count a request that was due but not sent, because too many were in flight."""
        self.answered.append(Answered(0.0, f"not sent: {AT_ONCE} requests without an answer"))

    def erase(self) -> None:
        """Erase the submitted jobs; not part of the load."""
        for job in self.jobs:
            with suppress(OSError):  # it expires by itself
                self.target.ask("DELETE", job)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, str]:
        began = time.monotonic()
        found: dict[str, str] = {}
        try:
            answer = self.target.ask(method, path, body, {"Content-Type": "application/json"})
            fault = "" if answer.status == 200 else f"{method} answered {answer.status}"
            found = answer.json() if not fault else {}
        except (OSError, ValueError) as error:
            fault = f"{method}: {type(error).__name__}: {error}"
        self.answered.append(Answered(time.monotonic() - began, fault))
        return found


def put_under_load(target: Target, *, seconds: float, rate: float) -> Load:
    """Send requests at a steady rate, without waiting for earlier answers.

    Parameters
    ----------
    target
        The service.
    seconds
        Time during which requests are sent.
    rate
        Requests per second.
    """
    user = User(target)
    free = threading.Semaphore(AT_ONCE)
    began = time.monotonic()

    def step() -> None:
        try:
            user.step()
        finally:
            free.release()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(max(round(seconds * rate), 1)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            if free.acquire(blocking=False):
                pool.submit(step)
            else:
                user.skip()
    user.erase()
    return Load(user.answered)


@task(
    positional=["url"],
    help={
        "url": "address of the service, such as https://bookingopt.example",
        "seconds": f"how long requests are sent, up to {LONGEST_SECONDS}",
        "rate": f"requests a second, up to {HIGHEST_RATE:.0f}; nginx lets one address have 10",
        "key_file": "file with an API key: hotels are submitted too (default: only /health is requested)",
        "stage": "name of the stage behind the address: its host makes the key and stores the figures",
        "ca": "additional certificate to trust",
        "connect": "HOST:PORT to connect to for https instead of the address of the name",
        "dry_run": DRY_RUN_HELP,
    },
)
def load(
    context: Context,
    url: str,
    seconds: int = 30,
    rate: float = 5.0,
    key_file: str = "",
    stage: str = "",
    ca: str = "",
    connect: str = "",
    dry_run: bool = False,
) -> None:
    """Send requests to a running service at a steady rate; print failures and times, exit 1 on a failure."""
    del context
    if not 1 <= seconds <= LONGEST_SECONDS or not 0 < rate <= HIGHEST_RATE:
        raise SystemExit(
            f"load: 1 to {LONGEST_SECONDS} seconds, and up to {HIGHEST_RATE:.0f} requests a second"
        )
    site = Site(load_stage(stage), dry_run=dry_run) if stage else None
    if site and urlsplit(url).hostname != site.stage.domain:
        raise SystemExit(f"load: {url} is not the address of {stage}, which is https://{site.stage.domain}")
    if site and key_file:
        raise SystemExit("load: one of --key-file and --stage")
    key = Path(key_file).read_text(encoding="ascii").strip() if key_file else None
    place = {"https": connect} if connect else {}
    target = Target(url, connect=place, key=key, ca_file=Path(ca) if ca else _ca_of(site))
    if dry_run:
        print(f"would send {rate:g} requests a second to {url} for {seconds} s")
        return
    with ExitStack() as stack:
        if site:
            key = stack.enter_context(key_for_a_while(site))
            target = Target(url, connect=place, key=key, ca_file=target.ca_file)
        found = put_under_load(target, seconds=seconds, rate=rate)
    print(found)
    if site and (live := site.log().live):
        figures = {"rate": rate, "seconds": seconds, "requests": len(found.requests)}
        figures["p99_milliseconds"] = round(found.milliseconds(0.99))
        site.keep(Record(Trial.LOAD, live.release, found.failures, figures))
    if found.failures:
        raise SystemExit(1)


def _ca_of(site: Site | None) -> Path | None:
    return site.stage.ca_file if site else None
