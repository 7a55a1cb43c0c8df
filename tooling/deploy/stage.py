"""A stage, such as staging or production: which host, which domain, how many workers. Never a secret."""

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from tooling.shell import ROOT

FOLDER_VARIABLE = "BOOKINGOPT_STAGES"
"""Variable of the environment that names another folder of stage files."""

TlsMethod = Literal["letsencrypt", "given", "self-signed"]
Profile = Literal["monitoring", "logs", "uptime"]
SmokeWay = Literal["direct", "tunnel"]
ImageWay = Literal["registry", "stream"]

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")
_DESTINATION = re.compile(r"([a-z_][a-z0-9_-]*@)?[A-Za-z0-9][A-Za-z0-9.:-]*")
_ADDRESS = re.compile(r"([^\s@=]+@[^\s@=]+)?")
_SERVER = re.compile(r"[A-Za-z0-9.-]+:\d{1,5}")
_FOLDER = re.compile(r"/[a-z0-9_-]+(/[a-z0-9_-]+)+")


class InvalidStage(SystemExit):
    """A stage file is missing, or something in it is wrong; names the file, the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One place where the service runs.

    Parameters
    ----------
    name
        Name of its file, without the ending.
    host
        Where to, as ``ssh`` takes it: an alias of the ssh configuration, or ``user@address``.
    domain
        Name under which guests of the API reach it; also the name in the certificate.
    production
        Whether a deployment asks for a clean tree, a tag and a typed confirmation.
    smoke
        How the smoke test comes to the site: ``direct``, as users do, or by a ``tunnel`` of ssh, for a
        domain that leads nowhere yet.
    ca_file
        Certificate that the smoke test trusts besides the usual ones; None for those alone.
    folder
        Folder on the host that holds everything of the service.
    images
        ``registry``: the host pulls them. ``stream``: they go over ssh from this machine.
    registry
        What stands before the names of the images, such as ``ghcr.io/owner/``; may be empty with ``stream``.
    tls
        Where the certificate comes from.
    tls_email
        Whom the certificate authority may write to; needed with ``letsencrypt``.
    acme_directory
        Address of another certificate authority; None for Let's Encrypt.
    mail_to
        Whom the timer on the host mails when a figure is bad; empty for ``tls_email``, or nobody.
    smarthost
        Mail server that takes its mail, with its port.
    least_workers, most_workers
        Bounds between which ``scale`` sets the number of worker containers.
    watching
        Profiles of ``compose.monitoring.yaml`` that run on the host too.
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
    smarthost: str = "localhost:25"
    least_workers: int = 1
    most_workers: int = 3
    watching: tuple[Profile, ...] = ()

    def __post_init__(self) -> None:
        """Check every value."""
        checks = {
            "host": (bool(_DESTINATION.fullmatch(self.host)), "an alias of ssh, or user@address"),
            "domain": (bool(_DOMAIN.fullmatch(self.domain)), "a domain name in small letters"),
            "smoke": (self.smoke in get_args(SmokeWay), " or ".join(get_args(SmokeWay))),
            "folder": (bool(_FOLDER.fullmatch(self.folder)), "an absolute folder at least two deep"),
            "images": (self.images in get_args(ImageWay), " or ".join(get_args(ImageWay))),
            "registry": (self.images == "stream" or self.registry.endswith("/"), "a prefix that ends in /"),
            "tls": (self.tls in get_args(TlsMethod), ", ".join(get_args(TlsMethod))),
            "tls_email": (self.tls != "letsencrypt" or "@" in self.tls_email, "an address for letsencrypt"),
            "mail_to": (bool(_ADDRESS.fullmatch(self.mail_to)), "an address, or empty"),
            "smarthost": (bool(_SERVER.fullmatch(self.smarthost)), "host:port"),
            "least_workers": (self.least_workers >= 1, "at least 1"),
            "watching": (set(self.watching) <= set(get_args(Profile)), f"some of {get_args(Profile)}"),
            "most_workers": (self.least_workers <= self.most_workers, "not below least_workers"),
        }
        for place, (is_right, wanted) in checks.items():
            if not is_right:
                raise InvalidStage(
                    f"stage {self.name!r}: {place} = {getattr(self, place)!r}: must be {wanted}"
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
        Where stage files are; by default what BOOKINGOPT_STAGES names, else ``infra/stages``.

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
    if unknown := sorted(set(values) - allowed):
        raise InvalidStage(f"{path}: unknown: {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
    if missing := sorted({"host", "domain"} - set(values)):
        raise InvalidStage(f"{path}: missing: {', '.join(missing)}")
    if "watching" in values:
        values["watching"] = tuple(values["watching"])
    if "ca_file" in values:
        values["ca_file"] = (path.parent / values["ca_file"]).resolve()
    return Stage(name=name, **values)
