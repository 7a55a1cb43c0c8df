"""What is deployed: the release of this checkout, and whether production may have it."""

import re
import shlex
from collections.abc import Sequence

from tooling.deploy.site import NEEDED, PROGRAMS, Site
from tooling.images import find_revision
from tooling.shell import CommandFailed, ask

VERSION = re.compile(r"v\d+\.\d+\.\d+")
_COMMIT_DIGITS = 12


def choose_release(named: str, *, production: bool) -> str:
    """Return the tag of the images that go with this checkout.

    Parameters
    ----------
    named
        A name that was given; empty for the version tag of the commit, or the commit where it has none.
    production
        Whether the tree must be clean and the release a version whose tag is on this commit.

    Raises
    ------
    SystemExit
        If production may not have it; says what is missing.
    """
    revision = find_revision()
    versions = sorted(tag for tag in revision.git_tags if VERSION.fullmatch(tag))
    name = named or (versions[-1] if versions else revision.commit[:_COMMIT_DIGITS])
    if not revision.is_clean:
        if production:
            raise SystemExit("production gets what is committed: commit or stash your changes first")
        print("note: there are changes that are not committed; they are not deployed")
    if production and name not in versions:
        raise SystemExit(
            f"production gets releases: check out the commit with the tag {name or 'vX.Y.Z'} "
            f"(tags of this commit: {', '.join(versions) or 'none'})"
        )
    return name


def commit() -> str:
    """Return the commit that is checked out."""
    return ask(["git", "rev-parse", "HEAD"])


def confirm(site: Site, act: str, release: str) -> None:
    """Have the name of the stage typed, where it is production.

    Raises
    ------
    SystemExit
        If anything else is typed, or nobody is there to type.
    """
    if not site.stage.production or site.dry_run:
        return
    try:
        typed = input(f"{act} {release} on {site.stage.name} ({site.stage.domain}). Type {site.stage.name}: ")
    except EOFError:
        typed = ""
    if typed.strip() != site.stage.name:
        raise SystemExit("nothing was done; --yes goes on without asking")


def bring(site: Site, release: str) -> None:
    """Put files, secrets and images of a release on the host.

    Raises
    ------
    SystemExit
        If an image is neither here nor to be had.
    """
    site.prepare(release)
    names = [site.stage.image(program, release) for program in PROGRAMS]
    if site.stage.images == "registry":
        for name in names:
            site.host.run(f"docker pull --quiet {name}")
        return
    here = _identities(names, site)
    if missing := [name for name in names if name not in here]:
        raise SystemExit(f"no image {', '.join(missing)} on this machine: ./run invoke build --tag")
    # Where nothing can be pulled, nginx and Redis come from here as well; otherwise the host pulls them.
    here |= _identities(_foreign_images(site, names), site)
    there = _identities(list(here), site, there=True)
    if wanted := [name for name in here if there.get(name) != here[name]]:
        site.host.load(wanted)


def _foreign_images(site: Site, names: Sequence[str]) -> list[str]:
    values = {
        "SERVER_NAME": site.stage.domain,
        **dict(zip(("API_IMAGE", "WORKER_IMAGE"), names, strict=True)),
    }
    files = [part for file in ("compose.yaml", "compose.prod.yaml") for part in ("--file", f"infra/{file}")]
    command = ["env", *(f"{name}={value}" for name, value in values.items()), "docker", "compose", *files]
    found = ask([*command, "config", "--images", *NEEDED], dry_run=site.dry_run).split()
    return [name for name in found if name not in names]


def _identities(names: Sequence[str], site: Site, *, there: bool = False) -> dict[str, str]:
    """Return the identity of each image that an engine has: the one here, or the one there."""
    found = {}
    for name in names:
        command = ["docker", "image", "inspect", "--format", "{{.Id}}", name]
        try:
            if there:
                found[name] = site.host.ask(shlex.join(command), assumed="")
            else:
                found[name] = ask(command, dry_run=site.dry_run, assumed=name)
        except CommandFailed:
            continue
    return found
