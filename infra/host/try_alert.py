#!/usr/bin/env python3
"""Send a test alert through Alertmanager on this host; exit 1 if no mail server or chat takes it.

    try_alert.py [--alertmanager URL]

It goes the way of every alert: the same addresses, the same password. One file that needs Python 3.9 and
nothing else, so that it runs on the host as it is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

NAME = "TestMessage"
"""Alertmanager's route for this name waits for no others: infra/compose.monitoring.yaml."""
MOST_LOOKS = 45
SECONDS_BETWEEN = 1.0
_REQUESTS = re.compile(
    r'^alertmanager_notification_requests_(failed_)?total\{[^}]*integration="(email|slack)"[^}]*\} (\S+)$',
    re.MULTILINE,
)


def main() -> int:
    """Send the alert, print what became of it, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--alertmanager", default="http://127.0.0.1:9093", metavar="URL")
    try:
        is_taken, text = send(parser.parse_args().alertmanager)
    except (OSError, ValueError) as error:
        is_taken, text = False, f"Alertmanager does not answer: {error}"
    sys.stdout.write(f"{text}\n")
    return 0 if is_taken else 1


def send(url: str) -> tuple[bool, str]:
    """Send the alert; return whether a message was taken, and one sentence."""
    tried_before, refused_before = count(ask(f"{url}/metrics"))
    ask(f"{url}/api/v2/alerts", json.dumps([alert()]).encode())
    for _ in range(MOST_LOOKS):
        time.sleep(SECONDS_BETWEEN)
        tried, refused = count(ask(f"{url}/metrics"))
        if refused > refused_before:
            return False, "refused: see docker logs bookingopt-alertmanager-1"
        if tried > tried_before:
            return True, "taken"
    return False, "nothing was sent: set smarthost and mail_to in the stage file"


def alert() -> dict[str, object]:
    """Return an alert that ends by itself, and differs from that of an earlier call."""
    now = datetime.now(timezone.utc)  # noqa: UP017 - Python 3.9 has no other
    return {
        "labels": {"alertname": NAME, "severity": "warning", "sent": now.isoformat(timespec="seconds")},
        "annotations": {
            "summary": "A test of the delivery of alerts.",
            "description": "Nothing is wrong.",
            "runbook": "docs/how-to/watch.md",
        },
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(minutes=1)).isoformat(),
    }


def ask(url: str, body: bytes | None = None) -> str:
    """Return what Alertmanager answers."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - here
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
        return str(answer.read().decode())


def count(metrics: str) -> tuple[float, float]:
    """Return how many messages were tried and how many of them refused, by mail and chat."""
    tried = refused = 0.0
    for failed, _, value in _REQUESTS.findall(metrics):
        if failed:
            refused += float(value)
        else:
            tried += float(value)
    return tried, refused


if __name__ == "__main__":
    sys.exit(main())
