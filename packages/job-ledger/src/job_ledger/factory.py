"""Opens the ledger at an address."""

from __future__ import annotations

from job_ledger.address import REDIS_SCHEMES, SQLITE_SCHEME, sqlite_path
from job_ledger.rules import LedgerRules
from job_ledger.store import JobStore


def open_store(
    url: str,
    rules: LedgerRules | None = None,
    *,
    max_connections: int = 32,
    max_bytes: int | None = None,
) -> JobStore:
    """Return the ledger at an address; a file is opened at once, a server is contacted on first use.

    Parameters
    ----------
    url
        ``sqlite:///PATH`` or a ``redis://``, ``rediss://`` or ``unix://`` address.
    rules
        Rules of the ledger; None for the defaults. They must be the same in every process.
    max_connections
        Most connections to a server at once; 32 by default.
    max_bytes
        Size limit of a file in bytes; None for no limit. A server has a limit of its own.

    Raises
    ------
    ValueError
        If the address has another form.
    StoreUnavailable
        If the file cannot be opened.
    """
    rules = rules or LedgerRules()
    if (path := sqlite_path(url)) is not None:
        from job_ledger.sqlite_store import SqliteJobStore

        return SqliteJobStore(path, rules, max_bytes)
    if url.startswith(REDIS_SCHEMES):
        from job_ledger.redis_connection import connect_redis
        from job_ledger.redis_store import RedisJobStore

        return RedisJobStore(connect_redis(url, max_connections=max_connections), rules)
    raise ValueError(f"a job store begins with {SQLITE_SCHEME} or {', '.join(REDIS_SCHEMES)}")
