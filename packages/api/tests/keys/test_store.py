"""What both stores do; `store` is each of them in turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bookingopt_api.keys import KeyRecord, KeyStore


def test_a_key_comes_back_as_it_was_kept(store: KeyStore, record: KeyRecord) -> None:
    full = replace(
        record,
        expires=record.created + timedelta(days=30),
        revoked=record.created + timedelta(hours=1),
        last_used=record.created + timedelta(milliseconds=1),
    )
    store.add(full)
    assert store.get(full.key_id) == full


def test_what_is_none_stays_none(store: KeyStore, record: KeyRecord) -> None:
    store.add(record)
    assert store.get(record.key_id) == record


def test_an_id_that_nobody_has_is_none(store: KeyStore) -> None:
    assert store.get("zzzzzzzzzzzzzzzz") is None


def test_all_keys_are_listed_oldest_first(store: KeyStore, record: KeyRecord) -> None:
    later = replace(record, key_id="aaaaaaaaaaaaaaaa", created=record.created + timedelta(seconds=1))
    assert store.all() == ()
    store.add(later)
    store.add(record)
    assert store.all() == (record, later)


def test_a_key_that_was_taken_back_keeps_the_first_moment(store: KeyStore, record: KeyRecord) -> None:
    store.add(record)
    first = record.created + timedelta(hours=1)
    store.revoke(record.key_id, first)
    store.revoke(record.key_id, first + timedelta(hours=1))
    assert store.get(record.key_id) == replace(record, revoked=first)


def test_a_key_can_be_given_an_end_and_a_use(store: KeyStore, record: KeyRecord) -> None:
    store.add(record)
    end, use = record.created + timedelta(days=7), record.created + timedelta(minutes=1)
    store.expire(record.key_id, end)
    store.note_use(record.key_id, use)
    assert store.get(record.key_id) == replace(record, expires=end, last_used=use)


def test_a_change_never_makes_a_key(store: KeyStore, record: KeyRecord) -> None:
    store.revoke(record.key_id, record.created)
    store.expire(record.key_id, record.created)
    store.note_use(record.key_id, record.created)
    assert store.get(record.key_id) is None
    assert store.all() == ()


def test_a_session_that_was_ended_stays_so(store: KeyStore) -> None:
    until = datetime.now(tz=UTC) + timedelta(hours=1)
    assert not store.is_ended("a session")
    store.end_session("a session", until)
    store.end_session("a session", until)
    store.end_session("another", until)
    assert store.is_ended("a session")
    assert not store.is_ended("a third")
