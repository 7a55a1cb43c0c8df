"""The Redis of the tests is started again when a test kills it while it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import LOOPBACK, RedisServer, find_or_install_redis, free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def test_a_server_that_dies_while_it_starts_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    program = tmp_path / "redis-that-dies"
    program.write_text(
        f'#!/bin/sh\necho >> {starts}\n[ "$(wc -l < {starts})" -ge 3 ] || exit 1\n'
        f'exec {find_or_install_redis()} "$@"\n'
    )
    program.chmod(0o755)
    server = RedisServer(f"redis://{LOOPBACK}:{free_port()}/0", tmp_path, program=str(program))

    server.start()

    with server.client() as client:
        assert client.ping()
    server.remove()
    assert len(starts.read_text().splitlines()) == 3
