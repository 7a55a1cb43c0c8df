"""What is known here of Docker is what Docker says of itself."""

from __future__ import annotations

import re

import pytest

from tests.docs.containers import COMPOSE_FLAGS, FLAGS, check_docker
from tests.docs.typed import calls_of
from tests.integration.engine import docker, need_engine

KNOWN = FLAGS | {f"compose {verb}": flags for verb, flags in COMPOSE_FLAGS.items()}


@pytest.mark.integration
@pytest.mark.parametrize("verb", KNOWN)
def test_docker_has_the_flags_with_and_without_values(verb: str) -> None:
    need_engine()
    told = re.findall(r"^ +(-\w)?,? *(--[\w-]+)?(?: (\w+))?  ", docker(*verb.split(), "--help"), re.MULTILINE)
    values = {name: bool(value) for short, long, value in told for name in (short, long) if name}
    for flag, has_value in KNOWN[verb].items():
        assert values.get(flag) is has_value, f"docker {verb} {flag}"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("docker ps --filter label=com.docker.compose.service=mail", "no service"),
        ("docker exec bookingopt-api-2 nginx -t", "no container"),
        ("docker exec CONTAINER htop", "no container of ours is known to have"),
        ("docker exec CONTAINER cat /etc/redis/other.conf", "nothing of ours is at"),
        ("docker exec CONTAINER", "nothing is run"),
        ("docker compose -f infra/compose.yaml --profile logs up", "have the profiles"),
        ("docker compose -f infra/compose.yaml up --scale coffee=2", "no service"),
        ("docker compose -p elsewhere logs", "elsewhere"),
        ("docker volume rm everything", "not among those"),
    ],
)
def test_what_is_not_there_is_named(command: str, why: str) -> None:
    (call,) = calls_of(command)
    with pytest.raises(AssertionError, match=why):
        check_docker(call)
