"""Whose job is next, in both stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from job_ledger import LedgerRules, Turn

if TYPE_CHECKING:
    from conftest import RedisServer

NOTHING = Turn(None)


def test_there_is_no_turn_without_a_job(ledger: Any) -> None:
    assert ledger.store.next_turn("unknown") == NOTHING
    ledger.claimed()
    assert ledger.store.next_turn("unknown") == NOTHING, "somebody works on it"


def test_the_user_is_next_whose_turn_was_longest_ago(ledger: Any) -> None:
    jobs = [ledger.accept(user) for user in ("ann", "ann", "bob", "bob", "cem")]
    order = []
    for _ in jobs:
        turn = ledger.store.next_turn("whatever")
        order.append(ledger.store.claim(turn.job_id).job.user)
        ledger.age(1)
    assert order == ["ann", "bob", "cem", "ann", "bob"]


def test_users_alternate_however_many_turns_fall_into_one_millisecond(ledger: Any) -> None:
    users = ("ann", "bob", "cem")
    for user in users:
        for _ in range(10):
            ledger.accept(user)
    order = [ledger.store.claim(ledger.store.next_turn("whatever").job_id).job.user for _ in range(30)]
    assert order == [*users] * 10


def test_users_who_have_enough_are_passed_over(ledger: Any) -> None:
    ann, bob = ledger.accept("ann"), ledger.accept("bob")
    assert ledger.store.next_turn(ann.job_id, ["ann"]).job_id == bob.job_id
    assert ledger.store.next_turn(ann.job_id, ["ann", "bob"]) == Turn(None, is_waiting=True)


def test_documents_that_there_is_no_room_for_are_passed_over(ledger: Any) -> None:
    ledger.accept("ann", b" " * 100)
    small = ledger.accept("bob", b" " * 10)
    assert ledger.store.next_turn("", (), 50).job_id == small.job_id
    assert ledger.store.next_turn("", (), 5) == Turn(None, is_waiting=True)


def test_a_lost_job_is_next_where_a_message_names_it(ledger: Any) -> None:
    lost = ledger.claimed(user="ann")
    other = ledger.accept("bob")
    ledger.age(16)
    assert ledger.store.next_turn(lost.job_id).job_id == lost.job_id
    assert ledger.store.next_turn(lost.job_id, ["ann"]) == Turn(other.job_id, is_waiting=True)


@pytest.mark.integration
def test_redis_forgets_whose_turn_was_when_and_never_knew_names(
    make_redis_ledger: Any, redis_server: RedisServer
) -> None:
    ledger = make_redis_ledger(redis_server, LedgerRules())
    ledger.claimed(user="ann")
    with redis_server.client() as client:
        ((member, _),) = client.zrange("bookingopt:open_turns", 0, -1, withscores=True)
        assert b"ann" not in member
        client.zincrby("bookingopt:open_turns", -4_000_000, member)
        ledger.store.purge()
        assert client.zcard("bookingopt:open_turns") == 0
    ledger.store.close()


def test_a_job_that_was_given_back_has_all_of_its_time_again(ledger: Any) -> None:
    claim = ledger.claimed()
    ledger.age(10)
    ledger.store.beat(claim)
    ledger.store.release(claim)
    assert ledger.known(claim.job_id).started is None
    ledger.age(10)
    again = ledger.store.claim(claim.job_id)
    assert again.seconds_since_start(ledger.rules.lease_seconds) < 5


def test_what_a_lost_attempt_has_taken_is_not_given_back(ledger: Any) -> None:
    first = ledger.claimed()
    ledger.age(20)
    second = ledger.store.claim(first.job_id)
    assert second.seconds_since_start(ledger.rules.lease_seconds) >= 20
    ledger.age(5)
    ledger.store.beat(second)
    ledger.store.release(second)
    ledger.age(5)
    third = ledger.store.claim(first.job_id)
    assert 20 <= third.seconds_since_start(ledger.rules.lease_seconds) < 25
