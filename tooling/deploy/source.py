"""The release of this checkout, and whether it may go to production."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tooling.deploy.site import FILES, PROGRAMS, Site
from tooling.images import find_revision
from tooling.pinning import plain
from tooling.shell import CommandFailed, ask, run

VERSION = re.compile(r"v\d+\.\d+\.\d+")
_COMMIT_DIGITS = 12
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def choose_release(named: str, *, production: bool) -> str:
    """Return the tag of the images for this checkout.

    Parameters
    ----------
    named
        A name from the command line; empty for the version tag of the commit, or the commit if it has none.
    production
        Whether the tree must be clean and the release a version whose tag is on this commit.

    Raises
    ------
    SystemExit
        If it may not go to production; the message says what is missing.
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
    """Ask the user to type the name of the stage, if it is production.

    Raises
    ------
    SystemExit
        If the input differs, or there is no input.
    """
    if not site.stage.production or site.dry_run:
        return
    try:
        typed = input(f"{act} {release} on {site.stage.name} ({site.stage.domain}). Type {site.stage.name}: ")
    except EOFError:
        typed = ""
    if typed.strip() != site.stage.name:
        raise SystemExit("nothing was done; --yes continues without asking")


def bring(site: Site, release: str, digests: Mapping[str, str] = MappingProxyType({})) -> None:
    """Put files, secrets and images of a release on the host.

    Parameters
    ----------
    site
        The host.
    release
        Tag of the images.
    digests
        Digest of each program's image in the registry, if known: the host pulls exactly that image.

    Raises
    ------
    SystemExit
        If an image is neither on this machine nor in the registry.
    """
    site.prepare()
    site.host.send(FILES, site.path("releases", release))
    names = [site.stage.image(program, release) for program in PROGRAMS]
    if site.stage.images == "registry":
        for program, name in zip(PROGRAMS, names, strict=True):
            site.host.run(_pull(name, digests.get(program, "")))
        return
    here = _identities(names, site)
    if missing := [name for name in names if name not in here]:
        raise SystemExit(f"no image {', '.join(missing)} on this machine: ./run invoke build --tag")
    _load(site, here)


def _pull(name: str, digest: str) -> str:
    if not digest:
        return f"docker pull --quiet {name}"
    if not _DIGEST.fullmatch(digest):
        raise SystemExit(f"{digest!r} is no digest; it begins with sha256:")
    exact = f"{plain(name).rpartition(':')[0]}@{digest}"
    return f"docker pull --quiet {exact} && docker tag {exact} {name}"


def bring_shared(site: Site) -> None:
    """Copy the images of nginx, Redis and monitoring to the host, if the stage sends images over ssh.

    The host pulls those that are not on this machine. An image sent over ssh loses its digest: the host names
    it by its tag, but it was chosen by its digest here.
    """
    if site.stage.images != "stream":
        return
    images = sorted(set(shared_images(site).values()))
    for image in images:
        if "@" in image and _identities([image], site):
            run(["docker", "tag", image, plain(image)], dry_run=site.dry_run)
    _load(site, _identities([plain(image) for image in images], site))


def _load(site: Site, here: Mapping[str, str]) -> None:
    there = _identities(list(here), site, there=True)
    if wanted := [name for name in here if there.get(name) != here[name]]:
        site.host.load(wanted)


def shared_images(site: Site) -> dict[str, str]:
    """Return the images of nginx, Redis and monitoring, by service, as the checkout names them."""
    names = {"API_IMAGE": "bookingopt-api:none", "WORKER_IMAGE": "bookingopt-worker:none"}
    values = {"SERVER_NAME": site.stage.domain, **names}
    overlays = ("", ".prod", *([".monitoring"] if site.stage.watching else []))
    files = [part for name in overlays for part in ("--file", f"infra/compose{name}.yaml")]
    profiles = [part for name in site.stage.watching for part in ("--profile", name)]
    command = ["env", *(f"{name}={value}" for name, value in values.items()), "docker", "compose", *files]
    assumed = '{"services": {}}'
    found = ask([*command, *profiles, "config", "--format", "json"], dry_run=site.dry_run, assumed=assumed)
    services = json.loads(found)["services"]
    return {name: str(one["image"]) for name, one in services.items() if one["image"] not in names.values()}


def _identities(names: Sequence[str], site: Site, *, there: bool = False) -> dict[str, str]:
    """Return the id of each image that an engine has: the local one, or the host's."""
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
