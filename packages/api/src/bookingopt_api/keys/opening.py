"""Opens the keys at an address."""

from __future__ import annotations

from bookingopt_api.keys.keyring import Keyring
from job_ledger.address import REDIS_SCHEMES, sqlite_path

_CONNECTIONS = 8


def open_keyring(url: str) -> Keyring:
    """Return the keys at the address of a ledger; a file is opened at once, a server on first use.

    Parameters
    ----------
    url
        The ledger's own address: ``redis://``, ``rediss://`` or ``unix://`` for the same server, over
        connections separate from the ledger's; ``sqlite:///PATH/jobs.db`` for ``PATH/keys.db``.

    Raises
    ------
    ValueError
        If the address has another form.
    StoreUnavailable
        If the file cannot be opened.
    """
    if (path := sqlite_path(url)) is not None:
        from bookingopt_api.keys.sqlite_store import SqliteKeyStore

        return Keyring(SqliteKeyStore(path.with_name("keys.db")))
    if url.startswith(REDIS_SCHEMES):
        from bookingopt_api.keys.redis_store import RedisKeyStore
        from job_ledger.redis_connection import connect_redis

        return Keyring(RedisKeyStore(connect_redis(url, max_connections=_CONNECTIONS)))
    raise ValueError(f"keys are kept at sqlite:///PATH or {', '.join(REDIS_SCHEMES)}")
