from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from tooling.backups.damage import DamagedBackup
from tooling.backups.scratch import local_server, scratch_server

if TYPE_CHECKING:
    from conftest import RedisServer

pytestmark = pytest.mark.integration


def test_a_scratch_server_holds_the_snapshot_and_is_gone_afterwards(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    if not redis_server.program:
        pytest.skip("the snapshot is one of a server of this machine: BOOKINGOPT_TEST_REDIS=local")
    with redis_server.client() as client:
        client.set("here", "it is")
        client.save()
    snapshot = (redis_server.folder / "dump.rdb").rename(tmp_path / "snapshot")
    folder = tmp_path / "server"
    folder.mkdir()
    with scratch_server(snapshot, folder) as url, Redis.from_url(url) as client:
        assert client.get("here") == b"it is"
    with Redis.from_url(url, retry=Retry(NoBackoff(), 0)) as client, pytest.raises(RedisConnectionError):
        client.ping()


@pytest.mark.skipif(local_server() is None, reason="no redis-server on this machine")
def test_a_server_that_does_not_load_the_snapshot_is_not_waited_for(tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot"
    snapshot.write_bytes(b"no snapshot")
    folder = tmp_path / "server"
    folder.mkdir()
    with pytest.raises(DamagedBackup, match="could not load"), scratch_server(snapshot, folder):
        pass
