from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bookingopt_api.keys import CACHE_SECONDS, KeyRecord, Keyring, KeyStore, Scope
from bookingopt_api.keys.secret import new_key
from bookingopt_api.keys.sqlite_store import SqliteKeyStore
from job_ledger import StoreUnavailable


@dataclass
class Clock:
    """A moment that moves only when a test says so."""

    moment: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def seconds(self) -> float:
        return self.moment.timestamp()

    def advance(self, **period: float) -> None:
        self.moment += timedelta(**period)


@pytest.fixture
def clock() -> Clock:
    """Return a clock at noon."""
    return Clock()


class CountingStore(SqliteKeyStore):
    """A store that counts what it is asked and can be away."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.calls: Counter[str] = Counter()
        self.is_away_for: set[str] = set()
        self.writing = threading.Lock()

    def get(self, key_id: str) -> KeyRecord | None:
        self._count("get")
        return super().get(key_id)

    def note_use(self, key_id: str, moment: datetime) -> None:
        with self.writing:
            self._count("note_use")
            super().note_use(key_id, moment)

    def _count(self, name: str) -> None:
        self.calls[name] += 1
        if name in self.is_away_for:
            raise StoreUnavailable("away")


@pytest.fixture
def counting(tmp_path: Path) -> CountingStore:
    """Return a store that counts."""
    return CountingStore(tmp_path / "keys.db")


@pytest.fixture
def keyring(counting: CountingStore, clock: Clock) -> Keyring:
    """Return an empty keyring over that store."""
    return Keyring(counting, now=clock.now, clock=clock.seconds, begin=lambda note: note())


def test_whoever_has_the_key_is_let_in(store: KeyStore) -> None:
    keyring = Keyring(store)
    made = keyring.create("ann", "channel manager", {Scope.READ}, lifetime=timedelta(days=1))
    record = keyring.authenticate(made.text)
    assert record is not None
    assert (record.key_id, record.user, record.scopes) == (made.key_id, "ann", frozenset({Scope.READ}))


def test_the_store_never_sees_the_key(counting: CountingStore, keyring: Keyring, tmp_path: Path) -> None:
    made = keyring.create("ann", "a test")
    assert keyring.authenticate(made.text) is not None
    content = (tmp_path / "keys.db").read_bytes()
    assert made.key_id.encode() in content
    assert made.text.encode() not in content
    assert made.text.rpartition("_")[2].encode() not in content
    assert counting.calls["get"] == 1


def test_a_wrong_secret_a_foreign_id_and_nonsense_are_nobody(keyring: Keyring) -> None:
    made, other = keyring.create("ann", "a test"), new_key()
    forged = made.text[:-43] + other.text[-43:]
    for text in (forged, other.text, "", "nonsense", made.key_id):
        assert keyring.authenticate(text) is None


def test_a_wrong_secret_is_refused_while_the_right_one_is_remembered(keyring: Keyring) -> None:
    made = keyring.create("ann", "a test")
    assert keyring.authenticate(made.text) is not None
    assert keyring.authenticate(made.text[:-43] + new_key().text[-43:]) is None


def test_an_expired_key_lets_nobody_in(keyring: Keyring, clock: Clock) -> None:
    made = keyring.create("ann", "a test", lifetime=timedelta(seconds=2))
    assert keyring.authenticate(made.text) is not None
    clock.advance(seconds=2)  # within the memory of the cache
    assert keyring.authenticate(made.text) is None


def test_a_key_that_is_taken_back_elsewhere_works_five_seconds_at_most(
    counting: CountingStore, keyring: Keyring, clock: Clock
) -> None:
    made = keyring.create("ann", "a test")
    assert keyring.authenticate(made.text) is not None
    Keyring(counting, now=clock.now, clock=clock.seconds).revoke(made.key_id)
    assert CACHE_SECONDS <= 5
    clock.advance(seconds=CACHE_SECONDS)
    assert keyring.authenticate(made.text) is None
    assert keyring.find(made.key_id) is None


def test_a_poll_asks_the_store_for_nothing(counting: CountingStore, keyring: Keyring, clock: Clock) -> None:
    made = keyring.create("ann", "a test")
    for _ in range(20):
        clock.advance(seconds=CACHE_SECONDS / 30)
        assert keyring.authenticate(made.text) is not None
    assert counting.calls == {"get": 1, "note_use": 1}


def test_an_id_that_nobody_has_costs_the_store_no_more_than_one_that_somebody_has(
    counting: CountingStore, keyring: Keyring
) -> None:
    made = new_key()
    for _ in range(5):
        assert keyring.authenticate(made.text) is None
    assert counting.calls["get"] == 1


def test_a_use_is_noted_once_a_minute(counting: CountingStore, keyring: Keyring, clock: Clock) -> None:
    made = keyring.create("ann", "a test")
    first = clock.moment
    for _ in range(12):
        assert keyring.authenticate(made.text) is not None
        clock.advance(seconds=5)
    assert counting.calls["note_use"] == 1
    assert keyring.authenticate(made.text) is not None
    stored = counting.get(made.key_id)
    assert stored is not None
    assert stored.last_used == first + timedelta(minutes=1)


def test_a_use_that_cannot_be_noted_hinders_nobody(counting: CountingStore, keyring: Keyring) -> None:
    made = keyring.create("ann", "a test")
    counting.is_away_for = {"note_use"}
    assert keyring.authenticate(made.text) is not None


def test_a_use_is_noted_by_another_thread_and_before_the_end(counting: CountingStore) -> None:
    keyring = Keyring(counting)
    made = keyring.create("ann", "a test")
    with counting.writing:  # whoever comes in does not wait for it
        assert keyring.authenticate(made.text) is not None
        assert counting.calls["note_use"] == 0
    keyring.close()
    assert counting.calls["note_use"] == 1


def test_nobody_is_judged_while_the_store_is_away(counting: CountingStore, keyring: Keyring) -> None:
    made = keyring.create("ann", "a test")
    counting.is_away_for = {"get"}
    with pytest.raises(StoreUnavailable):
        keyring.authenticate(made.text)


def test_a_session_is_asked_for_by_id(keyring: Keyring) -> None:
    made = keyring.create("ann", "a test")
    found = keyring.find(made.key_id)
    assert found is not None
    assert found.user == "ann"
    assert keyring.find(new_key().key_id) is None
    assert keyring.find("../../etc") is None


def test_after_a_rotation_both_keys_work_until_the_overlap_is_over(keyring: Keyring, clock: Clock) -> None:
    old = keyring.create("ann", "channel manager", {Scope.READ}, lifetime=timedelta(days=90))
    clock.advance(days=80)
    new = keyring.rotate(old.key_id, timedelta(days=2))
    before, after = keyring.authenticate(old.text), keyring.authenticate(new.text)
    assert before is not None
    assert after is not None
    assert (after.user, after.name, after.scopes) == (before.user, before.name, before.scopes)
    assert before.expires == clock.moment + timedelta(days=2)
    assert after.expires == clock.moment + timedelta(days=90)
    clock.advance(days=2)
    assert keyring.authenticate(old.text) is None
    assert keyring.authenticate(new.text) is not None


def test_a_rotation_without_overlap_ends_the_old_key_now(keyring: Keyring) -> None:
    old = keyring.create("ann", "a test")
    new = keyring.rotate(old.key_id, timedelta(0))
    assert keyring.authenticate(old.text) is None
    assert keyring.authenticate(new.text) is not None


def test_only_a_valid_key_can_be_rotated(keyring: Keyring) -> None:
    made = keyring.create("ann", "a test")
    keyring.revoke(made.key_id)
    with pytest.raises(ValueError, match="revoked"):
        keyring.rotate(made.key_id, timedelta(days=1))


@pytest.mark.parametrize("key_id", ["zzzzzzzzzzzzzzzz", "nonsense"])
def test_a_key_that_is_not_there_cannot_be_taken_back(keyring: Keyring, key_id: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        keyring.revoke(key_id)


def test_the_memory_of_the_cache_is_bounded(
    counting: CountingStore, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookingopt_api.keys.keyring._MOST_CACHED", 3)
    for _ in range(10):
        keyring.authenticate(new_key().text)
    assert len(keyring._cache) <= 3
    assert counting.calls["get"] == 10


def test_threads_that_come_together_note_one_use(counting: CountingStore, keyring: Keyring) -> None:
    made = keyring.create("ann", "a test")
    assert keyring.find(made.key_id) is not None
    threads = [threading.Thread(target=keyring.authenticate, args=(made.text,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.calls["note_use"] == 1


def test_every_key_is_listed_also_when_it_is_over(keyring: Keyring) -> None:
    first, second = keyring.create("ann", "one"), keyring.create("bob", "two")
    keyring.revoke(first.key_id)
    assert {record.key_id for record in keyring.all()} == {first.key_id, second.key_id}


def test_a_key_lives_for_a_while(keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        keyring.create("ann", "a test", lifetime=timedelta(0))
    made = keyring.create("ann", "a test")
    with pytest.raises(ValueError, match="negative"):
        keyring.rotate(made.key_id, timedelta(days=-1))
