"""The mail server that production alerts through in the drill, and where its heartbeats go."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.integration.engine import docker

CONTAINER = "bookingopt-drill-mailbox"
NAME = "mail.bookingopt.example"
ADDRESS = "duty@bookingopt.example"
PASSWORD = "right-horse"  # noqa: S105 - of the mail server of the drill
PROGRAM = Path(__file__).parent / "mail_server.py"


def settings(folder: Path) -> str:
    """Return the lines of a stage file whose alerts go to the mailbox; make its certificate and password.

    Parameters
    ----------
    folder
        Of the drill.
    """
    request = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    names = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}")
    files = ("-keyout", folder / "mailbox.key", "-out", folder / "mailbox.cert")
    subprocess.run(["openssl", *request, *names, *files, "-days", "30"], check=True, capture_output=True)
    password = folder / "smtp-password"
    password.write_text(f"{PASSWORD}\n")
    values = {
        "smarthost": f"{NAME}:587",
        "smtp_user": "bookingopt",
        "smtp_password_file": password,
        "smtp_ca_file": folder / "mailbox.cert",
        "mail_to": ADDRESS,
        "heartbeat_url": f"https://{NAME}/beat",
    }
    return "".join(f'{name} = "{value}"\n' for name, value in values.items())


def begin(folder: Path, network: str, *, password: str = PASSWORD) -> None:
    """Start the server, or another one in its place.

    Parameters
    ----------
    folder
        Of the drill, with the certificate.
    network
        Where machines find it by its name.
    password
        What it lets in.
    """
    files = {
        PROGRAM: "mail_server.py",
        folder / "mailbox.cert": "cert.pem",
        folder / "mailbox.key": "key.pem",
    }
    mounted = [part for file, name in files.items() for part in ("--volume", f"{file}:/mail/{name}:ro")]
    end()
    docker(
        *("run", "--detach", "--name", CONTAINER, "--network", network, "--network-alias", NAME),
        *("--user", "0", *mounted, "--entrypoint", "python3"),
        *("bookingopt-api:latest", "-u", "/mail/mail_server.py", password),
    )


def received() -> list[dict[str, str]]:
    """Return what was received so far: mails, refused passwords and heartbeats, in their order."""
    return [json.loads(line) for line in docker("logs", CONTAINER).splitlines() if line.startswith("{")]


def end() -> None:
    """Remove the server, if there is one."""
    subprocess.run(["docker", "rm", "--force", CONTAINER], check=False, capture_output=True)
