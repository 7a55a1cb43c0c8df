"""Keys in a SQLite file, for a service on one machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bookingopt_api.keys.codec import FIELDS, to_fields, to_ms, to_record
from bookingopt_api.keys.record import KeyRecord
from job_ledger import StoreFull, StoreUnavailable

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes."""

_SCHEMA = (
    """
create table if not exists key (
    key_id text primary key,
    digest text not null,
    user text not null,
    name text not null,
    scopes text not null,
    created integer not null,
    expires integer,
    revoked integer,
    last_used integer
) without rowid, strict
""",
    "create table if not exists ended_session (session_id text primary key, until integer not null) strict",
)


class SqliteKeyStore:
    """Keys in a file. Each call opens a connection, because the store is read every few seconds at most.

    Parameters
    ----------
    path
        The file; created if missing, with its folder.

    Raises
    ------
    StoreUnavailable
        If the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _answers_of_sqlite():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        with self._connection() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)

    def add(self, record: KeyRecord) -> None:
        """Store a new key."""
        fields = to_fields(record)
        values = [fields.get(name) for name in FIELDS]
        with self._connection() as connection:
            connection.execute("insert into key values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key; None if there is no key with this id."""
        with self._connection() as connection:
            row = connection.execute("select * from key where key_id = ?", (key_id,)).fetchone()
        return None if row is None else to_record(dict(row))

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key, oldest first."""
        with self._connection() as connection:
            rows = connection.execute("select * from key order by created, key_id").fetchall()
        return tuple(to_record(dict(row)) for row in rows)

    def revoke(self, key_id: str, moment: datetime) -> None:
        """Revoke a key; a key that was revoked before keeps its time."""
        self._change("update key set revoked = coalesce(revoked, ?) where key_id = ?", moment, key_id)

    def expire(self, key_id: str, moment: datetime) -> None:
        """Let a key expire at this time."""
        self._change("update key set expires = ? where key_id = ?", moment, key_id)

    def note_use(self, key_id: str, moment: datetime) -> None:
        """Record when a key was last used."""
        self._change("update key set last_used = ? where key_id = ?", moment, key_id)

    def end_session(self, session_id: str, until: datetime) -> None:
        """Record until a given time that a session was ended."""
        with self._connection() as connection:
            connection.execute("delete from ended_session where until < ?", (time.time_ns() // 1_000_000,))
            values = (session_id, to_ms(until))
            connection.execute("insert or replace into ended_session values (?, ?)", values)

    def is_ended(self, session_id: str) -> bool:
        """Return whether a session was ended."""
        asked = "select 1 from ended_session where session_id = ?"
        with self._connection() as connection:
            return connection.execute(asked, (session_id,)).fetchone() is not None

    def close(self) -> None:
        """Do nothing: no connection is kept open."""

    def _change(self, statement: str, moment: datetime, key_id: str) -> None:
        with self._connection() as connection:
            connection.execute(statement, (to_ms(moment), key_id))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with (
            _answers_of_sqlite(),
            closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)) as connection,
        ):
            connection.row_factory = sqlite3.Row
            connection.execute("pragma synchronous = full")
            yield connection


@contextmanager
def _answers_of_sqlite() -> Iterator[None]:
    """Turn errors of SQLite and the file system into errors of the ledger, without a path in the message."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a bug in this program
    except (sqlite3.DatabaseError, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StoreFull("the file of the keys has no room") from error
        raise StoreUnavailable(f"the file of the keys cannot be used ({type(error).__name__})") from error
