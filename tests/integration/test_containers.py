"""What an intruder would find: no root, nothing to write to, no way out, no secret lying about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.engine import docker
from tests.integration.stack import SERVICES
from tooling.images import LARGEST_MB

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

IMAGES = ("bookingopt-api:latest", "bookingopt-worker:latest")


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
    ports = {service: stack.inspect(service)["HostConfig"]["PortBindings"] or {} for service in SERVICES}
    assert {service for service in SERVICES if ports[service]} == {"nginx"}
    assert {bound["HostIp"] for bindings in ports["nginx"].values() for bound in bindings} == {"127.0.0.1"}


def test_redis_is_reached_by_api_and_worker_alone(stack: Stack) -> None:
    networks = {
        service: {
            name.removeprefix(f"{stack.project}_")
            for name in stack.inspect(service)["NetworkSettings"]["Networks"]
        }
        for service in SERVICES
    }
    assert networks == {"nginx": {"edge"}, "api": {"edge", "store"}, "worker": {"store"}, "redis": {"store"}}
    store = json.loads(docker("network", "inspect", f"{stack.project}_store"))
    assert store[0]["Internal"] is True
    with pytest.raises(AssertionError, match="Could not resolve host"):
        stack.compose("exec", "-T", "nginx", "curl", "--max-time", "3", "http://redis:6379")


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_is_small_and_tells_what_it_is_made_of(stack: Stack, image: str) -> None:
    assert stack.is_healthy()
    found = json.loads(docker("image", "inspect", image))[0]
    assert found["Size"] <= LARGEST_MB * 1e6
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
