"""The world of the drill, and the order of its acts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from conftest import lacking
from tests.docs.blocks import newcomer_commands
from tests.docs.places import Place, commands_at
from tests.drill import mailbox
from tests.drill.world import (
    AUTHORITY,
    HERE,
    HOST_IMAGE,
    MACHINES,
    NETWORK,
    World,
    make_world,
    try_docker,
)
from tests.integration.engine import NGINX, REDIS, WATCHER_IMAGES, docker, need_engine, need_images

BASE = "debian:trixie-slim"
ACT_SECONDS = 3600
"""Against one that hangs; what must be quick is counted in steps."""
LAST_WORD = "the last word of the broken release"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play the acts module by module, in the order they are written in: each begins where one ended."""
    acts = [item for item in items if HERE in item.path.parents]
    places = [number for number, item in enumerate(items) if item in acts]
    in_order = sorted(acts, key=lambda item: (str(item.path), item.reportinfo()[1] or 0))
    for place, item in zip(places, in_order, strict=True):
        items[place] = item
        item.add_marker(pytest.mark.timeout(ACT_SECONDS), append=False)  # before that of every other test
        item.add_marker(pytest.mark.enable_socket)  # the machines are not the loopback


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make a world whose machines are all still to be started; remove it in the end."""
    if sys.platform != "linux":
        lacking("no Linux here", "the machines are reached by addresses that only Linux routes to containers")
    need_engine()
    need_images([BASE, "python:3.13-slim", REDIS, NGINX, *WATCHER_IMAGES.values()])
    docker("build", "--quiet", "--tag", HOST_IMAGE, str(HERE / "host"))
    try_docker("network", "create", NETWORK)
    made = make_world(tmp_path_factory.mktemp("drill"))
    yield made
    for machine in MACHINES:
        try_docker("rm", "--force", "--volumes", f"bookingopt-drill-{machine}")
    try_docker("rm", "--force", AUTHORITY)
    mailbox.end()
    try_docker("network", "rm", NETWORK)


@pytest.fixture(scope="session")
def releases(world: World) -> dict[str, str]:
    """Return the names of releases: the newcomer's, a second good one, one that is not fit, and `ready`.

    `broken` has an API that does not start. `ready`, which passes the checklist, and `hosts`, which knows of
    a worker host, have images like the second, and their files are made in the drill.
    The others are the first with a label or another program, so that they are other images.
    """
    names = {"first": "v0.0.1", "second": "v0.0.2", "broken": "v0.0.3", "ready": "v0.0.6"}
    names["hosts"] = "v0.0.7"
    *brings, tag = [line.text for line in commands_at(Place.NEWCOMER)]
    assert brings == newcomer_commands()[:3], "typed when the world was made"
    if not docker("image", "ls", "--quiet", "bookingopt-api:latest"):  # acts may be played alone
        world.invoke("build")
    for role in ("first", "second", "broken"):
        world.type(tag.replace("v1.2.0", names[role]))
    for program in ("api", "worker"):
        image = f"bookingopt-{program}"
        docker("tag", f"{image}:latest", f"{image}:{names['first']}")
        for name in list(names.values())[1:]:
            _derive(image, name, f"LABEL org.opencontainers.image.version={name}")
    program = json.dumps(["python3", "-c", f"raise SystemExit({LAST_WORD!r})"])
    _derive("bookingopt-api", names["broken"], f"ENTRYPOINT {program}")
    return names


def _derive(image: str, name: str, line: str) -> None:
    docker("build", "--quiet", "--tag", f"{image}:{name}", "-", told=f"FROM {image}:latest\n{line}\n")
