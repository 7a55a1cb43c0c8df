"""Lists what a deployment would change on a host, as far as files there show."""

import difflib
from collections.abc import Iterator

from tooling.deploy.releases import COLORS, Entry, other
from tooling.deploy.shared import Base
from tooling.deploy.site import FILES, PROGRAMS, Site
from tooling.shell import CommandFailed, ask

_SHOWN_FILES = 10
_SHORT = 19
"""Characters of a digest that are printed to identify it."""


def differences(site: Site, release: str, revision: str) -> list[str]:
    """Return what is on the host and what would replace it, one line for each part.

    Parameters
    ----------
    site
        The stage and its host, which is only read.
    release
        Name of the release to deploy.
    revision
        Commit of its files.
    """
    live = site.log().live
    if live is None:
        return [
            f"release   none -> {release} ({COLORS[0]})",
            "          everything is new there, as far as known",
        ]
    return [
        f"release   {live.release} ({live.color}) -> {release} ({other(live.color)})",
        *_images(site, live, release),
        *_files(live, revision),
        *_settings(site),
        f"shared    nginx, Redis and monitoring {'as here' if Base(site).is_current() else 'differ'}",
    ]


def _images(site: Site, live: Entry, release: str) -> Iterator[str]:
    for program in PROGRAMS:
        name = site.stage.image(program, release)
        there = live.images.get(program, "unknown")
        try:
            here = ask(["docker", "image", "inspect", "--format", "{{.Id}}", name])
        except (CommandFailed, FileNotFoundError):
            here = "" if site.stage.images == "stream" else name
        if here == there:
            yield f"image     {program}: the same, {there[:_SHORT]}"
        else:
            comes = here[:_SHORT] if here.startswith("sha256:") else here or "not here"
            yield f"image     {program}: {there[:_SHORT]} -> {comes}"


def _files(live: Entry, revision: str) -> Iterator[str]:
    try:
        listing = ask(["git", "diff", "--name-only", live.revision, revision, "--", *FILES])
    except CommandFailed:
        yield f"files     there they are of {live.revision[:12]}, which this checkout does not have"
        return
    names = listing.splitlines()
    yield f"files     {len(names)} differ"
    yield from (f"          {name}" for name in names[:_SHOWN_FILES])
    if len(names) > _SHOWN_FILES:
        yield f"          and {len(names) - _SHOWN_FILES} more"


def _settings(site: Site) -> Iterator[str]:
    there, here = site.host.read(site.path("stage.env")), site.settings()
    changed = [
        line for line in difflib.ndiff(there.splitlines(), here.splitlines()) if line.startswith(("- ", "+ "))
    ]
    yield f"settings  {'those of the stage differ' if changed else 'the same'}"
    yield from (f"          {line}" for line in changed)
