"""The gates of a deployment: tests of the image alone, of the new color, and of the site after the switch."""

import contextlib
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from tooling.deploy.host import OPTIONS
from tooling.deploy.scaling import ask_open
from tooling.deploy.site import Site
from tooling.shell import ROOT, CommandFailed
from tooling.smoke import Target, print_findings, run_checks, smoke_checks
from tooling.smoke.checks import HOTEL

KEY_DAYS = 0.01
"""A key for a smoke test expires after a quarter of an hour, in case it is never revoked."""
TUNNEL_SECONDS = 15.0


class GateClosed(Exception):
    """A release has failed a gate."""


def try_image(site: Site, release: str, image: str) -> None:
    """Let an image plan a hotel without network, store or any access to the service.

    Otherwise a worker that cannot solve would fail jobs of users before a smoke test notices it.
    """
    hotel = shlex.quote(site.path("releases", release, "examples", "ten-rooms.json"))
    program = "docker run --rm --interactive --network none --read-only --tmpfs /tmp --memory 1g"
    site.host.run(f"{program} --entrypoint bookingopt {shlex.quote(image)} optimize - <{hotel}")


def smoke_inside(site: Site, color: str) -> None:
    """Run the smoke test against the API of a color directly, without nginx."""
    container = site.container(color, "api")
    network = '{{(index .NetworkSettings.Networks "bookingopt_edge").IPAddress}}'
    inspect = f"docker inspect --format {shlex.quote(network)} {container}"
    address = site.host.ask(inspect, assumed=f"api-{color}")
    with _tunnel(site, {"http": f"{address}:8000"}) as connect, _key(site, container) as key:
        # The host name that the API accepts; there is no encryption inside.
        _pass(site, color, Target(f"http://{site.stage.domain}", connect, key), edge=False)


def smoke_edge(site: Site, color: str) -> None:
    """Run the smoke test through nginx, as users reach the site, or through ssh if the stage says so."""
    with contextlib.ExitStack() as stack:
        connect: Mapping[str, str] = {}
        if site.stage.smoke == "tunnel":
            connect = stack.enter_context(_tunnel(site, {"https": "127.0.0.1:443", "http": "127.0.0.1:80"}))
        key = stack.enter_context(_key(site, site.container(color, "api")))
        ca_file = site.stage.ca_file
        if site.stage.tls == "self-signed" and ca_file is None:
            ca_file = stack.enter_context(_certificate(site))
        _pass(site, color, Target(f"https://{site.stage.domain}", connect, key, ca_file), edge=True)


def _pass(site: Site, color: str, target: Target, *, edge: bool) -> None:
    checks = smoke_checks(target, edge=edge, count_others=partial(_count_others, site, color))
    if site.dry_run:
        site.host.would(f"check: {', '.join(checks)}")
    elif not print_findings(findings := run_checks(checks)):
        failed = next(finding for finding in findings if not finding.is_right)
        raise GateClosed(f"smoke test: {failed.name}: {failed.detail}")


def _count_others(site: Site, color: str) -> int:
    """Return how many jobs are open besides that of the smoke test.

    A queue full of long jobs is not a fault of the release. If there are other jobs, a worker of the color
    plans the same hotel directly, without the queue, so that the job of the smoke test need not finish.
    """
    others = ask_open(site, color) - 1
    if others > 0:
        program = f"docker exec --interactive {site.container(color, 'worker')} bookingopt optimize -"
        site.host.run(f"{program} >/dev/null", text=HOTEL.read_text(encoding="utf-8"))
    return max(others, 0)


@contextlib.contextmanager
def key_for_a_while(site: Site) -> Iterator[str]:
    """Yield an API key of the live API, valid during a block; it is never printed."""
    color = site.serving()
    if color is None:
        raise SystemExit(f"nothing was deployed to {site.stage.name}")
    with _key(site, site.container(color, "api")) as key:
        yield key


@contextlib.contextmanager
def _key(site: Site, container: str) -> Iterator[str]:
    """Yield an API key made on the host, valid during a block; it is never printed."""
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
    """Yield a copy of the host's self-signed certificate."""
    with tempfile.TemporaryDirectory(prefix="bookingopt-certificate-") as folder:
        path = Path(folder) / "fullchain.pem"
        path.write_text(site.host.ask(f"cat {site.path('certificates', 'fullchain.pem')}"), encoding="ascii")
        yield path


@contextlib.contextmanager
def _tunnel(site: Site, places: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Open an ssh tunnel to addresses on the host; yield the local addresses under the same names."""
    ports = {name: 0 if site.dry_run else _free_port() for name in places}
    forwards = [f"-L127.0.0.1:{ports[name]}:{place}" for name, place in places.items()]
    command = ["ssh", *OPTIONS, "-o", "ExitOnForwardFailure=yes", "-N", *forwards, site.host.destination]
    connect = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
    if site.dry_run:
        site.host.would(f"open a tunnel to {', '.join(places.values())}")
        yield connect
        return
    print(f"$ {shlex.join(command)} &", flush=True)
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
    raise GateClosed("the host does not open a tunnel; does its sshd allow TcpForwarding?")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
