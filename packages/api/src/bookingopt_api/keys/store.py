"""The protocol of a store of keys."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bookingopt_api.keys.record import KeyRecord


class KeyStore(Protocol):
    """Stores the records of keys. Every method blocks, and may be called from any thread.

    Each raises `StoreUnavailable` if the store does not answer, and `StoreFull` if it has no room.
    """

    def add(self, record: KeyRecord) -> None:
        """Store a new key."""

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key; None if there is no key with this id."""

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key, oldest first."""

    def revoke(self, key_id: str, moment: datetime) -> None:
        """Revoke a key; a key that was revoked before keeps its time."""

    def expire(self, key_id: str, moment: datetime) -> None:
        """Let a key expire at this time."""

    def note_use(self, key_id: str, moment: datetime) -> None:
        """Record when a key was last used."""

    def end_session(self, session_id: str, until: datetime) -> None:
        """Record until a given time that a session was ended."""

    def is_ended(self, session_id: str) -> bool:
        """Return whether a session was ended."""

    def close(self) -> None:
        """Close the connections of the store."""
