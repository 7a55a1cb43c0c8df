"""A stage, such as staging or production: its host, domain and number of workers. Never a secret."""

import os
import re
import tomllib
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Literal, get_args

from tooling.shell import ROOT

FOLDER_VARIABLE = "BOOKINGOPT_STAGES"
"""Environment variable with another folder of stage files."""

TlsMethod = Literal["letsencrypt", "given", "self-signed"]
Profile = Literal["monitoring", "dashboards", "logs", "uptime"]
SmokeWay = Literal["direct", "tunnel"]
ImageWay = Literal["registry", "stream"]

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")
_DESTINATION = re.compile(r"([a-z_][a-z0-9_-]*@)?[A-Za-z0-9][A-Za-z0-9.:-]*")
_ADDRESS = re.compile(r"([^\s@=]+@[^\s@=]+)?")
_SERVER = re.compile(r"([A-Za-z0-9.-]+:\d{1,5})?")
_LINK = re.compile(r"(https://[^\s'\"$#]+)?")
_REPOSITORY = re.compile(r"([a-z0-9]+:[^\s'\"$#]+)?")
_FOLDER = re.compile(r"/[a-z0-9_-]+(/[a-z0-9_-]+)+")
_REACHED = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_REPLACED = {"backup_age_recipient", "backup_copy_command", "backup_dir"}
"""Settings from before backups were made with restic."""


class InvalidStage(SystemExit):
    """A stage file is missing or wrong; the message names the file, the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class WorkerHost:
    """Another host of a stage, for workers only.

    Parameters
    ----------
    name
        Its name in the stage file.
    host
        Destination for ``ssh``.
    address
        IPv4 address from which it reaches the host of the stage; the firewall there admits it.
    containers
        Worker containers there.
    """

    name: str
    host: str
    address: str
    containers: int = 1

    def __post_init__(self) -> None:
        """Check every value."""
        checks = {
            "name": (bool(_NAME.fullmatch(self.name)), "lower-case letters, digits and -"),
            "host": (bool(_DESTINATION.fullmatch(str(self.host))), "an alias of ssh, or user@address"),
            "address": (_is_ipv4(self.address), "an IPv4 address"),
            "containers": (type(self.containers) is int and self.containers >= 1, "at least 1"),
        }
        for place, (is_right, wanted) in checks.items():
            if not is_right:
                found = getattr(self, place)
                raise InvalidStage(f"workers.{self.name}: {place} = {found!r}: must be {wanted}")


def _is_ipv4(text: str) -> bool:
    try:
        return str(IPv4Address(text)) == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Stage:
    """One place where the service runs.

    Parameters
    ----------
    name
        Name of its file, without the suffix.
    host
        Destination for ``ssh``: an alias of the ssh configuration, or ``user@address``.
    domain
        Name under which clients reach the API; also the name in the certificate.
    production
        Whether a deployment asks for a clean tree, a tag and a typed confirmation.
    smoke
        How the smoke test reaches the site: ``direct``, as users do, or through an ssh ``tunnel``, for a
        domain that does not resolve to the host yet.
    ca_file
        Additional certificate that the smoke test trusts; None for only the usual ones.
    folder
        Folder on the host that holds everything of the service.
    images
        ``registry``: the host pulls them. ``stream``: they are sent over ssh from this machine.
    registry
        Prefix of the names of the images, such as ``ghcr.io/owner/``; may be empty with ``stream``.
    tls
        Where the certificate comes from.
    tls_email
        Contact address for the certificate authority; needed with ``letsencrypt``.
    acme_directory
        Address of another certificate authority; None for Let's Encrypt.
    mail_to
        Recipient of Alertmanager's mail; empty for ``tls_email``.
    smarthost
        Mail server that relays its mail, with its port; empty for no mail.
    smtp_user
        User at the mail server; empty if it needs none.
    smtp_password_file
        File with the password for the mail server, on the machine that deploys; None if it needs none.
    smtp_ca_file
        Certificate of the authority that signed the mail server's, if it is not one of the usual ones.
    heartbeat_url
        Address of an outside monitor that the host calls every five minutes while all is well; empty for
        none.
    backup_copy
        Second repository of backups, off the host, as a restic address, such as
        ``sftp:backup@store.example:/bookingopt``; empty for none.
    least_workers, most_workers
        Bounds between which ``scale`` sets the number of worker containers.
    watching
        Profiles of ``compose.monitoring.yaml`` that also run on the host.
    redis_address
        Name or IPv4 address of the host at which worker hosts reach Redis; needed with ``workers``.
    workers
        Other hosts that have workers; if there are any, Redis listens to them with TLS.
    """

    name: str
    host: str
    domain: str
    production: bool = True
    smoke: SmokeWay = "direct"
    ca_file: Path | None = None
    folder: str = "/srv/bookingopt"
    images: ImageWay = "registry"
    registry: str = ""
    tls: TlsMethod = "letsencrypt"
    tls_email: str = ""
    acme_directory: str | None = None
    mail_to: str = ""
    smarthost: str = ""
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    heartbeat_url: str = ""
    backup_copy: str = ""
    least_workers: int = 1
    most_workers: int = 3
    watching: tuple[Profile, ...] = ("monitoring",)
    redis_address: str = ""
    workers: tuple[WorkerHost, ...] = ()

    def __post_init__(self) -> None:
        """Check every value."""
        checks = {
            "host": (bool(_DESTINATION.fullmatch(self.host)), "an alias of ssh, or user@address"),
            "domain": (bool(_DOMAIN.fullmatch(self.domain)), "a domain name in lower-case letters"),
            "smoke": (self.smoke in get_args(SmokeWay), " or ".join(get_args(SmokeWay))),
            "folder": (bool(_FOLDER.fullmatch(self.folder)), "an absolute folder at least two levels deep"),
            "images": (self.images in get_args(ImageWay), " or ".join(get_args(ImageWay))),
            "registry": (self.images == "stream" or self.registry.endswith("/"), "a prefix that ends in /"),
            "tls": (self.tls in get_args(TlsMethod), ", ".join(get_args(TlsMethod))),
            "tls_email": (self.tls != "letsencrypt" or "@" in self.tls_email, "an address for letsencrypt"),
            "mail_to": (bool(_ADDRESS.fullmatch(self.mail_to)), "an address, or empty"),
            "smarthost": (bool(_SERVER.fullmatch(self.smarthost)), "host:port, or empty"),
            "smtp_user": (
                bool(self.smtp_user) == bool(self.smtp_password_file),
                "set together with smtp_password_file",
            ),
            "heartbeat_url": (
                bool(_LINK.fullmatch(self.heartbeat_url)),
                "an address with https://, or empty",
            ),
            "backup_copy": (
                bool(_REPOSITORY.fullmatch(self.backup_copy)),
                "an address of restic, such as sftp:USER@HOST:/FOLDER, or empty",
            ),
            "least_workers": (self.least_workers >= 1, "at least 1"),
            "watching": (set(self.watching) <= set(get_args(Profile)), f"some of {get_args(Profile)}"),
            "redis_address": (
                bool(_REACHED.fullmatch(self.redis_address)) or not (self.workers or self.redis_address),
                "a name or an IPv4 address at which worker hosts reach Redis",
            ),
            "most_workers": (self.least_workers <= self.most_workers, "not below least_workers"),
        }
        for place, (is_right, wanted) in checks.items():
            if not is_right:
                raise InvalidStage(
                    f"stage {self.name!r}: {place} = {getattr(self, place)!r}: must be {wanted}"
                )

    @property
    def receiver(self) -> str:
        """Name of the receiver of alerts, for ``ALERT_RECEIVER``."""
        return "mail" if self.smarthost and self.address else "quiet"

    @property
    def address(self) -> str:
        """Recipient of mail; empty for no mail."""
        return self.mail_to or self.tls_email

    def worker(self, name: str) -> WorkerHost:
        """Return the worker host of a name.

        Raises
        ------
        InvalidStage
            If the stage has no worker host of that name; names those that it has.
        """
        for one in self.workers:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.workers) or "none"
        raise InvalidStage(
            f"stage {self.name!r}: no worker host {name!r}: write [workers.{name}] (has: {known})"
        )

    def image(self, program: str, release: str) -> str:
        """Return the name of an image, such as ``ghcr.io/owner/bookingopt-api:v1.2.0``."""
        return f"{self.registry}bookingopt-{program}:{release}"


def load_stage(name: str, folder: Path | None = None) -> Stage:
    """Read the file of a stage.

    Parameters
    ----------
    name
        Such as ``staging``.
    folder
        Folder of the stage files; by default that in BOOKINGOPT_STAGES, else ``infra/stages``.

    Raises
    ------
    InvalidStage
        If there is no such file, or a value is missing, unknown or wrong.
    """
    folder = folder or Path(os.environ.get(FOLDER_VARIABLE) or ROOT / "infra" / "stages")
    path = folder / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in folder.glob("*.toml"))) or "none"
        raise InvalidStage(f"no stage {name!r}: {path} is missing (there are: {known})")
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidStage(f"{path}: {error}") from None
    allowed = {field.name for field in fields(Stage)} - {"name"}
    if old := sorted(_REPLACED & set(values)):
        raise InvalidStage(f"{path}: {', '.join(old)}: restic encrypts and copies backups now: backup_copy")
    if unknown := sorted(set(values) - allowed):
        raise InvalidStage(f"{path}: unknown: {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
    if missing := sorted({"host", "domain"} - set(values)):
        raise InvalidStage(f"{path}: missing: {', '.join(missing)}")
    if "watching" in values:
        values["watching"] = tuple(values["watching"])
    for key in ("ca_file", "smtp_password_file", "smtp_ca_file"):
        if key in values:
            values[key] = (path.parent / Path(values[key]).expanduser()).resolve()
    values["workers"] = _read_workers(path, values.get("workers", {}))
    return Stage(name=name, **values)


def _read_workers(path: Path, tables: Any) -> tuple[WorkerHost, ...]:
    """Return the worker hosts of a stage file, in its order."""
    known = {field.name for field in fields(WorkerHost)} - {"name"}
    found = []
    for name, table in tables.items() if isinstance(tables, dict) else [("", tables)]:
        if not isinstance(table, dict) or not {"host", "address"} <= set(table) <= known:
            raise InvalidStage(f"{path}: workers.{name}: must have host and address, and may have containers")
        found.append(WorkerHost(name=name, **table))
    return tuple(found)
