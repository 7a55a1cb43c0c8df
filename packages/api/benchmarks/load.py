"""Load on a server, by wrk."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .table import Row

SECONDS = 2
SECONDS_WITH_PAUSES = 10
"""Longer, because there are few requests: a 99th percentile needs some hundred."""
WARM_SECONDS = 1
"""Asked before, and not counted: the first requests make connections and threads."""
_SCRIPT = Path(__file__).with_name("load.lua")


def load(
    case: str,
    url: str,
    clients: int,
    *,
    key: str,
    body: Path | None = None,
    is_known: bool = True,
    pause_ms: int = 0,
) -> Row:
    """Return what a call takes while so many clients repeat it, as fast as they can or with pauses.

    Parameters
    ----------
    case
        What is called.
    url
        Where.
    clients
        Connections at once.
    key
        API key.
    body
        File that is sent by POST; None for a GET.
    is_known
        Whether the right answer is 200; otherwise every answer must be an error.
    pause_ms
        How long each client rests, on average, before it asks again.

    Raises
    ------
    RuntimeError
        If an answer was not the right one, or a connection broke.
    """
    settings = {
        "LOAD_METHOD": "GET" if body is None else "POST",
        "LOAD_KEY": key,
        "LOAD_PAUSE_MS": str(pause_ms),
        "LOAD_BODY": str(body or ""),
    }
    for seconds in (WARM_SECONDS, SECONDS_WITH_PAUSES if pause_ms else SECONDS):
        told = _ask(url, clients, seconds, settings)
    refused = told["refused"] if is_known else told["requests"] - told["refused"]
    if told["broken"] or refused:
        raise RuntimeError(f"{case}, {clients} clients: {told}")
    name = f"{case}, {clients} client{'s' * (clients > 1)}{', with pauses' * (pause_ms > 0)}"
    return Row(name, told["median_ms"], told["slow_ms"], told["requests"] / told["seconds"])


def _ask(url: str, clients: int, seconds: int, settings: dict[str, str]) -> dict[str, Any]:
    """Return what clients are told in so many seconds."""
    command = (
        "wrk",
        "--threads=1",
        f"--connections={clients}",
        f"--duration={seconds}s",
        f"--script={_SCRIPT}",
        url,
    )
    done = subprocess.run(  # noqa: S603 - wrk and our own script
        command, env=os.environ | settings, check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
