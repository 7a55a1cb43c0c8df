"""The gates of a deployment: the image alone, the new color before it serves, the site after the switch."""

import contextlib
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tooling.deploy.host import OPTIONS
from tooling.deploy.site import Site
from tooling.shell import ROOT, CommandFailed
from tooling.smoke import Target, print_findings, run_checks, smoke_checks

KEY_DAYS = 0.01
"""A key for a smoke test ends after a quarter of an hour, should nobody live to take it back."""
TUNNEL_SECONDS = 15.0


class GateClosed(Exception):
    """A release has not passed a gate."""


def try_image(site: Site, release: str, image: str) -> None:
    """Let an image plan a hotel with no network, no store and nothing of the service within reach.

    A worker that cannot solve would otherwise fail jobs of users before any smoke test saw it.
    """
    hotel = shlex.quote(site.path("releases", release, "examples", "ten-rooms.json"))
    program = "docker run --rm --interactive --network none --read-only --tmpfs /tmp --memory 1g"
    site.host.run(f"{program} --entrypoint bookingopt {shlex.quote(image)} optimize - <{hotel}")


def smoke_inside(site: Site, color: str) -> None:
    """Run the smoke test against the API of a color, past nginx."""
    container = site.container(color, "api")
    network = '{{(index .NetworkSettings.Networks "bookingopt_edge").IPAddress}}'
    inspect = f"docker inspect --format {shlex.quote(network)} {container}"
    address = site.host.ask(inspect, assumed=f"api-{color}")
    with _tunnel(site, {"http": f"{address}:8000"}) as connect, _key(site, container) as key:
        # The name that the API may ask for; there is no encryption inside.
        _pass(site, Target(f"http://{site.stage.domain}", connect, key), edge=False)


def smoke_edge(site: Site, color: str) -> None:
    """Run the smoke test through nginx, the way users come; or through ssh where the stage says so."""
    with contextlib.ExitStack() as stack:
        connect: Mapping[str, str] = {}
        if site.stage.smoke == "tunnel":
            connect = stack.enter_context(_tunnel(site, {"https": "127.0.0.1:443", "http": "127.0.0.1:80"}))
        key = stack.enter_context(_key(site, site.container(color, "api")))
        ca_file = site.stage.ca_file
        if site.stage.tls == "self-signed" and ca_file is None:
            ca_file = stack.enter_context(_certificate(site))
        _pass(site, Target(f"https://{site.stage.domain}", connect, key, ca_file), edge=True)


def _pass(site: Site, target: Target, *, edge: bool) -> None:
    checks = smoke_checks(target, edge=edge)
    if site.dry_run:
        print("\n".join(f"check  {name}" for name in checks))
    elif not print_findings(findings := run_checks(checks)):
        failed = next(finding for finding in findings if not finding.is_right)
        raise GateClosed(f"smoke test: {failed.name}: {failed.detail}")


@contextlib.contextmanager
def _key(site: Site, container: str) -> Iterator[str]:
    """Make an API key on the host for the length of a block; it is never printed."""
    program = f"docker exec {container} bookingopt-api keys"
    made = f"{program} create --user smoke-test --name deployment --days {KEY_DAYS}"
    text = site.host.ask(made, assumed="bo_live_ID_SECRET")
    try:
        yield text
    finally:
        with contextlib.suppress(CommandFailed):
            site.host.ask(f"{program} revoke {shlex.quote(text.split('_')[2])}", assumed="revoked")


@contextlib.contextmanager
def _certificate(site: Site) -> Iterator[Path]:
    """Fetch the certificate that only the host itself vouches for."""
    with tempfile.TemporaryDirectory(prefix="bookingopt-certificate-") as folder:
        path = Path(folder) / "fullchain.pem"
        path.write_text(site.host.ask(f"cat {site.path('certificates', 'fullchain.pem')}"), encoding="ascii")
        yield path


@contextlib.contextmanager
def _tunnel(site: Site, places: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Reach places of the host through ssh; gives the place to connect to by the same names."""
    ports = {name: 0 if site.dry_run else _free_port() for name in places}
    forwards = [f"-L127.0.0.1:{ports[name]}:{place}" for name, place in places.items()]
    command = ["ssh", *OPTIONS, "-o", "ExitOnForwardFailure=yes", "-N", *forwards, site.host.destination]
    print(f"$ {shlex.join(command)} &", flush=True)
    connect = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    if site.dry_run:
        yield connect
        return
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL) as tunnel:
        try:
            for port in ports.values():
                _wait_for(tunnel, port)
            yield connect
        finally:
            tunnel.terminate()


def _wait_for(tunnel: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + TUNNEL_SECONDS
    while time.monotonic() < until and tunnel.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise GateClosed("the host gives no tunnel; does its sshd allow TcpForwarding?")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
