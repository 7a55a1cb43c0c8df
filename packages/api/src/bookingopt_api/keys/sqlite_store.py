"""Keys in a SQLite file, for a service on one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from bookingopt_api.keys.codec import FIELDS, to_fields, to_ms, to_record
from bookingopt_api.keys.record import KeyRecord
from bookingopt_worker.jobs import StoreFull, StoreUnavailable

BUSY_SECONDS = 5.0
"""Patience for another process that writes."""

_SCHEMA = """
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
"""


class SqliteKeyStore:
    """Keys in a file. A connection lasts for one call: keys are asked for every few seconds at most.

    Parameters
    ----------
    path
        The file; made if it is missing, its folder too.

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
            connection.execute(_SCHEMA)

    def add(self, record: KeyRecord) -> None:
        """Keep a new key."""
        fields = to_fields(record)
        values = [fields.get(name) for name in FIELDS]
        with self._connection() as connection:
            connection.execute("insert into key values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key; None if there is none of this id."""
        with self._connection() as connection:
            row = connection.execute("select * from key where key_id = ?", (key_id,)).fetchone()
        return None if row is None else to_record(dict(row))

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key, oldest first."""
        with self._connection() as connection:
            rows = connection.execute("select * from key order by created, key_id").fetchall()
        return tuple(to_record(dict(row)) for row in rows)

    def revoke(self, key_id: str, moment: datetime) -> None:
        """Take a key back; one that was taken back before keeps its moment."""
        self._change("update key set revoked = coalesce(revoked, ?) where key_id = ?", moment, key_id)

    def expire(self, key_id: str, moment: datetime) -> None:
        """Let a key end at this moment."""
        self._change("update key set expires = ? where key_id = ?", moment, key_id)

    def note_use(self, key_id: str, moment: datetime) -> None:
        """Remember when a key last let somebody in."""
        self._change("update key set last_used = ? where key_id = ?", moment, key_id)

    def close(self) -> None:
        """Nothing is held open."""

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
    """Raise what SQLite or the file system refuses in the words of the ledger, without a path."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a fault of ours
    except (sqlite3.DatabaseError, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StoreFull("the file of the keys has no room") from error
        raise StoreUnavailable(f"the file of the keys cannot be used ({type(error).__name__})") from error
