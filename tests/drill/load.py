"""One user of the service for as long as the drill wants: submits, polls, and writes down what was not right.

Runs in a container with an address of its own, because the limits count addresses; needs Python alone.
A new connection for each request, so that none survives a switch by luck; and each at its time, whether the
one before was answered or not, so that a slow service is asked no less. Ends at SIGTERM: then every job
is followed to its end, and one line of JSON tells the tale.
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SUBMIT_EVERY_SECONDS = 8.0
LAST_JOBS_SECONDS = 90.0
AT_ONCE = 16
"""Requests that may be under way: at five a second, what three seconds without an answer leave."""
OPEN = {"queued", "running"}
MOST_OPEN = 2
"""One less than the service allows, for one may be under way."""


class User:
    """Somebody with a key.

    Parameters
    ----------
    address
        Of the host.
    domain
        Name of the site.
    key
        API key.
    """

    def __init__(self, address: str, domain: str, key: str) -> None:
        self.address, self.domain, self.key = address, domain, key
        self.requests = 0
        self.lock = threading.Lock()
        self.faults: list[str] = []
        self.jobs: dict[str, str] = {}
        # The certificate is of the host's own making; that it is the right one is not what is drilled.
        self.tls = ssl._create_unverified_context()  # noqa: S323

    def ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        """Send a request and return its JSON; whatever is not 200 is a fault."""
        with self.lock:
            self.requests += 1
        connection = http.client.HTTPSConnection(self.address, 443, timeout=10, context=self.tls)
        headers = {"Host": self.domain, "X-API-Key": self.key, "Content-Type": "application/json"}
        moment = time.strftime("%H:%M:%S")
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
            if response.status == 200:
                answer: dict[str, Any] = json.loads(content)
                return answer
            self.faults.append(f"{moment} {method} {path}: {response.status} {content[:200]!r}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.faults.append(f"{moment} {method} {path}: {type(error).__name__}: {error}")
        finally:
            connection.close()
        return {}

    def submit(self, document: bytes) -> None:
        """Hand in a hotel."""
        answer = self.ask("POST", "/api/v1/optimize", document)
        if answer:
            self.jobs[answer["job_id"]] = answer["status"]

    def may_submit(self) -> bool:
        """Return whether fewer jobs are open than the service lets one user have: a slow machine has more."""
        return sum(state in OPEN for state in list(self.jobs.values())) < MOST_OPEN

    def look(self) -> None:
        """Poll a job that has not ended; or ask after the service's health where there is none."""
        open_jobs = [job for job, state in list(self.jobs.items()) if state in OPEN]
        if not open_jobs:
            self.ask("GET", "/health")
            return
        answer = self.ask("GET", f"/api/v1/jobs/{open_jobs[0]}")
        if answer:
            self.jobs[open_jobs[0]] = answer["status"]


def main() -> int:
    """Ask until told to stop."""
    parser = argparse.ArgumentParser()
    for name in ("address", "domain", "hotel"):
        parser.add_argument(name)
    parser.add_argument("--rate", type=float, default=5.2)
    options = parser.parse_args()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    user = User(options.address, options.domain, sys.stdin.readline().strip())
    document = Path(options.hotel).read_bytes()
    started = next_request = time.monotonic()
    next_submit = started
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not stopped.wait(max(0.0, next_request - time.monotonic())):
            # A machine that stood still is not made up for at once: that would be more than its rate.
            next_request = max(next_request + 1 / options.rate, time.monotonic() - 2.0)
            if time.monotonic() >= next_submit and user.may_submit():
                next_submit = time.monotonic() + SUBMIT_EVERY_SECONDS
                pool.submit(user.submit, document)
            else:
                pool.submit(user.look)
        seconds = time.monotonic() - started
    until = time.monotonic() + LAST_JOBS_SECONDS
    requests = user.requests
    while any(state in OPEN for state in user.jobs.values()) and time.monotonic() < until:
        user.look()
        time.sleep(0.3)
    tale = {"requests": requests, "seconds": seconds, "faults": user.faults, "jobs": user.jobs}
    print(json.dumps(tale), flush=True)  # noqa: T201 - the answer to whoever started it
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
