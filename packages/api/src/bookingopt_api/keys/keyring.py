"""The API keys as the service uses them: authenticate, create, rotate, revoke."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bookingopt_api.keys.record import KeyRecord, KeyState, Scope
from bookingopt_api.keys.secret import NewKey, has_digest, id_in, is_key_id, new_key
from bookingopt_api.keys.store import KeyStore
from job_ledger import StoreError

CACHE_SECONDS = 3.0
"""How long an answer of the store is cached: a revoked key works no longer than this."""
USE_PERIOD = timedelta(minutes=1)
"""Uses closer together than this are recorded once."""
_MOST_CACHED = 4096


class Keyring:
    """The keys of the service. Every method may be called from any thread, and blocks while the store reads.

    Parameters
    ----------
    store
        Stores the records.
    now
        Returns the current time in UTC.
    clock
        Returns seconds of a monotonic clock, for the cache.
    begin
        Starts a task in the background; None to use the keyring's own thread.
    """

    def __init__(
        self,
        store: KeyStore,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
        clock: Callable[[], float] = time.monotonic,
        begin: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self._store = store
        self._now = now
        self._clock = clock
        self._cache: dict[str, tuple[float, KeyRecord | None]] = {}
        self._ended: dict[str, tuple[float, bool]] = {}
        self._lock = threading.Lock()
        self._notes = ThreadPoolExecutor(1, "keys")
        self._begin = begin or self._notes.submit

    def authenticate(self, text: str) -> KeyRecord | None:
        """Return the key with this text; None if it is not valid, for whatever reason.

        Parameters
        ----------
        text
            The key that the caller sent.

        Raises
        ------
        StoreUnavailable
            If the store does not answer.
        """
        key_id = id_in(text)
        if key_id is None:
            return None
        record = self._known(key_id)
        if not has_digest(text, None if record is None else record.digest):
            return None
        return self._valid(record)

    def find(self, key_id: str) -> KeyRecord | None:
        """Return the key with this id, for a caller who has shown it before; None if it is not valid.

        Raises
        ------
        StoreUnavailable
            If the store does not answer.
        """
        return self._valid(self._known(key_id)) if is_key_id(key_id) else None

    def create(
        self,
        user: str,
        name: str,
        scopes: Collection[Scope] = frozenset(Scope),
        *,
        lifetime: timedelta | None = None,
    ) -> NewKey:
        """Create a key and return it: its text is known now and never again.

        Parameters
        ----------
        user
            Owner of the jobs that it gives access to.
        name
            What it is for.
        scopes
            What it allows; everything by default.
        lifetime
            How long it is valid; None for ever.

        Raises
        ------
        ValueError
            If the user or the name is not valid, there is no scope, or the lifetime is not above 0.
        """
        if lifetime is not None and lifetime <= timedelta(0):
            raise ValueError("the lifetime of a key must be above 0")
        made, now = new_key(), self._now()
        expires = None if lifetime is None else now + lifetime
        self._store.add(KeyRecord(made.key_id, made.digest, user, name, frozenset(scopes), now, expires))
        self._forget(made.key_id)
        return made

    def rotate(self, key_id: str, overlap: timedelta) -> NewKey:
        """Create a key like this one, and let this one expire after the overlap.

        Parameters
        ----------
        key_id
            A valid key.
        overlap
            How long both work; zero to end the old one now.

        Raises
        ------
        ValueError
            If there is no such key, or it is no longer valid.
        """
        old, now = self._stored(key_id), self._now()
        if (state := old.state_at(now)) is not KeyState.VALID:
            raise ValueError(f"the key {key_id} is {state}; make a new one")
        if overlap < timedelta(0):
            raise ValueError("an overlap cannot be negative")
        lifetime = None if old.expires is None else old.expires - old.created
        made = self.create(old.user, old.name, old.scopes, lifetime=lifetime)
        self._store.expire(key_id, old.ends_by(now + overlap))
        self._forget(key_id)
        return made

    def revoke(self, key_id: str) -> None:
        """Revoke a key, with every session that was started with it.

        Raises
        ------
        ValueError
            If there is no such key.
        """
        self._stored(key_id)
        self._store.revoke(key_id, self._now())
        self._forget(key_id)

    def end_session(self, session_id: str, seconds: float) -> None:
        """End a session that was started with a key.

        Parameters
        ----------
        session_id
            Id of the session.
        seconds
            How long its cookie remains valid.

        Raises
        ------
        StoreUnavailable
            If the store does not answer.
        """
        self._store.end_session(session_id, self._now() + timedelta(seconds=seconds))
        with self._lock:
            self._ended.pop(session_id, None)

    def is_ended(self, session_id: str) -> bool:
        """Return whether a session was ended, from the store or from the cache.

        Raises
        ------
        StoreUnavailable
            If the store does not answer.
        """
        with self._lock:
            until, is_ended = self._ended.get(session_id, (0.0, False))
            if self._clock() < until:
                return is_ended
        asked = self._clock()
        is_ended = self._store.is_ended(session_id)
        with self._lock:
            if len(self._ended) >= _MOST_CACHED:
                self._ended.clear()
            self._ended[session_id] = (asked + CACHE_SECONDS, is_ended)
        return is_ended

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key that was ever created, oldest first."""
        return self._store.all()

    def close(self) -> None:
        """Close the store, after all uses are recorded."""
        self._notes.shutdown()
        self._store.close()

    def _stored(self, key_id: str) -> KeyRecord:
        record = self._store.get(key_id) if is_key_id(key_id) else None
        if record is None:
            raise ValueError(f"there is no key {key_id!r}; list them to find its id")
        return record

    def _known(self, key_id: str) -> KeyRecord | None:
        """Return the record of an id from the store or from the cache; a missing record is cached too."""
        with self._lock:
            until, record = self._cache.get(key_id, (0.0, None))
            if self._clock() < until:
                return record
        asked = self._clock()
        record = self._store.get(key_id)
        with self._lock:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[key_id] = (asked + CACHE_SECONDS, record)
        return record

    def _valid(self, record: KeyRecord | None) -> KeyRecord | None:
        now = self._now()
        if record is None or record.state_at(now) is not KeyState.VALID:
            return None
        if not record.was_used_within(USE_PERIOD, now) and self._is_first_use(record, now):
            self._begin(partial(self._note_use, record.key_id, now))
        return record

    def _note_use(self, key_id: str, moment: datetime) -> None:
        with suppress(StoreError):  # the caller is admitted nevertheless
            self._store.note_use(key_id, moment)

    def _is_first_use(self, record: KeyRecord, now: datetime) -> bool:
        """Return whether no other thread of this process is about to record this use."""
        with self._lock:
            until, cached = self._cache.get(record.key_id, (0.0, None))
            if cached is not record:
                return False
            self._cache[record.key_id] = (until, replace(record, last_used=now))
        return True

    def _forget(self, key_id: str) -> None:
        with self._lock:
            self._cache.pop(key_id, None)
