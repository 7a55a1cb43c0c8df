"""The audit log: who did what when, one line of JSON for each act, and nothing about guests.

A line holds only what the service itself made or checked: ids, numbers and words from fixed lists. A caller
without a key chooses its own name, so users are written as digests. An address is cut to its network: enough
to see where attacks come from, too little to identify a person.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import structlog

KEEP_DAYS = 30
"""Days for which the log is kept, including today."""
_DIGEST_CHARACTERS = 16
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NETWORK_BITS = {4: 24, 6: 48}

_log = structlog.stdlib.get_logger("bookingopt_api.audit")


class Act(StrEnum):
    """An act that a caller did or tried to do."""

    SUBMIT = "submit"
    READ = "read"
    LIST = "list"
    CANCEL = "cancel"
    ERASE = "erase"
    FIT = "fit"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    FAILED_AUTHENTICATION = "failed-authentication"
    CREATE_KEY = "create-key"
    ROTATE_KEY = "rotate-key"
    REVOKE_KEY = "revoke-key"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act.

    Parameters
    ----------
    act
        What was done.
    status
        HTTP status of the answer; 0 for an act at the command line.
    user
        Who did it; written as a digest. None if unknown.
    key_id
        Key it was done with, or done to; None without one.
    job_id
        Job it was done to; dropped if it does not have the form of a job id, because then it is user input.
    request_id
        Request id, as in the other logs.
    address
        Address of the client; cut to its network.
    """

    act: Act
    status: int = 0
    user: str | None = None
    key_id: str | None = None
    job_id: str | None = None
    request_id: str | None = None
    address: str | None = None

    def fields(self) -> dict[str, str | int | None]:
        """Return the fields of the log line."""
        return {
            "act": self.act.value,
            "status": self.status,
            "user": None if self.user is None else digest_of_user(self.user),
            "key_id": self.key_id,
            "job_id": _job_id(self.job_id),
            "request_id": _request_id(self.request_id),
            "network": _network(self.address),
        }


_API = "/api/v1"
# Without the prefix of the API: the pages have the same actions at the same paths.
_ACTS = {
    ("POST", "/optimize"): Act.SUBMIT,
    ("POST", "/new"): Act.SUBMIT,
    ("POST", "/example"): Act.SUBMIT,
    ("GET", "/jobs"): Act.LIST,
    ("DELETE", "/jobs/{job_id}"): Act.CANCEL,
    ("POST", "/jobs/{job_id}/cancel"): Act.CANCEL,
    ("POST", "/jobs/{job_id}/erase"): Act.ERASE,
    ("POST", "/jobs/{job_id}/fit"): Act.FIT,
    ("POST", "/jobs/{job_id}/curve"): Act.SUBMIT,
    ("POST", "/sign-in"): Act.SIGN_IN,
    ("POST", "/sign-out"): Act.SIGN_OUT,
}


def act_of(method: str, route: str, status: int) -> Act | None:
    """Return the act of a request, by its route; None if such a request is not logged.

    Parameters
    ----------
    method, route
        Method of the request, and the template of its path.
    status
        Status of the answer: 401 is a failed authentication, whatever the request.
    """
    if status == 401:
        return Act.FAILED_AUTHENTICATION
    path = route.removeprefix(_API)
    if method == "GET" and path.startswith("/jobs/"):
        return Act.READ
    return _ACTS.get((method, path))


class AuditLog:
    """Writes entries to a file for each day, or to the standard log if no file is configured.

    Parameters
    ----------
    path
        ``folder/audit.jsonl`` for the files ``folder/audit-2026-11-23.jsonl`` and so on, one for each day in
        UTC; None to write to the standard log. Several processes may use the same path.
    now
        Returns the current time in UTC.

    Raises
    ------
    OSError
        If the folder cannot be made or written.
    """

    def __init__(
        self, path: Path | None = None, *, now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)
    ) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._day: date | None = None
        self._file = -1
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                self._turn_to(now().date())

    def write(self, entry: AuditEntry) -> None:
        """Append a line; an entry that cannot be written is logged as an error, and the caller goes on."""
        if self._path is None:
            _log.info("audit", **entry.fields())
            return
        now = self._now()
        moment = now.isoformat(timespec="milliseconds")
        line = json.dumps({"time": moment, **entry.fields()}, separators=(",", ":"))
        try:
            with self._lock:
                self._turn_to(now.date())
                os.write(self._file, f"{line}\n".encode())  # in one call: lines of two processes never mix
        except OSError as error:
            _log.error("audit line lost", error_number=error.errno, **entry.fields())

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._let_go()

    def _turn_to(self, day: date) -> None:
        """Open the file of a day, and delete files that are too old."""
        if self._path is None or self._day == day:
            return
        opened = os.open(_of_day(self._path, day), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._let_go()
        self._day, self._file = day, opened
        oldest = _of_day(self._path, day - timedelta(days=KEEP_DAYS - 1))
        pattern = f"{self._path.stem}-????-??-??{self._path.suffix}"
        for file in self._path.parent.glob(pattern):
            if file.name < oldest.name:
                file.unlink(missing_ok=True)

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._day, self._file = None, -1


def digest_of_user(user: str) -> str:
    """Return a user's name in the audit log: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(user.encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _of_day(path: Path, day: date) -> Path:
    return path.with_name(f"{path.stem}-{day.isoformat()}{path.suffix}")


def _job_id(text: str | None) -> str | None:
    try:
        return None if text is None else str(UUID(text))
    except ValueError:
        return None


def _request_id(text: str | None) -> str | None:
    return text if text is not None and _REQUEST_ID.fullmatch(text) else None


def _network(address: str | None) -> str | None:
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS[parsed.version]), strict=False))
