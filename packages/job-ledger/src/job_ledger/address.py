"""Addresses of a ledger: a file, or a Redis server."""

from __future__ import annotations

from pathlib import Path

SQLITE_SCHEME = "sqlite:///"
"""Prefix of a file address: ``sqlite:///jobs.db`` in the working directory, ``sqlite:////var/jobs.db``."""
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
"""Prefixes of the address of a server."""


def sqlite_path(url: str) -> Path | None:
    """Return the file that an address names; None if it is the address of a server."""
    if not url.startswith(SQLITE_SCHEME) or url == SQLITE_SCHEME:
        return None
    return Path(url.removeprefix(SQLITE_SCHEME))
