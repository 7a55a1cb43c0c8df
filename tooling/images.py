"""The two images: their names, their sources, their maximum size."""

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
    """The sources of an image.

    Parameters
    ----------
    commit
        Hash of the commit that is checked out.
    git_tags
        Tags of that commit.
    is_clean
        Whether no tracked file has changed since.
    """

    commit: str
    git_tags: tuple[str, ...]
    is_clean: bool

    @property
    def name(self) -> str:
        """The commit as an image shows it; ``-changed`` if files differ from it."""
        return self.commit if self.is_clean else f"{self.commit}-changed"


def image_tags(revision: Revision, *, is_released: bool) -> tuple[str, ...]:
    """Return the tags of an image.

    Parameters
    ----------
    revision
        Its sources.
    is_released
        Whether it is to be published: then it is also tagged with the commit and, if the commit has one, its
        version.

    Raises
    ------
    ValueError
        If it is to be published, but from files that are not committed.
    """
    if not is_released:
        return ("latest",)
    if not revision.is_clean:
        raise ValueError(
            "the tag must match the content of the image: commit the changes, or build without --tag"
        )
    versions = sorted(tag for tag in revision.git_tags if _VERSION.fullmatch(tag))
    return ("latest", revision.commit[:_REVISION_DIGITS], *versions)


def find_revision() -> Revision:
    """Return the revision that is checked out."""
    return Revision(
        commit=ask(["git", "rev-parse", "HEAD"]),
        git_tags=tuple(ask(["git", "tag", "--points-at", "HEAD"]).split()),
        is_clean=not ask(["git", "status", "--porcelain", "--untracked-files=no"]),
    )


def base_name() -> str:
    """Return the base image of both images, as the Dockerfile names it."""
    (name,) = _BASE.findall((ROOT / DOCKERFILE).read_text(encoding="utf-8"))
    return str(name)


def base_digest(image: str) -> str:
    """Return ``sha256:...`` of an image from a registry; empty for one built on this machine."""
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
        Target of the Dockerfile.
    tags
        Tags of the image, after the colon.
    revision
        Its sources.
    digest
        Exact digest of the base image; empty for the local image with its tag.
    cache
        Folder that keeps layers from one machine to the next; empty for the engine's own cache.
    is_fresh
        Build every layer from scratch.
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


def sources(target: str, revision: Revision, digest: str) -> list[str]:
    """Return the arguments of a build that define its sources.

    Parameters
    ----------
    target
        Target of the Dockerfile.
    revision
        The commit.
    digest
        Exact digest of the base image; empty for whichever has its tag.
    """
    version = tomllib.loads((ROOT / "packages" / target / "pyproject.toml").read_text())["project"]["version"]
    base = base_name()
    arguments = {"BASE_NAME": base, "BASE_DIGEST": digest, "VERSION": version, "REVISION": revision.name}
    given = [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
    if digest:  # instead of what the tag means elsewhere
        given += ["--build-context", f"{base}=docker-image://{base}@{digest}"]
    return ["--file", DOCKERFILE, "--target", target, *given]


def check_sizes() -> None:
    """Print the sizes of the images.

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
