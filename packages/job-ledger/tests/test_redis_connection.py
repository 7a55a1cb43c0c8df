from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from redis import exceptions

from job_ledger import redis_connection
from job_ledger.errors import StoreFull, StoreUnavailable
from job_ledger.redis_connection import answers_of_redis, connect_redis

if TYPE_CHECKING:
    from conftest import RedisServer


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ConnectionError("Error 111 connecting to secret-host:6379"),
        exceptions.TimeoutError("Timeout reading from secret-host:6379"),
        exceptions.BusyLoadingError("LOADING"),
        exceptions.AuthenticationError("WRONGPASS secret-host"),
        exceptions.ReadOnlyError("READONLY"),
        exceptions.ResponseError("MISCONF Redis is configured to save RDB snapshots to secret-host"),
    ],
)
def test_no_answer_is_told_without_the_address(error: Exception) -> None:
    with pytest.raises(StoreUnavailable) as caught, answers_of_redis():
        raise error
    assert "secret-host" not in str(caught.value)


def test_no_memory_is_told_from_no_answer() -> None:
    with pytest.raises(StoreFull), answers_of_redis():
        raise exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")


def test_a_fault_of_ours_is_not_blamed_on_the_server() -> None:
    with pytest.raises(exceptions.ResponseError), answers_of_redis():
        raise exceptions.ResponseError("ERR user_script:1: attempt to index a nil value")


def test_a_client_has_limits_and_repeats_nothing() -> None:
    client = connect_redis("redis://localhost:1/0", max_connections=3)
    pool = client.connection_pool
    assert pool.max_connections == 3
    given = pool.connection_kwargs
    assert given["socket_timeout"] == redis_connection.ANSWER_SECONDS
    assert given["socket_connect_timeout"] == redis_connection.CONNECT_SECONDS
    assert given["retry"].get_retries() == 0
    client.close()


@pytest.mark.integration
def test_whoever_needs_one_connection_too_many_is_refused_soon(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_connection, "_POOL_SECONDS", 0.05)
    client = connect_redis(redis_server.url, max_connections=1)
    held = client.connection_pool.get_connection()
    with pytest.raises(StoreUnavailable), answers_of_redis():
        client.ping()
    client.connection_pool.release(held)
    with answers_of_redis():
        client.ping()
    client.close()
