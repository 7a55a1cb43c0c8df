"""What the files in infra/ define, so that the documentation names nothing that is not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.docs.blocks import ROOT

PROJECT = "bookingopt"
"""Name of the Compose project."""
COLORS = ("", "-blue", "-green")
"""Endings of the projects that belong to it on a host."""
# Units of Debian and of the packages that the pages tell to install.
UNITS_OF_THE_SYSTEM = frozenset({"redis-server", "systemd-journald", "docker", "nftables"})

_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")


@dataclass(frozen=True)
class Stack:
    """What Compose files define, taken together.

    Parameters
    ----------
    services
        Names of the services.
    profiles
        Profiles that services belong to.
    variables
        Variables that the files read.
    ports
        Ports that they publish, with their defaults.
    """

    services: frozenset[str]
    profiles: frozenset[str]
    variables: frozenset[str]
    ports: frozenset[int]


@cache
def stack_of(files: tuple[str, ...] = ()) -> Stack:
    """Return what these files of the repository define; all of them if none is named.

    Raises
    ------
    AssertionError
        If one of them is not there.
    """
    paths = [ROOT / name for name in files] or sorted(ROOT.glob("infra/**/compose*.yaml"))
    services: dict[str, dict[str, Any]] = {}
    text = ""
    for path in paths:
        assert path.is_file(), f"there is no {path.relative_to(ROOT)}"
        text += path.read_text(encoding="utf-8")
        found = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe one
        for name, service in (found.get("services") or {}).items():
            services.setdefault(name, {}).update(service or {})
    ports = {
        int(found)
        for service in services.values()
        for port in service.get("ports", ())
        for found in re.findall(r":-?(\d+)\}?:", str(port))
    }
    profiles = {profile for service in services.values() for profile in service.get("profiles", ())}
    return Stack(
        frozenset(services), frozenset(profiles), frozenset(_VARIABLE.findall(text)), frozenset(ports)
    )


def units() -> frozenset[str]:
    """Return the systemd units that there are on a host."""
    script = (ROOT / "infra" / "host" / "bootstrap.sh").read_text(encoding="utf-8")
    names = re.findall(r"^    timer (\w+) ", script, re.MULTILINE)
    ours = {f"bookingopt-{name}.{kind}" for name in names for kind in ("service", "timer")}
    return frozenset({*ours, *(unit.partition(".")[0] for unit in ours), *UNITS_OF_THE_SYSTEM})


def is_container(name: str) -> bool:
    """Return whether a container of a service would have this name."""
    made = {f"{PROJECT}{color}-{service}-1" for color in COLORS for service in stack_of().services}
    return name in made


@cache
def texts(*folders: str) -> str:
    """Return everything that the files of some folders say, to look a word up in."""
    kinds = {
        ".py",
        ".lua",
        ".sh",
        ".yaml",
        ".yml",
        ".service",
        ".toml",
        ".conf",
        ".tf",
        ".template",
        ".acl",
        "",
    }
    paths = [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in kinds
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if _is_readable(path))


def _is_readable(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and "secrets" not in path.parts


class _Loader(yaml.SafeLoader):
    """Reads Compose files: their tags !reset and !override stand for the value itself."""


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return None


_Loader.add_multi_constructor("!", _plain)
