"""Dependabot sees every image: in a folder that it is told of, on a line that it can read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

NAMED = re.compile(r"[a-z0-9./_-]+:[\w.-]+(@sha256:[0-9a-f]{64})?")
DEFAULT = re.compile(r"\$\{[A-Z_]+:-([^${}]+)\}")


@pytest.fixture(scope="module")
def looked_at(root: Path) -> dict[str, set[str]]:
    """Return the folders that Dependabot is told of, by ecosystem."""
    updates: list[dict[str, Any]] = yaml.safe_load((root / ".github/dependabot.yml").read_text())["updates"]
    found: dict[str, set[str]] = {}
    for update in updates:
        folders = update.get("directories") or [update["directory"]]
        found.setdefault(update["package-ecosystem"], set()).update(folder.strip("/") for folder in folders)
    return found


def test_every_dockerfile_is_looked_at_and_says_what_it_begins_from(
    tracked: list[Path], root: Path, looked_at: dict[str, set[str]]
) -> None:
    files = [path for path in tracked if path.name == "Dockerfile"]
    assert {str(path.parent.relative_to(root)) for path in files} == looked_at["docker"]
    for path in files:
        stages = re.findall(r"^FROM (\S+)(?: AS (\S+))?$", path.read_text(), re.MULTILINE)
        assert stages, path
        ours = {name for _, name in stages}
        assert [image for image, _ in stages if image not in ours and not NAMED.fullmatch(image)] == [], path


def test_every_service_is_looked_at_and_its_image_can_be_read(
    tracked: list[Path], root: Path, looked_at: dict[str, set[str]]
) -> None:
    """A variable with a default is read; one within another is not, and must follow one that is."""
    files = [path for path in tracked if re.fullmatch(r"compose(\.\w+)?\.yaml", path.name)]
    with_images = {path: _images(path) for path in files if _images(path)}
    assert {str(path.parent.relative_to(root)) for path in with_images} <= looked_at["docker-compose"]
    images = {image for found in with_images.values() for image in found}
    seen = {default[1] for image in images if (default := DEFAULT.fullmatch(image))}
    assert len(seen) > 10
    required = {image for image in images if ":?" in image}  # ours, by name, in production
    unseen = {image for image in images - required if not DEFAULT.fullmatch(image)}
    assert [image for image in unseen if DEFAULT.search(image)[1] not in seen] == []  # type: ignore[index]
    assert all(NAMED.fullmatch(image) for image in seen)


def test_images_that_are_named_elsewhere_are_those_of_the_list(root: Path) -> None:
    listed = re.findall(
        r"^FROM (\S+) AS (\S+)$", (root / ".github/images/Dockerfile").read_text(), re.MULTILINE
    )
    places = {"certbot": "infra/host/certificate.sh", "trivy": "noxfile.py"}
    assert {name for _, name in listed} == set(places)
    for image, name in listed:
        text = (root / places[name]).read_text()
        named = set(re.findall(rf"\b[\w-]+/{name}:[\w.@:-]+", text))
        assert named == {image}, places[name]


def _images(path: Path) -> list[str]:
    services = (yaml.load(path.read_text(), Loader=_Loader) or {}).get("services") or {}  # noqa: S506 - a SafeLoader
    return [
        service["image"] for service in services.values() if isinstance(service, dict) and "image" in service
    ]


class _Loader(yaml.SafeLoader):
    """Reads what Compose adds to YAML, such as ``!override``, as what stands behind it."""


def _plain(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node)
    return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else None


_Loader.add_multi_constructor("!", _plain)
