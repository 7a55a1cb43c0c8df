"""What an intruder would find: no root, nothing to write to, no way out, no secret lying about."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from tests.integration.engine import docker, docker_gateway
from tests.integration.stack import LOOPBACK, PROGRAMS, SERVICES
from tooling.images import LARGEST_MB

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

IMAGES = ("bookingopt-api:latest", "bookingopt-worker:latest")
PORTS = {"nginx": (8080, 8443, 8081), "api": (8000,), "worker": (9101,), "redis": (6379,)}
"""Where each listens, inside."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_can_do_little(stack: Stack, service: str) -> None:
    found = stack.inspect(service)
    host = found["HostConfig"]
    assert found["Config"]["User"].split(":")[0] not in {"", "0", "root"}
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["Privileged"] is False
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert min(host["Memory"], host["NanoCpus"], host["PidsLimit"]) > 0
    assert host["LogConfig"]["Config"].items() >= {"max-size": "10m", "max-file": "5"}.items()
    assert found["State"]["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_so_inside_too(stack: Stack, service: str) -> None:
    status = stack.compose("exec", "-T", service, "cat", "/proc/1/status")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert "0" not in fields["Uid"].split()
    assert {int(fields[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")} == {0}
    assert fields["NoNewPrivs"].strip() == "1"
    with pytest.raises(AssertionError, match="Read-only file system"):
        stack.compose("exec", "-T", service, "touch", "/etc/here")


def test_only_nginx_is_published_and_only_to_this_machine(stack: Stack) -> None:
    """As the engine has bound the ports, not only as it was asked to."""
    assert sorted(PORTS) == sorted(SERVICES)
    bound = {
        (service, inside): {(binding["HostIp"], int(binding["HostPort"])) for binding in bindings}
        for service in SERVICES
        for inside, bindings in stack.inspect(service)["NetworkSettings"]["Ports"].items()
        if bindings
    }
    assert bound == {
        ("nginx", "8080/tcp"): {(LOOPBACK, int(stack.settings["HTTP_PORT"]))},
        ("nginx", "8443/tcp"): {(LOOPBACK, int(stack.settings["HTTPS_PORT"]))},
    }
    ports = [int(stack.settings[name]) for name in ("HTTP_PORT", "HTTPS_PORT")]
    for port in ports:
        socket.create_connection((LOOPBACK, port), timeout=5).close()
    # To this machine, a container is somebody from elsewhere.
    elsewhere = stack.containers("nginx")[0]
    assert _connect_from(elsewhere, [(docker_gateway(), port) for port in ports]) == [False, False]


def test_redis_is_reached_by_api_and_worker_alone(stack: Stack) -> None:
    """Tried at its addresses: that a name cannot be resolved keeps nobody out."""
    found = {service: stack.inspect(service)["NetworkSettings"]["Networks"] for service in SERVICES}
    addresses = [
        (service, name.removeprefix(f"{stack.project}_"), network["IPAddress"], port)
        for service in SERVICES
        for name, network in found[service].items()
        for port in PORTS[service]
    ]
    members = {
        service: {network for name, network, _, _ in addresses if name == service} for service in SERVICES
    }
    assert members == {"nginx": {"edge"}, "api": {"edge", "store"}, "worker": {"store"}, "redis": {"store"}}
    for service in SERVICES:
        answers = _connect_from(stack.containers(service)[0], [address[2:] for address in addresses])
        reached = {address for address, is_reached in zip(addresses, answers, strict=True) if is_reached}
        assert reached == {address for address in addresses if address[1] in members[service]}, service
    store = json.loads(docker("network", "inspect", f"{stack.project}_store"))
    assert store[0]["Internal"] is True


def _connect_from(container: str, addresses: list[tuple[str, int]]) -> list[bool]:
    """Return which addresses can be connected to from where a container is in the network."""
    code = (PROGRAMS / "connect.py").read_text()
    beside = ("--network", f"container:{container}", "--entrypoint", "python3", IMAGES[0])
    told = docker("run", "--rm", "--interactive", *beside, "-c", code, told=json.dumps(addresses))
    answers: list[bool] = json.loads(told)
    return answers


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_is_small_and_tells_what_it_is_made_of(stack: Stack, image: str) -> None:
    assert stack.is_healthy()
    found = json.loads(docker("image", "inspect", image))[0]
    assert 50e6 < found["Size"] <= LARGEST_MB * 1e6 == 500e6
    labels = found["Config"]["Labels"]
    assert labels["org.opencontainers.image.title"] == image.partition(":")[0]
    assert len(labels["org.opencontainers.image.revision"].partition("-")[0]) == 40


@pytest.mark.parametrize("service", ["api", "worker"])
def test_there_is_nothing_to_build_or_install_with(stack: Stack, service: str) -> None:
    programs = ("gcc", "cc", "make", "pip", "pip3", "uv", "git", "curl", "wget")
    look = f"for name in {' '.join(programs)}; do command -v $name; done; python3 -m pip --version; true"
    assert stack.compose("exec", "-T", service, "sh", "-c", look) == ""


def test_the_images_share_their_layers(stack: Stack) -> None:
    assert stack.is_healthy()
    one, other = (json.loads(docker("image", "inspect", name))[0]["RootFS"]["Layers"] for name in IMAGES)
    shared = [layer for layer in one if layer in other]
    assert len(shared) == len(one) - 1 == len(other) - 1


def test_nginx_finds_nothing_wrong_with_its_files(stack: Stack) -> None:
    """As filled in at the start: no error, and nothing that it warns of."""
    (nginx,) = stack.containers("nginx")
    told = docker("exec", nginx, "sh", "-c", "nginx -t 2>&1")
    assert "test is successful" in told
    assert "[warn]" not in told


def test_no_secret_is_in_what_the_engine_tells(stack: Stack) -> None:
    """Neither in the environment, nor in arguments, layers or logs."""
    folder = stack.clone / "infra" / "secrets"
    secrets = {path.name: path.read_text().strip() for path in folder.iterdir() if path.name[0] != "."}
    passwords = [value for name, value in secrets.items() if name.split("_")[-1] != "users"]
    assert len(passwords) >= 10
    containers = [container for service in SERVICES for container in stack.containers(service)]
    told = [docker("inspect", *containers), stack.compose("logs"), stack.compose("config")]
    told += [docker("history", "--no-trunc", image) for image in IMAGES]
    told += [docker("top", container, "-eo", "pid,args") for container in containers]
    environment = stack.compose("exec", "-T", "api", "cat", "/proc/1/environ")
    assert [word for word in passwords if any(word in text for text in [*told, environment])] == []
