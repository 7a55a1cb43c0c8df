"""Keys in each of the stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bookingopt_api.keys import KeyRecord, KeyStore, Scope
from bookingopt_api.keys.redis_store import RedisKeyStore
from bookingopt_api.keys.sqlite_store import SqliteKeyStore
from job_ledger.redis_connection import connect_redis


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.integration)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyStore]:
    """Return an empty store of each kind."""
    opened: KeyStore
    if request.param == "sqlite":
        opened = SqliteKeyStore(tmp_path / "keys.db")
    else:
        opened = RedisKeyStore(connect_redis(request.getfixturevalue("redis_server").url))
    yield opened
    opened.close()


@pytest.fixture
def record() -> KeyRecord:
    """Return a key of ann's channel manager."""
    return KeyRecord(
        key_id="abcdefghijkmnpqr",
        digest="0f" * 32,
        user="ann",
        name="channel manager",
        scopes=frozenset({Scope.READ, Scope.WRITE}),
        created=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )
