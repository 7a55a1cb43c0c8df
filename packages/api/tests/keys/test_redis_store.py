from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bookingopt_api.keys import KeyRecord
from bookingopt_api.keys.redis_store import RedisKeyStore
from job_ledger import StoreUnavailable
from job_ledger.redis_connection import connect_redis

if TYPE_CHECKING:
    from conftest import RedisServer


@pytest.mark.integration
def test_keys_survive_the_death_of_the_server(redis_server: RedisServer, record: KeyRecord) -> None:
    store = RedisKeyStore(connect_redis(redis_server.url))
    store.add(record)
    redis_server.kill()
    with pytest.raises(StoreUnavailable):
        store.get(record.key_id)
    redis_server.start()
    assert store.get(record.key_id) == record
    store.close()


@pytest.mark.integration
def test_a_key_is_no_key_of_the_ledger(redis_server: RedisServer, record: KeyRecord) -> None:
    """The ledger keeps idempotency keys under `key:`; ours are apart."""
    store = RedisKeyStore(connect_redis(redis_server.url))
    store.add(record)
    with redis_server.client() as client:
        assert {name.decode() for name in client.scan_iter()} == {
            "bookingopt:api_keys",
            f"bookingopt:api_key:{record.key_id}",
        }
    store.close()
