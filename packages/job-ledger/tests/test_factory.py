from pathlib import Path

import pytest

from job_ledger.errors import StoreUnavailable
from job_ledger.factory import open_store
from job_ledger.redis_store import RedisJobStore
from job_ledger.rules import LedgerRules
from job_ledger.sqlite_store import SqliteJobStore


def test_a_path_opens_a_file_and_makes_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "jobs.db"
    store = open_store(f"sqlite:///{file}")
    assert isinstance(store, SqliteJobStore)
    assert file.is_file()
    assert store.rules == LedgerRules()
    store.close()


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "jobs.db"
    open_store(f"sqlite:///{file}").close()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "url",
    # pragma: allowlist nextline secret
    ["redis://localhost:1/0", "rediss://user:secret@localhost:1", "unix:///nowhere/redis.sock"],
)
def test_an_address_of_a_server_connects_to_nothing_yet(url: str) -> None:
    store = open_store(url, LedgerRules(max_attempts=5))
    assert isinstance(store, RedisJobStore)
    assert store.rules.max_attempts == 5
    store.close()


@pytest.mark.parametrize(
    "url", ["", "sqlite:///", "sqlite:jobs.db", "postgres://localhost/0", "localhost:6379"]
)
def test_another_address_is_refused_with_those_that_are_possible(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///.*redis://"):
        open_store(url)


def test_a_file_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'jobs.db'}")
