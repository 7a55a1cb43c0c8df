from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bookingopt_api.keys import KeyRecord, KeyState


@pytest.mark.parametrize("user", ["", "Ann", "ann smith", "ann@example.com", "-ann", "a" * 65, "ann\n"])
def test_a_user_is_the_name_of_a_system(record: KeyRecord, user: str) -> None:
    with pytest.raises(ValueError, match="a user has"):
        replace(record, user=user)


@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 101])
def test_a_name_can_be_shown_in_a_list(record: KeyRecord, name: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        replace(record, name=name)


def test_a_key_without_a_scope_is_no_key(record: KeyRecord) -> None:
    with pytest.raises(ValueError, match="at least one scope"):
        replace(record, scopes=frozenset())


def test_what_is_stored_is_a_digest(record: KeyRecord) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        replace(record, digest="bo_live_abc")


def test_a_key_cannot_end_before_it_begins(record: KeyRecord) -> None:
    with pytest.raises(ValueError, match="before it is made"):
        replace(record, expires=record.created - timedelta(seconds=1))


def test_a_key_is_valid_until_the_moment_it_expires(record: KeyRecord) -> None:
    end = record.created + timedelta(days=1)
    expiring = replace(record, expires=end)
    assert expiring.state_at(end - timedelta(milliseconds=1)) is KeyState.VALID
    assert expiring.state_at(end) is KeyState.EXPIRED


def test_a_revoked_key_is_revoked_whatever_its_expiry(record: KeyRecord) -> None:
    revoked = replace(record, revoked=record.created, expires=record.created + timedelta(days=1))
    assert revoked.state_at(record.created + timedelta(days=2)) is KeyState.REVOKED


def test_an_overlap_never_makes_a_key_live_longer(record: KeyRecord) -> None:
    soon, late = record.created + timedelta(days=1), record.created + timedelta(days=9)
    assert record.ends_by(late) == late
    assert replace(record, expires=soon).ends_by(late) == soon
    assert replace(record, expires=late).ends_by(soon) == soon


def test_a_use_is_known_for_a_while(record: KeyRecord) -> None:
    minute = timedelta(minutes=1)
    used = replace(record, last_used=record.created)
    assert not record.was_used_within(minute, record.created)
    assert used.was_used_within(minute, record.created + timedelta(seconds=59))
    assert not used.was_used_within(minute, record.created + minute)
