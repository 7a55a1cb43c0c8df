"""The private certificate authority of a stack, for the TLS between Redis and workers on other hosts."""

import os
import shutil
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from tooling.shell import CommandFailed, ask, run

AUTHORITY, SERVER = "redis_tls_ca", "redis_tls_server"
"""Names of the files, without their suffixes ``.pem`` and ``.key``."""
AUTHORITY_DAYS, DAYS = 3650, 825
RENEWED_BEFORE_DAYS = 90

_PRIVATE_MODE, _FILE_MODE = 0o400, 0o444
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
_DAY_SECONDS = 86_400


def openssl(folder: Path) -> tuple[list[str], str]:
    """Return the openssl program, of this machine or of an image, and the path of a folder inside it."""
    if shutil.which("openssl"):
        return ["openssl"], str(folder)
    owner = f"{os.getuid()}:{os.getgid()}"
    inside = ("docker", "run", "--rm", "--user", owner, "--volume", f"{folder.absolute()}:/made")
    return [*inside, "--entrypoint", "openssl", "bookingopt-api:latest"], "/made"


def client_name(host: str) -> str:
    """Return the names of the files of a worker host, without their suffixes."""
    return f"redis_tls_client_{host}"


def make_authority(
    folder: Path, server: str, clients: Sequence[str] = (), *, is_renewed: bool = False, dry_run: bool = False
) -> None:
    """Make the certificates that are missing, expire within 90 days or are for another address.

    Parameters
    ----------
    folder
        Their folder, beside the other secrets.
    server
        Name or address at which workers reach Redis.
    clients
        Names of worker hosts.
    is_renewed
        Replace the authority, and so all certificates.
    dry_run
        Only print the commands.
    """
    wanted = [(SERVER, server, _name_of(server), "serverAuth")]
    wanted += [(client_name(host), host, f"DNS:{host}", "clientAuth") for host in clients]
    if is_renewed or not _is_good(folder, AUTHORITY, "", dry_run=dry_run):
        is_renewed = True
        _make(folder, AUTHORITY, "BookingOpt workers", _OF_AUTHORITY, AUTHORITY_DAYS, dry_run=dry_run)
    for name, subject, alternative, usage in wanted:
        if is_renewed or not _is_good(folder, name, subject, dry_run=dry_run):
            extensions = (*_OF_LEAF, f"subjectAltName={alternative}", f"extendedKeyUsage={usage}")
            _make(folder, name, subject, extensions, DAYS, dry_run=dry_run)


_OF_AUTHORITY = (
    "basicConstraints=critical,CA:TRUE,pathlen:0",
    "keyUsage=critical,keyCertSign,cRLSign",
    "subjectKeyIdentifier=hash",
)
_OF_LEAF = (
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "subjectKeyIdentifier=hash",
    "authorityKeyIdentifier=keyid",
)


def _name_of(server: str) -> str:
    return f"IP:{server}" if _is_address(server) else f"DNS:{server}"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_good(folder: Path, name: str, subject: str, *, dry_run: bool) -> bool:
    """Return whether a certificate exists, signed by the authority, for the name, and not about to expire."""
    if dry_run or not (folder / f"{name}.pem").is_file() or not (folder / f"{name}.key").is_file():
        return False
    program, place = openssl(folder)
    looks = [["x509", "-noout", "-checkend", str(RENEWED_BEFORE_DAYS * _DAY_SECONDS)]]
    if subject:
        flag = "-checkip" if _is_address(subject) else "-checkhost"
        looks.append(["x509", "-noout", flag, subject])
    try:
        said = [ask([*program, *look, "-in", f"{place}/{name}.pem"]) for look in looks]
        ask([*program, "verify", "-CAfile", f"{place}/{AUTHORITY}.pem", f"{place}/{name}.pem"])
    except CommandFailed:
        return False
    return not any("NOT match" in answer for answer in said)


def _make(
    folder: Path, name: str, subject: str, extensions: Sequence[str], days: int, *, dry_run: bool
) -> None:
    program, place = openssl(folder)
    signed = (
        [] if name == AUTHORITY else ["-CA", f"{place}/{AUTHORITY}.pem", "-CAkey", f"{place}/{AUTHORITY}.key"]
    )
    added = [part for extension in extensions for part in ("-addext", extension)]
    certificate, key = (folder / f"{name}.{ending}" for ending in ("pem", "key"))
    if not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
        for file in (certificate, key):
            file.unlink(missing_ok=True)
        (folder / _CONFIGURATION).write_text("[req]\ndistinguished_name = name\n[name]\n", encoding="ascii")
    command = [
        *(*program, "req", "-x509", "-config", f"{place}/{_CONFIGURATION}", *_CURVE, *signed),
        *("-days", str(days), "-subj", f"/CN={subject}", *added),
        *("-keyout", f"{place}/{key.name}", "-out", f"{place}/{certificate.name}"),
    ]
    try:
        run(command, dry_run=dry_run)
    finally:
        (folder / _CONFIGURATION).unlink(missing_ok=True)
    if not dry_run:
        certificate.chmod(_FILE_MODE)
        # No container reads the authority's key; the other keys are read by users of the containers.
        key.chmod(_PRIVATE_MODE if name == AUTHORITY else _FILE_MODE)


# OpenSSL's default configuration would mark each certificate as an authority.
_CONFIGURATION = "openssl.cnf"
