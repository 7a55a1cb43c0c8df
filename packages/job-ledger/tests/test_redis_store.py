"""What concerns the server; what both stores promise is in test_store.py."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from job_ledger import (
    Ending,
    JobOutcome,
    JobState,
    LedgerRules,
    NewJob,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from job_ledger.redis_connection import connect_redis
from job_ledger.redis_store import RedisJobStore

if TYPE_CHECKING:
    from conftest import RedisServer

RULES = LedgerRules(max_open_jobs_per_user=None)
SOLVED = Ending(
    JobState.COMPLETED,
    b"{}" * 2000,
    JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs"),
)


def _store(server: RedisServer, prefix: str = "bookingopt:") -> RedisJobStore:
    return RedisJobStore(connect_redis(server.url), RULES, prefix)


def _accept_for_ever(store: RedisJobStore, noise: random.Random, accepted: list[str]) -> None:
    while True:
        job = store.accept(NewJob("ann", "p", noise.randbytes(50_000))).job
        assert job is not None
        accepted.append(job.job_id)


def test_every_script_begins_with_its_flags() -> None:
    """Redis reads them in the first line alone."""
    scripts = [file for file in (files("job_ledger") / "lua").iterdir() if file.name.endswith(".lua")]
    first = {file.name: file.read_text().splitlines()[0] for file in scripts if file.name != "prelude.lua"}
    assert len(first) > 10
    assert [name for name, line in first.items() if not line.startswith("#!lua")] == []
    assert [name for name, line in first.items() if line == "#!lua"] == ["accept.lua"]


def test_a_server_that_is_away_is_said_by_every_call() -> None:
    store = RedisJobStore(connect_redis("unix:///nowhere/redis.sock"), RULES)
    for call in (
        lambda: store.accept(NewJob("ann", "p", b"{}")),
        lambda: store.get("id"),
        lambda: store.result("id"),
        lambda: store.jobs_of("ann"),
        lambda: store.claim("id"),
        store.take_overdue,
        store.ping,
    ):
        with pytest.raises(StoreUnavailable):
            call()
    store.close()


@pytest.mark.integration
def test_p9_a_full_server_accepts_nothing_and_lets_what_it_has_end(redis_server: RedisServer) -> None:
    store, noise = _store(redis_server), random.Random(1)
    with redis_server.client() as client:
        used = client.info("memory")["used_memory"]
        client.config_set("maxmemory", used + 6_000_000)
    accepted: list[str] = []
    with pytest.raises(StoreFull):
        _accept_for_ever(store, noise, accepted)
    assert len(accepted) > 20
    assert store.statistics().queued == len(accepted)
    for job_id in accepted:
        claim = store.claim(job_id)
        assert claim is not None
        assert store.finish(claim, SOLVED) is JobState.COMPLETED
    assert store.statistics().queued == 0
    store.close()


@pytest.mark.integration
def test_p9_a_job_ends_even_when_not_a_byte_is_left(redis_server: RedisServer) -> None:
    store = _store(redis_server)
    job = store.accept(NewJob("ann", "p", b"{}")).job
    assert job is not None
    with redis_server.client() as client:
        client.config_set("maxmemory", 1)
    with pytest.raises(StoreFull):
        store.accept(NewJob("ann", "p", b"{}"))
    claim = store.claim(job.job_id)
    assert claim is not None
    assert store.finish(claim, SOLVED) is JobState.COMPLETED
    assert store.result(job.job_id) == SOLVED.result
    store.close()


@pytest.mark.integration
def test_p9_a_server_that_is_killed_accepts_nothing_until_it_is_back(redis_server: RedisServer) -> None:
    store = _store(redis_server)
    redis_server.kill()
    with pytest.raises(StoreUnavailable):
        store.accept(NewJob("ann", "p", b"{}"))
    redis_server.start()
    assert store.accept(NewJob("ann", "p", b"{}")).job is not None
    store.close()


@pytest.mark.integration
@pytest.mark.parametrize("_run", range(3))
def test_p7_an_accepted_job_survives_kill_9_of_the_store(
    redis_server: RedisServer, seed: int, _run: int
) -> None:
    """Several callers post under load; the server is killed at a random moment, and comes back.

    A loss of power, where the disk itself forgets what it has confirmed, cannot be shown this way.
    """
    store, accepted, lock = _store(redis_server), [], threading.Lock()
    enough, stopped = threading.Event(), threading.Event()
    target = random.Random(seed).randint(100, 600)

    def post(number: int) -> None:
        documents = random.Random(number)
        while not stopped.is_set():
            document = documents.randbytes(3000)
            try:
                job = store.accept(NewJob("ann", "p", document)).job
            except StoreError:
                return
            assert job is not None
            with lock:
                accepted.append((job.job_id, document))
                if len(accepted) >= target:
                    enough.set()

    posters = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for poster in posters:
        poster.start()
    assert enough.wait(60)
    redis_server.kill()
    stopped.set()
    for poster in posters:
        poster.join()
    redis_server.start()
    for job_id, document in accepted:
        claim = store.claim(job_id)
        assert claim is not None, f"{job_id} is lost"
        assert claim.document == document
    store.close()


@pytest.mark.integration
def test_an_empty_ledger_leaves_nothing_but_its_counters(redis_server: RedisServer) -> None:
    """An index that is not cleaned would grow for ever."""
    store = _store(redis_server)
    job = store.accept(NewJob("ann", "p", b"{}", idempotency_key="k")).job
    assert job is not None
    claim = store.claim(job.job_id)
    assert claim is not None
    store.finish(claim, SOLVED)
    store.erase(job.job_id)
    with redis_server.client() as client:
        # Whose turn was when, without names, and not for ever.
        assert set(client.keys("*")) == {b"bookingopt:counters", b"bookingopt:open_turns"}
        assert client.ttl("bookingopt:open_turns") > 0
    store.close()


@pytest.mark.integration
def test_a_purged_ledger_leaves_nothing_but_its_counters(redis_server: RedisServer) -> None:
    """Redis drops the records by itself; what lists them is ours to clean."""
    store = RedisJobStore(connect_redis(redis_server.url), replace(RULES, result_ttl_seconds=0.001))
    job = store.accept(NewJob("ann", "p", b"{}", idempotency_key="k")).job
    assert job is not None
    claim = store.claim(job.job_id)
    assert claim is not None
    store.finish(claim, SOLVED)
    while not store.purge():
        pass
    with redis_server.client() as client:
        assert set(client.keys("*")) == {b"bookingopt:counters"}
    store.close()


@pytest.mark.integration
def test_every_key_of_a_finished_job_expires(redis_server: RedisServer) -> None:
    store = _store(redis_server)
    job = store.accept(NewJob("ann", "p", b"{}", idempotency_key="k")).job
    assert job is not None
    with redis_server.client() as client:
        assert {client.ttl(key) for key in client.keys("*")} == {-1}, "an open job never expires"
        claim = store.claim(job.job_id)
        assert claim is not None
        store.finish(claim, SOLVED)
        keys = [key.decode() for key in client.keys("*")]
        lasting = {key for key in keys if client.ttl(key) == -1}
    assert lasting == {"bookingopt:counters", "bookingopt:finished", "bookingopt:user:ann"}
    store.close()


@pytest.mark.integration
def test_ledgers_with_other_prefixes_do_not_see_each_other(redis_server: RedisServer) -> None:
    one, other = _store(redis_server), _store(redis_server, "other:")
    job = one.accept(NewJob("ann", "p", b"{}")).job
    assert job is not None
    assert other.get(job.job_id) is None
    assert other.statistics().accepted == 0
    one.close()
    other.close()


@pytest.mark.integration
def test_a_restarted_server_that_has_forgotten_the_scripts_is_told_them_again(
    redis_server: RedisServer,
) -> None:
    store = _store(redis_server)
    store.accept(NewJob("ann", "p", b"{}"))
    with redis_server.client() as client:
        client.script_flush()
    assert store.accept(NewJob("ann", "p", b"{}")).job is not None
    store.close()


def test_the_scripts_use_commands_of_redis_7_0_alone() -> None:
    """What came later is missing in Debian 12 and in Valkey before 9."""
    known = {
        *(
            "HDEL",
            "HGET",
            "HGETALL",
            "HINCRBY",
            "HMGET",
            "HSET",
            "HSETNX",
            "INFO",
            "PEXPIREAT",
            "SADD",
            "SCARD",
        ),
        *("GET", "SET", "SREM", "TIME", "UNLINK", "ZADD", "ZCARD", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE"),
        *("ZREM", "ZREMRANGEBYSCORE", "ZSCORE"),
    }
    folder = files("job_ledger") / "lua"
    text = "\n".join(file.read_text() for file in folder.iterdir() if file.name.endswith(".lua"))
    used = set(re.findall(r"redis\.call\('([A-Z]+)'", text))
    assert len(used) > 15
    assert used <= known


@pytest.mark.integration
def test_a_server_that_cannot_write_to_its_disk_is_full(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _store(redis_server)
    store.ping()
    told = {"aof_last_write_status": "err"}
    monkeypatch.setattr(store._client, "info", lambda _section: told)
    with pytest.raises(StoreFull, match="cannot write"):
        store.ping()
    store.close()
