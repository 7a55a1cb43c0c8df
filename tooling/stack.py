"""Prerequisites of the stack: secrets in files, and a certificate for local use."""

import hashlib
import json
import os
import re
import secrets as random
from collections.abc import Collection
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.authority import make_authority, openssl
from tooling.shell import DRY_RUN_HELP, ROOT, run

SECRETS = ROOT / "infra" / "secrets"
CERTIFICATES = ROOT / "infra" / "nginx" / "certificates"
USERS = ROOT / "infra" / "redis" / "users.acl"
REDIS_USERS = ("health", "api", "worker", "remote", "exporter", "backup")
"""Users of Redis, each with its own password."""
WITH_ADDRESS = ("api", "worker", "backup")
"""Users whose password is also part of an address, for the ``REDIS_URL`` of a program."""
SIGNING = ("queue_secret", "session_secret")
PAGES = ("grafana_password",)
"""Passwords of people, for the pages of the monitoring profile."""
BACKUP = "backup_password"
"""Password of the repository of backups; never renewed, because existing backups need it."""

_HOST = "redis:6379"
# A file is mounted with its owner and mode here; the mode of the folder keeps other users of this machine
# out.
_FILE_MODE = 0o444
_FOLDER_MODE = 0o700
_LOCAL_DAYS = 825
_PLACE = re.compile(r"<(\w+)>")


@task(
    help={
        "to": "folder of the files (default: infra/secrets)",
        "renew": "replace existing ones; restart the stack afterwards",
        "dry_run": DRY_RUN_HELP,
    }
)
def secrets(context: Context, to: str = "", renew: bool = False, dry_run: bool = False) -> None:
    """Make the missing secrets of the stack: passwords, addresses, users of Redis."""
    del context
    make_secrets(Path(to) if to else SECRETS, is_renewed=renew, dry_run=dry_run)


@task(help={"to": "folder of the files (default: infra/nginx/certificates)", "dry_run": DRY_RUN_HELP})
def certificate(context: Context, to: str = "", dry_run: bool = False) -> None:
    """Make a self-signed certificate for localhost, if it is missing."""
    del context
    make_certificate(Path(to) if to else CERTIFICATES, dry_run=dry_run)


@task(
    iterable=["client"],
    help={
        "server": "name or address at which workers on other hosts reach Redis",
        "client": "name of such a host; may be repeated",
        "to": "folder of the files (default: infra/secrets)",
        "renew": "make a new authority and therefore all certificates",
        "dry_run": DRY_RUN_HELP,
    },
)
def tls(
    context: Context,
    server: str,
    client: list[str] | None = None,
    to: str = "",
    renew: bool = False,
    dry_run: bool = False,
) -> None:
    """Make a private authority and certificates for the TLS between Redis and workers on other hosts."""
    del context
    make_authority(Path(to) if to else SECRETS, server, client or [], is_renewed=renew, dry_run=dry_run)


def make_secrets(
    folder: Path = SECRETS, *, is_renewed: bool = False, kept: Collection[str] = (), dry_run: bool = False
) -> None:
    """Write the secrets that are missing, and the files derived from them.

    Parameters
    ----------
    folder
        Their folder; only its owner has access.
    is_renewed
        Replace existing secrets.
    kept
        Names of secrets that are not replaced.
    dry_run
        Only print what would be written.
    """
    values: dict[str, str] = {}
    for name in (*SIGNING, *PAGES, BACKUP, *(f"redis_password_{user}" for user in REDIS_USERS)):
        file = folder / name
        is_kept = file.is_file() and (not is_renewed or name in {BACKUP, *kept})
        values[name] = file.read_text(encoding="ascii").strip() if is_kept else random.token_urlsafe(32)
    for user in WITH_ADDRESS:
        values[f"redis_url_{user}"] = f"redis://{user}:{values[f'redis_password_{user}']}@{_HOST}/0"
    # redis_exporter expects passwords by address.
    values["redis_exporter"] = json.dumps({f"redis://exporter@{_HOST}": values["redis_password_exporter"]})
    values["redis_users"] = redis_users({user: values[f"redis_password_{user}"] for user in REDIS_USERS})
    changed = {name: value for name, value in values.items() if _content(folder / name) != f"{value}\n"}
    if changed and not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_FOLDER_MODE)
    for name, value in changed.items():
        print(f"write {folder / name}")
        if not dry_run:
            _write(folder / name, f"{value}\n")


def redis_users(passwords: dict[str, str]) -> str:
    """Return the users of Redis in its own format, with the digests of their passwords.

    Parameters
    ----------
    passwords
        Password of each user that the template names.
    """
    lines = [line for line in USERS.read_text(encoding="utf-8").splitlines() if line.startswith("user ")]
    digests = {user: hashlib.sha256(password.encode()).hexdigest() for user, password in passwords.items()}
    return "\n".join(_PLACE.sub(lambda place: f"#{digests[place[1]]}", line) for line in lines)


def both_users(before: str, after: str) -> str:
    """Return the users of Redis with both their previous and their new passwords.

    Parameters
    ----------
    before, after
        Users as `redis_users` returns them.
    """
    digests = {
        line.split()[1]: [word for word in line.split() if word.startswith("#")]
        for line in before.splitlines()
    }
    lines = []
    for line in after.splitlines():
        old = [digest for digest in digests.get(line.split()[1], ()) if digest not in line.split()]
        lines.append(line.replace(" reset on ", " ".join([" reset on", *old, ""]), 1))
    return "\n".join(lines) + "\n"


def make_certificate(folder: Path = CERTIFICATES, *, dry_run: bool = False) -> None:
    """Write a self-signed certificate and its key, unless there is a certificate.

    Parameters
    ----------
    folder
        Folder in which nginx expects ``fullchain.pem`` and ``privkey.pem``.
    dry_run
        Only print the command.
    """
    if (folder / "fullchain.pem").is_file():
        return
    request = [
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"),
        *("-days", str(_LOCAL_DAYS), "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"),
    ]
    program, place = openssl(folder)
    if not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
    files = ["-keyout", f"{place}/privkey.pem", "-out", f"{place}/fullchain.pem"]
    run([*program, *request, *files], dry_run=dry_run)
    if not dry_run:
        # Of no value elsewhere, and nginx reads it with its own user.
        (folder / "privkey.pem").chmod(0o644)


def _content(file: Path) -> str | None:
    return file.read_text(encoding="ascii") if file.is_file() else None


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as made:
        made.write(text)
    draft.chmod(_FILE_MODE)
    draft.replace(file)
