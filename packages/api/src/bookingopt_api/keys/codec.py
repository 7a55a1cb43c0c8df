"""Conversion of keys for storage, the same in both stores; times are whole milliseconds since 1970 in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bookingopt_api.keys.record import KeyRecord, Scope

MOMENTS = ("created", "expires", "revoked", "last_used")
FIELDS = ("key_id", "digest", "user", "name", "scopes", *MOMENTS)


def to_fields(record: KeyRecord) -> dict[str, str | int]:
    """Return the fields of a key, leaving out None."""
    fields: dict[str, str | int] = {
        "key_id": record.key_id,
        "digest": record.digest,
        "user": record.user,
        "name": record.name,
        "scopes": " ".join(sorted(record.scopes)),
    }
    for name in MOMENTS:
        moment = getattr(record, name)
        if moment is not None:
            fields[name] = to_ms(moment)
    return fields


def to_record(fields: Mapping[str, str | int | None]) -> KeyRecord:
    """Return the key with these fields; a field that is missing or None becomes None."""
    moments = {name: from_ms(fields[name]) for name in MOMENTS if fields.get(name) is not None}
    return KeyRecord(
        key_id=str(fields["key_id"]),
        digest=str(fields["digest"]),
        user=str(fields["user"]),
        name=str(fields["name"]),
        scopes=frozenset(map(Scope, str(fields["scopes"]).split())),
        **moments,
    )


def to_ms(moment: datetime) -> int:
    """Return a time in its stored form."""
    return round(moment.timestamp() * 1000)


def from_ms(stored: str | int | None) -> datetime:
    """Return the time in a stored form."""
    return datetime.fromtimestamp(int(stored or 0) / 1000, tz=UTC)
