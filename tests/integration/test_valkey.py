"""The other store: the whole stack on Valkey, which takes one setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.integration.stack import another_stack, ended, submit

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

IMAGE = "valkey/valkey:8.1"


@pytest.fixture(scope="module")
def on_valkey(session_stack: Stack) -> Iterator[Stack]:
    """Start another stack from the images and the clone of the first."""
    with another_stack(session_stack, "valkey", ["compose.yaml"], [], REDIS_IMAGE=IMAGE) as stack:
        yield stack


def test_a_job_goes_all_the_way_on_valkey_and_outlives_its_death(on_valkey: Stack, hotel: bytes) -> None:
    assert on_valkey.inspect("redis")["Config"]["Image"] == IMAGE
    assert "valkey-server" in on_valkey.compose("exec", "-T", "redis", "cat", "/proc/1/cmdline")
    with on_valkey.client(X_User_ID="newcomer") as client:
        accepted = submit(client, hotel)
        assert accepted.status_code == 200, accepted.text
        job = ended(client, accepted.json()["job_id"])
        assert (job["status"], job["result"]["success"]) == ("completed", True)
        on_valkey.kill("redis")
        on_valkey.up("--no-recreate")
        again = client.get(f"{accepted.headers['Location']}/result")
        assert again.json() == job["result"]["result"]
