"""The world of the drill, and the order of its acts."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from conftest import lacking
from tests.docs.blocks import newcomer_commands
from tests.docs.places import Place, commands_at
from tests.drill.world import AUTHORITY, HERE, HOST_IMAGE, MACHINES, NETWORK, World, make_world, try_docker
from tests.integration.engine import docker, need_engine, need_images

BASE = "debian:trixie-slim"
ACT_SECONDS = 600


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play the acts module by module, in the order they are written in: each begins where one ended."""
    acts = [item for item in items if HERE in item.path.parents]
    places = [number for number, item in enumerate(items) if item in acts]
    in_order = sorted(acts, key=lambda item: (str(item.path), item.reportinfo()[1] or 0))
    for place, item in zip(places, in_order, strict=True):
        items[place] = item
        item.add_marker(pytest.mark.timeout(ACT_SECONDS))
        item.add_marker(pytest.mark.enable_socket)  # the machines are not the loopback


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make a world whose machines are all still to be started; remove it in the end."""
    if sys.platform != "linux":
        lacking("no Linux here", "the machines are reached by addresses that only Linux routes to containers")
    need_engine()
    need_images([BASE, "python:3.13-slim", "redis:8.0", "nginxinc/nginx-unprivileged:1.26"])
    docker("build", "--quiet", "--tag", HOST_IMAGE, str(HERE / "host"))
    try_docker("network", "create", NETWORK)
    made = make_world(tmp_path_factory.mktemp("drill"))
    yield made
    for machine in MACHINES:
        try_docker("rm", "--force", "--volumes", f"bookingopt-drill-{machine}")
    try_docker("rm", "--force", AUTHORITY)
    try_docker("network", "rm", NETWORK)


@pytest.fixture(scope="session")
def releases(world: World) -> dict[str, str]:
    """Return the names of six releases: the newcomer's, two good ones, and three that are not fit.

    `broken` has an API that does not start, `unreadable` files that nginx cannot read, and `unsafe` ones
    that leave out a header: these two and `ready`, which passes the checklist, have images like
    the second, and their files are made in the drill.
    The others are the first with a label or another program, so that they are other images.
    """
    names = {
        "first": "v0.0.1", "second": "v0.0.2", "broken": "v0.0.3", "unreadable": "v0.0.4", "unsafe": "v0.0.5",
        "ready": "v0.0.6",
    }  # fmt: skip
    *brings, tag = [line.text for line in commands_at(Place.NEWCOMER)]
    assert brings == newcomer_commands()[:3], "typed when the world was made"
    for role in ("first", "second", "broken"):
        world.type(tag.replace("v1.2.0", names[role]))
    for program in ("api", "worker"):
        image = f"bookingopt-{program}"
        docker("tag", f"{image}:latest", f"{image}:{names['first']}")
        for name in list(names.values())[1:]:
            _derive(image, name, f"LABEL org.opencontainers.image.version={name}")
    _derive("bookingopt-api", names["broken"], 'ENTRYPOINT ["python3", "-c", "raise SystemExit(7)"]')
    return names


def _derive(image: str, name: str, line: str) -> None:
    docker("build", "--quiet", "--tag", f"{image}:{name}", "-", told=f"FROM {image}:latest\n{line}\n")
