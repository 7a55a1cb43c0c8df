"""The stored record of a key: everything but the key itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_USER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_LABEL = 100


class Scope(StrEnum):
    """What a key allows."""

    READ = "read"
    """See the jobs of the key's user."""
    WRITE = "write"
    """Submit, cancel and erase jobs, and ask whether a request fits."""


class KeyState(StrEnum):
    """Whether a key is accepted."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key as it is stored.

    Parameters
    ----------
    key_id
        Identifies the key in lists, logs and the audit log; not a secret.
    digest
        SHA-256 of the whole key, 64 hexadecimal digits.
    user
        Owner of the jobs that the key gives access to: several keys may belong to one user. A name of a
        system, not of a person.
    name
        What the key is for, as a note for administrators.
    scopes
        What it allows; at least one.
    created
        When it was created, in UTC.
    expires
        When it expires; None for never.
    revoked
        When it was revoked; None if it was not.
    last_used
        When it was last accepted, to the minute or so; None if never.

    Raises
    ------
    ValueError
        If the user, the name, the digest or the scopes are not valid.
    """

    key_id: str
    digest: str
    user: str
    name: str
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    last_used: datetime | None = None

    def __post_init__(self) -> None:
        """Check the values that an operator typed."""
        if not _USER.fullmatch(self.user):
            raise ValueError("a user has 1 to 64 characters of a-z, 0-9, '.', '_' and '-', first a-z or 0-9")
        if not (1 <= len(self.name) <= _LONGEST_LABEL and self.name.isprintable()):
            raise ValueError(f"the name of a key has 1 to {_LONGEST_LABEL} printable characters")
        if not self.scopes:
            raise ValueError("a key needs at least one scope")
        if not _DIGEST.fullmatch(self.digest):
            raise ValueError("the digest of a key has 64 hexadecimal digits")
        if self.expires is not None and self.expires < self.created:
            raise ValueError("a key cannot expire before it is made")

    def state_at(self, now: datetime) -> KeyState:
        """Return whether the key is accepted at a time."""
        if self.revoked is not None:
            return KeyState.REVOKED
        if self.expires is not None and self.expires <= now:
            return KeyState.EXPIRED
        return KeyState.VALID

    def ends_by(self, moment: datetime) -> datetime:
        """Return when the key expires, given that it must not live beyond a time."""
        return moment if self.expires is None else min(self.expires, moment)

    def was_used_within(self, period: timedelta, now: datetime) -> bool:
        """Return whether a use within this period is recorded."""
        return self.last_used is not None and now - self.last_used < period
