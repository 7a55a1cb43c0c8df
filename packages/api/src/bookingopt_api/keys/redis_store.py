"""Keys in Redis or Valkey, in the ledger's database but over separate connections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from redis import Redis

from bookingopt_api.keys.codec import to_fields, to_ms, to_record
from bookingopt_api.keys.record import KeyRecord
from job_ledger.redis_connection import answers_of_redis


class RedisKeyStore:
    """Keys in Redis: a hash for each key, and a set of their ids. No key is ever deleted or expires there.

    Parameters
    ----------
    client
        A connection pool that is bounded, has timeouts and does not retry: see `connect_redis`.
    prefix
        Prefix of every name.
    """

    def __init__(self, client: Redis, prefix: str = "bookingopt:") -> None:
        self._client = client
        # Not "key": under this name the ledger stores idempotency keys.
        self._prefix = f"{prefix}api_key:"
        self._ids = f"{prefix}api_keys"
        self._ended = f"{prefix}ended_session:"

    def add(self, record: KeyRecord) -> None:
        """Store a new key."""
        with answers_of_redis(), self._client.pipeline(transaction=True) as steps:
            steps.hset(self._prefix + record.key_id, mapping=dict(to_fields(record).items()))
            steps.sadd(self._ids, record.key_id)
            steps.execute()

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key; None if there is no key with this id."""
        with answers_of_redis():
            found = cast(Mapping[bytes, bytes], self._client.hgetall(self._prefix + key_id))
        return _record(found)

    def all(self) -> tuple[KeyRecord, ...]:
        """Return every key, oldest first."""
        with answers_of_redis():
            ids = sorted(key_id.decode() for key_id in cast(set[bytes], self._client.smembers(self._ids)))
            with self._client.pipeline(transaction=False) as steps:
                for key_id in ids:
                    steps.hgetall(self._prefix + key_id)
                found = steps.execute() if ids else []
        records = [record for fields in found if (record := _record(fields)) is not None]
        return tuple(sorted(records, key=lambda record: (record.created, record.key_id)))

    def revoke(self, key_id: str, moment: datetime) -> None:
        """Revoke a key; a key that was revoked before keeps its time."""
        with answers_of_redis():
            if self._client.exists(self._prefix + key_id):
                self._client.hsetnx(self._prefix + key_id, "revoked", str(to_ms(moment)))

    def expire(self, key_id: str, moment: datetime) -> None:
        """Let a key expire at this time."""
        self._set(key_id, "expires", moment)

    def note_use(self, key_id: str, moment: datetime) -> None:
        """Record when a key was last used."""
        self._set(key_id, "last_used", moment)

    def end_session(self, session_id: str, until: datetime) -> None:
        """Record until a given time that a session was ended."""
        with answers_of_redis():
            self._client.set(self._ended + session_id, "", pxat=to_ms(until))

    def is_ended(self, session_id: str) -> bool:
        """Return whether a session was ended."""
        with answers_of_redis():
            return bool(self._client.exists(self._ended + session_id))

    def close(self) -> None:
        """Close every connection."""
        self._client.close()
        self._client.connection_pool.disconnect()

    def _set(self, key_id: str, name: str, moment: datetime) -> None:
        with answers_of_redis():
            if self._client.exists(self._prefix + key_id):  # never create a partial key
                self._client.hset(self._prefix + key_id, name, str(to_ms(moment)))


def _record(fields: Mapping[bytes, bytes]) -> KeyRecord | None:
    return to_record({name.decode(): value.decode() for name, value in fields.items()}) if fields else None
