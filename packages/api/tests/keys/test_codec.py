from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bookingopt_api.keys import KeyRecord
from bookingopt_api.keys.codec import FIELDS, from_ms, to_fields, to_ms, to_record


def test_a_moment_survives_to_the_millisecond() -> None:
    moment = datetime(2026, 11, 23, 12, 0, 0, 123_000, tzinfo=UTC)
    assert from_ms(to_ms(moment)) == moment
    assert from_ms(str(to_ms(moment))) == moment


def test_fields_hold_no_none_and_no_unknown_name(record: KeyRecord) -> None:
    assert set(to_fields(record)) == set(FIELDS) - {"expires", "revoked", "last_used"}


def test_a_record_survives_as_texts(record: KeyRecord) -> None:
    full = replace(record, expires=record.created + timedelta(days=1), last_used=record.created)
    assert to_record({name: str(value) for name, value in to_fields(full).items()}) == full
