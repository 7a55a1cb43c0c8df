"""The container that makes backups where there is no systemd: it reaches the server, and the world."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.integration.engine import docker_gateway, need_engine, need_images
from tooling.shell import ROOT
from tooling.stack import make_secrets

FILES = [ROOT / "infra" / "compose.yaml", ROOT / "infra" / "backup" / "compose.backup.yaml"]


def test_it_is_on_a_network_that_leads_out_and_tells_when_it_was_done() -> None:
    stack, over = (yaml.safe_load(path.read_text()) for path in FILES)
    backup, networks = over["services"]["backup"], {**stack["networks"], **over["networks"]}
    inside = {name for name in backup["networks"] if networks[name].get("internal")}
    assert inside == {"store"}
    assert set(backup["networks"]) - inside
    assert "ports" not in backup
    assert backup["environment"]["BACKUP_METRICS_FILE"].startswith(f"{backup['environment']['BACKUP_DIR']}/")


@pytest.mark.integration
@pytest.mark.enable_socket
@pytest.mark.timeout(180)
def test_a_backup_leaves_the_host_and_is_told_of(tmp_path: Path) -> None:
    """Somebody on the outside is handed the file, byte for byte."""
    need_engine()
    need_images(["redis:8.0"])
    make_secrets(tmp_path / "secrets")
    project = f"bookingopt-side-car-{os.getpid()}"
    compose = ["docker", "compose", "--progress", "quiet", "--project-name", project]
    compose += [part for path in FILES for part in ("--file", str(path))]
    with socket.create_server(("0.0.0.0", 0)) as outside:  # noqa: S104 - containers ask from a bridge
        outside.settimeout(120)
        place = f"/dev/tcp/{docker_gateway()}/{outside.getsockname()[1]}"
        settings = os.environ | {
            "SECRETS_DIR": str(tmp_path / "secrets"),
            "BACKUP_COPY_COMMAND": f"bash -c 'cat $0 >{place}' {{file}}",
        }
        program = "sh /backup/backup.sh daily && cat /data/metrics/backup.prom && sha256sum /data/*.gz"
        make = [*compose, "run", "--rm", "--entrypoint", "sh", "backup", "-c", program]
        try:
            with subprocess.Popen(make, env=settings, stdout=subprocess.PIPE, text=True) as made:
                received = tmp_path / "received"
                with outside.accept()[0] as connection, received.open("wb") as file:
                    while part := connection.recv(65536):
                        file.write(part)
                assert made.stdout is not None
                told = made.stdout.read()
            assert made.returncode == 0
        finally:
            subprocess.run([*compose, "down", "--volumes"], env=settings, check=True, capture_output=True)
    assert "bookingopt_backup_last_success_timestamp_seconds 1" in told
    checksum = subprocess.run(["sha256sum", received], check=True, capture_output=True, text=True).stdout
    assert checksum.split()[0] == told.splitlines()[-1].split()[0]
