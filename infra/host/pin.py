#!/usr/bin/env python3
"""Print a Compose overlay that says to the byte what runs: which image, and with which files.

    docker compose ... config --format json | pin.py INFRA IMAGES >pinned.json

A tag may mean another image tomorrow, and Compose sees no change in a file that a container has mounted.
So each service gets the digest that the registry gives its image, or the image's own identity where no
registry has it; and a label with the digest of its files, by which Compose replaces the container when they
have changed. INFRA is the folder of those files; IMAGES, a file of the release, remembers what its tags
meant. One file that needs Python 3.9 and nothing else, so that it runs on the host as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

LABEL = "bookingopt.files"
OURS = frozenset({"api", "worker"})
"""Services that are not run from here; the release is in the name of their images."""
RELOADED = frozenset({"nginx"})
"""Services that read their files anew without being replaced."""

Service = Mapping[str, Any]


def main() -> int:
    """Read what Compose makes of its files, and print what is laid over them."""
    config: dict[str, Any] = json.load(sys.stdin)
    infra, memory = map(Path, sys.argv[1:])
    meant = json.loads(memory.read_text(encoding="utf-8")) if memory.is_file() else {}
    services = {name: service for name, service in config["services"].items() if name not in OURS}
    for tag in sorted({str(service["image"]) for service in services.values()}):
        if not is_there(meant.get(tag, "")):
            meant[tag] = identify(tag)
    memory.write_text(json.dumps(meant, indent=1), encoding="utf-8")
    pinned = {
        name: {
            "image": meant[service["image"]] or service["image"],
            "labels": {} if name in RELOADED else {LABEL: digest(files_of(service, config, infra), infra)},
        }
        for name, service in services.items()
    }
    json.dump({"services": pinned}, sys.stdout, indent=1)
    return 0


def is_there(image: str) -> bool:
    """Return whether an image can be started: one with the digest of a registry can be had from there."""
    return "@" in image or bool(image and _inspect(image))


def identify(tag: str) -> str:
    """Return what a tag means on this machine: ``NAME@sha256:...``, ``sha256:...``, or nothing."""
    found = _inspect(tag)
    name = tag.partition("@")[0]
    name = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    digests = [one for one in found.get("RepoDigests") or () if one.partition("@")[0] == name]
    return str(digests[0] if digests else found.get("Id", ""))


def files_of(service: Service, config: Service, infra: Path) -> Iterator[Path]:
    """Return the files that a container reads when it starts: mounted from here, and its secrets.

    A program among them is read each time it runs, so that a change of it needs no new container.
    """
    mounted = [Path(volume["source"]) for volume in service.get("volumes") or () if volume["type"] == "bind"]
    secrets = [Path(config["secrets"][one["source"]]["file"]) for one in service.get("secrets") or ()]
    for source in [*(path for path in mounted if infra in path.parents), *secrets]:
        for path in [source, *sorted(source.rglob("*"))]:
            if os.access(path, os.R_OK) and not os.access(path, os.X_OK):
                yield path


def digest(files: Iterable[Path], infra: Path) -> str:
    """Return a digest of the names and contents of files, in whichever release they lie."""
    total = hashlib.sha256()
    for path in files:
        total.update(
            f"{os.path.relpath(path, infra)}\0".encode() + hashlib.sha256(path.read_bytes()).digest()
        )
    return total.hexdigest()[:16]


def _inspect(image: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - a name from the files of the release
        ["docker", "image", "inspect", image],  # noqa: S607 - wherever it is installed
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return {} if done.returncode else dict(json.loads(done.stdout)[0])


if __name__ == "__main__":
    sys.exit(main())
