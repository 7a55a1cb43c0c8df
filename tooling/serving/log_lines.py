"""Converts the JSON log of the service to lines for a terminal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

_KNOWN = {"event", "level", "logger", "timestamp"}


def readable(name: str, line: str) -> str | None:
    """Return a line for people.

    Parameters
    ----------
    name
        Program that has printed it.
    line
        What it printed.

    Returns
    -------
    str or None
        One line; None for unimportant lines, above all successful reads: a page that waits for a job sends
        one every second.
    """
    entry = _entry(line)
    if entry is None:
        return f"{datetime.now():%H:%M:%S} {name:6} {line}"  # noqa: DTZ005 - the clock of the reader
    text = _text_of(entry)
    return None if text is None else f"{_clock(entry)} {name:6} {text}"


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("event"), str) else None


def _text_of(entry: dict[str, Any]) -> str | None:
    if entry.get("logger") == "uvicorn.error" and entry.get("level") == "info":
        return None  # its messages at start and end, which are printed elsewhere
    match entry["event"]:
        case "request":
            return _request(entry)
        case "job":
            return _job(entry)
        case event:
            rest = {name: value for name, value in entry.items() if name not in _KNOWN}
            shown = ", ".join(f"{name} {value}" for name, value in rest.items() if value is not None)
            level = entry.get("level", "info")
            loud = "" if level == "info" else f"{level.upper()}: "
            return f"{loud}{event}" + (f" ({shown})" if shown else "")


def _request(entry: dict[str, Any]) -> str | None:
    status, method = entry.get("status", 0), entry.get("method")
    if method in {"GET", "HEAD"} and status < 400:
        return None
    milliseconds = 1000 * float(entry.get("seconds") or 0)
    what = f"{method} {entry.get('route')} -> {status}"
    problem = f" {entry['problem']}" if entry.get("problem") else ""
    return f"{what}{problem} ({milliseconds:.0f} ms){_short(entry)}"


def _job(entry: dict[str, Any]) -> str:
    backend = f" by {entry['backend']}" if entry.get("backend") else ""
    how = f"{entry.get('state') or 'taken over'}: {entry.get('reason')}{backend}"
    return f"job {how} in {float(entry.get('run_seconds') or 0):.2f} s{_short(entry)}"


def _short(entry: dict[str, Any]) -> str:
    return f" job {entry['job_id']}" if entry.get("job_id") else ""


def _clock(entry: dict[str, Any]) -> str:
    try:
        moment = datetime.fromisoformat(str(entry.get("timestamp")))
    except ValueError:
        moment = datetime.now()  # noqa: DTZ005 - the clock of the reader
    return f"{moment.astimezone():%H:%M:%S}"
