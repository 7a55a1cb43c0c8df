"""What a store of keys can do, whatever keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bookingopt_api.keys.record import KeyRecord


class KeyStore(Protocol):
    """Keeps the records of keys. Every call blocks, and may be made from any thread.

    Each raises `StoreUnavailable` where the store gives no answer, and `StoreFull` where it has no room.
    """

    def add(self, record: KeyRecord) -> None:
        """Keep a new key."""

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key; None if there is none of this id."""

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key, oldest first."""

    def revoke(self, key_id: str, moment: datetime) -> None:
        """Take a key back; one that was taken back before keeps its moment."""

    def expire(self, key_id: str, moment: datetime) -> None:
        """Let a key end at this moment."""

    def note_use(self, key_id: str, moment: datetime) -> None:
        """Remember when a key last let somebody in."""

    def close(self) -> None:
        """Give back what the store holds open."""
