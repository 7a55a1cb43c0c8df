"""Access to a SQLite file: a small pool of connections, and transactions that are durable on commit."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from job_ledger.errors import StoreFull, StoreUnavailable
from job_ledger.sqlite_schema import STEPS, bring_up_to_date, version_of

BUSY_SECONDS = 5.0
"""How long to wait for another process that writes."""
LEAST_FREE_BYTES = 1_000_000
"""Free disk space below which the service is not ready."""


class SqliteFile:
    """A SQLite file and the connections to it.

    Parameters
    ----------
    path
        The file; created if missing, with its folder.
    max_bytes
        Size limit of the file; None for no limit.

    Raises
    ------
    StoreUnavailable
        If the file cannot be opened, or was written by a later version.
    """

    def __init__(self, path: Path, max_bytes: int | None = None) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._is_closed = False
        with answers_of_sqlite():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # contains guests' names; SQLite copies this mode to its other files
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for exclusive use, for reading."""
        with answers_of_sqlite():
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            connection = connection or self._open()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection; its changes are committed to disk at the end, all or none of them.

        Raises
        ------
        StoreUnavailable
            If other writers take longer than `BUSY_SECONDS`.
        """
        with self._turn(), self.connection() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk has already caused a rollback
                    connection.execute("rollback")
                raise
            connection.execute("commit")

    def fill(self, connection: sqlite3.Connection) -> float:
        """Return the share of the allowed pages that are in use; 0 without a limit."""
        if self._max_bytes is None:
            return 0.0
        names = ("page_count", "freelist_count", "max_page_count")
        pages, free, most = (connection.execute(f"pragma {name}").fetchone()[0] for name in names)
        return float((pages - free) / most)

    def check_disk(self) -> None:
        """Check that the disk has room left.

        Raises
        ------
        StoreFull
            If the disk of the file has less than `LEAST_FREE_BYTES`.
        """
        with answers_of_sqlite():
            free = shutil.disk_usage(self._path.parent).free
        if free < LEAST_FREE_BYTES:
            raise StoreFull("the disk of the job store is full")

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are returned."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one thread of this process write at a time.

        SQLite would let all of them retry with pauses, so that an unlucky one could wait a second.
        """
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise StoreUnavailable("the file of the job store is busy")
        try:
            yield
        finally:
            self._writing.release()

    def _bring_up_to_date(self) -> None:
        with self.connection() as connection:
            is_current = version_of(connection) == len(STEPS)
        if not is_current:
            with self.transaction() as connection:
                bring_up_to_date(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            _write_ahead(connection)
            connection.execute("pragma synchronous = full")
            # Erased data must not remain readable in the file.
            connection.execute("pragma secure_delete = on")
            if self._max_bytes is not None:
                page_bytes = connection.execute("pragma page_size").fetchone()[0]
                connection.execute(f"pragma max_page_count = {max(self._max_bytes // page_bytes, 1)}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; retry, because SQLite fails at once if two processes switch together."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def answers_of_sqlite() -> Iterator[None]:
    """Turn errors of SQLite and the file system into errors of the ledger.

    Raises
    ------
    StoreFull
        If the disk, or the allowed size of the file, is used up.
    StoreUnavailable
        If the file cannot be read or written now.
    """
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StoreFull("the job store has no room for another job") from error
        raise StoreUnavailable(f"the file of the job store cannot be used: {error}") from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise  # a bug in this program, not damage to the file
        raise StoreUnavailable(f"the file of the job store is damaged: {error}") from error
