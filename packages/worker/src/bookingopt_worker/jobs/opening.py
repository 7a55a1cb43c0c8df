"""From an address to a ledger."""

from __future__ import annotations

from pathlib import Path

from bookingopt_worker.jobs.rules import LedgerRules
from bookingopt_worker.jobs.store import JobStore

SQLITE_SCHEME = "sqlite:///"
"""Begins the address of a file: ``sqlite:///jobs.db`` beside the process, ``sqlite:////var/jobs.db``."""
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


def open_store(
    url: str,
    rules: LedgerRules | None = None,
    *,
    max_connections: int = 32,
    max_bytes: int | None = None,
) -> JobStore:
    """Return the ledger at an address; a file is opened at once, a server when it is first needed.

    Parameters
    ----------
    url
        ``sqlite:///PATH`` or a ``redis://``, ``rediss://`` or ``unix://`` address.
    rules
        The numbers to go by; None for the defaults. Every process must have the same.
    max_connections
        Most connections to a server at once; 32 by default.
    max_bytes
        Most bytes of a file; None for no limit. A server has a limit of its own.

    Raises
    ------
    ValueError
        If the address is none of these.
    StoreUnavailable
        If the file cannot be opened.
    """
    rules = rules or LedgerRules()
    if (path := sqlite_path(url)) is not None:
        from bookingopt_worker.jobs.sqlite_store import SqliteJobStore

        return SqliteJobStore(path, rules, max_bytes)
    if url.startswith(REDIS_SCHEMES):
        from bookingopt_worker.jobs.redis_connection import connect_redis
        from bookingopt_worker.jobs.redis_store import RedisJobStore

        return RedisJobStore(connect_redis(url, max_connections=max_connections), rules)
    raise ValueError(f"a job store begins with {SQLITE_SCHEME} or {', '.join(REDIS_SCHEMES)}")


def sqlite_path(url: str) -> Path | None:
    """Return the file of an address; None if it is the address of a server."""
    if not url.startswith(SQLITE_SCHEME) or url == SQLITE_SCHEME:
        return None
    return Path(url.removeprefix(SQLITE_SCHEME))
