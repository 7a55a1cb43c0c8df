from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bookingopt_api.keys import KeyRecord
from bookingopt_api.keys.sqlite_store import SqliteKeyStore
from job_ledger import StoreUnavailable


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    SqliteKeyStore(tmp_path / "deep" / "keys.db")
    assert stat.S_IMODE((tmp_path / "deep" / "keys.db").stat().st_mode) == 0o600


def test_keys_outlive_the_process_that_made_them(tmp_path: Path, record: KeyRecord) -> None:
    SqliteKeyStore(tmp_path / "keys.db").add(record)
    assert SqliteKeyStore(tmp_path / "keys.db").get(record.key_id) == record


def test_a_file_of_another_kind_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "keys.db").write_text("no database, but long enough to look at" * 50)
    with pytest.raises(StoreUnavailable) as caught:
        SqliteKeyStore(tmp_path / "keys.db")
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys.db").mkdir()
    with pytest.raises(StoreUnavailable):
        SqliteKeyStore(tmp_path / "keys.db")


def test_an_id_is_given_once(tmp_path: Path, record: KeyRecord) -> None:
    store = SqliteKeyStore(tmp_path / "keys.db")
    store.add(record)
    with pytest.raises(sqlite3.IntegrityError):
        store.add(record)


def test_an_ended_session_is_forgotten_when_its_cookie_is_no_longer_valid(tmp_path: Path) -> None:
    store = SqliteKeyStore(tmp_path / "keys.db")
    moment = datetime.now(tz=UTC)
    store.end_session("old", moment - timedelta(seconds=1))
    store.end_session("new", moment + timedelta(hours=1))
    assert not store.is_ended("old")
    assert store.is_ended("new")
