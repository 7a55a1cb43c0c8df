"""The two images: how they are named, what they are made from, how large they may be."""

import re
import tomllib
from dataclasses import dataclass

from tooling.shell import ROOT, ask, run

IMAGES = ("api", "worker")
"""The targets of the Dockerfile; each becomes the image ``bookingopt-TARGET``."""
LARGEST_MB = 500
DOCKERFILE = "infra/docker/Dockerfile"

_BASE = re.compile(r"^FROM (\S+) AS base$", re.MULTILINE)
_REVISION_DIGITS = 12
_VERSION = re.compile(r"v\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Revision:
    """What images are made from.

    Parameters
    ----------
    commit
        Hash of the commit that is checked out.
    git_tags
        Tags of that commit.
    is_clean
        Whether nothing that is tracked has been changed since.
    """

    commit: str
    git_tags: tuple[str, ...]
    is_clean: bool

    @property
    def name(self) -> str:
        """The commit as an image shows it; ``-changed`` where it is not the whole truth."""
        return self.commit if self.is_clean else f"{self.commit}-changed"


def image_tags(revision: Revision, *, is_released: bool) -> tuple[str, ...]:
    """Return the tags of an image.

    Parameters
    ----------
    revision
        What it is made from.
    is_released
        Whether it is made for others: then the commit and, if it has one, its version name it as well.

    Raises
    ------
    ValueError
        If it is made for others, but from files that no commit has.
    """
    if not is_released:
        return ("latest",)
    if not revision.is_clean:
        raise ValueError("a tag must name what is in the image: commit the changes, or build without --tag")
    versions = sorted(tag for tag in revision.git_tags if _VERSION.fullmatch(tag))
    return ("latest", revision.commit[:_REVISION_DIGITS], *versions)


def find_revision() -> Revision:
    """Return what is checked out."""
    return Revision(
        commit=ask(["git", "rev-parse", "HEAD"]),
        git_tags=tuple(ask(["git", "tag", "--points-at", "HEAD"]).split()),
        is_clean=not ask(["git", "status", "--porcelain", "--untracked-files=no"]),
    )


def base_name() -> str:
    """Return the image that both are made from, as the Dockerfile names it."""
    (name,) = _BASE.findall((ROOT / DOCKERFILE).read_text(encoding="utf-8"))
    return str(name)


def base_digest(image: str) -> str:
    """Return ``sha256:...`` of an image that came from a registry; empty for one made on this machine."""
    found = ask(["docker", "image", "inspect", "--format", "{{range .RepoDigests}}{{.}} {{end}}", image])
    return found.split()[0].partition("@")[2] if found else ""


def build_image(
    target: str,
    tags: tuple[str, ...],
    revision: Revision,
    digest: str,
    *,
    cache: str = "",
    is_fresh: bool,
    dry_run: bool,
) -> None:
    """Build one image.

    Parameters
    ----------
    target
        Which one.
    tags
        What follows the colon of its names.
    revision
        What it is made from.
    digest
        The base image, to the byte; empty for whatever has its tag on this machine.
    cache
        Folder that keeps layers from one machine to the next; empty for what the engine keeps itself.
    is_fresh
        Make every layer anew.
    dry_run
        Only print the command.
    """
    place = f"{cache}/{target}"
    run(
        [
            *("docker", "buildx", "build", "--load", "--quiet", "--provenance=false"),
            *(["--no-cache"] if is_fresh else []),
            *(
                (f"--cache-from=type=local,src={place}", f"--cache-to=type=local,dest={place},mode=max")
                if cache
                else ()
            ),
            *sources(target, revision, digest),
            *(part for tag in tags for part in ("--tag", f"bookingopt-{target}:{tag}")),
            ".",
        ],
        dry_run=dry_run,
    )


def push_image(
    registry: str, target: str, tags: tuple[str, ...], revision: Revision, *, dry_run: bool
) -> None:
    """Build one image and push it, with what is in it and where it comes from.

    Parameters
    ----------
    registry
        What stands before its name, such as ``ghcr.io/owner/``.
    target
        Which one.
    tags
        What follows the colon of its names.
    revision
        What it is made from.
    dry_run
        Only print the command.
    """
    run(
        [
            *("docker", "buildx", "build", "--push", "--pull", "--sbom=true", "--provenance=mode=max"),
            *sources(target, revision, ""),
            *(part for tag in tags for part in ("--tag", f"{registry}bookingopt-{target}:{tag}")),
            ".",
        ],
        dry_run=dry_run,
    )


def sources(target: str, revision: Revision, digest: str) -> list[str]:
    """Return the arguments of a build that say what an image is made from.

    Parameters
    ----------
    target
        Which one.
    revision
        The commit.
    digest
        The base image, to the byte; empty for whatever has its tag.
    """
    version = tomllib.loads((ROOT / "packages" / target / "pyproject.toml").read_text())["project"]["version"]
    base = base_name()
    arguments = {"BASE_NAME": base, "BASE_DIGEST": digest, "VERSION": version, "REVISION": revision.name}
    given = [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
    if digest:  # in the place of what the tag means elsewhere
        given += ["--build-context", f"{base}=docker-image://{base}@{digest}"]
    return ["--file", DOCKERFILE, "--target", target, *given]


def check_sizes() -> None:
    """Print how large the images are.

    Raises
    ------
    SystemExit
        If one is larger than `LARGEST_MB`.
    """
    too_large = []
    for target in IMAGES:
        size = int(
            ask(["docker", "image", "inspect", "--format", "{{.Size}}", f"bookingopt-{target}:latest"])
        )
        megabytes = size / 1e6
        print(f"bookingopt-{target}: {megabytes:.0f} MB of at most {LARGEST_MB} MB")
        if megabytes > LARGEST_MB:
            too_large.append(target)
    if too_large:
        raise SystemExit(f"too large: {', '.join(too_large)}; `docker history` shows which layer grew")
