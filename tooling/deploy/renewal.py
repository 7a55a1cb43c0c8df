"""Replaces the secrets of a stage while it is serving.

Redis accepts the old and the new passwords until no client uses the old ones any more. The live release is
started again in the other color, with the new secrets, and takes over as in a deployment.
"""

import shutil
import tempfile
from pathlib import Path

from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.site import REMOTE_USER, Site
from tooling.stack import PAGES, both_users, make_secrets

USERS = "redis_users"
"""Secret with the users of Redis."""
KEPT = (*PAGES, f"redis_password_{REMOTE_USER}", "queue_secret")
"""Secrets that are not renewed. People or workers on other hosts know some. The secret of messages must be
the same in both colors, since each takes messages of the other from the queue."""
HEALTHY_SECONDS = 90

_HEALTHY = "docker inspect --format '{{.State.Health.Status}}' $id"
_REFUSED = "echo 'Redis does not become healthy' >&2; exit 1"


def renew_secrets(site: Site) -> None:
    """Replace every secret of a stage that has no other copy. The caller holds the lock.

    Parameters
    ----------
    site
        The host and its stage.

    Raises
    ------
    SystemExit
        If nothing was deployed, or the service fails with the new secrets: then the old ones stay in use.
    """
    live = site.log().live
    if live is None and not site.dry_run:
        raise SystemExit(f"nothing was deployed to {site.stage.name}: its first deployment makes its secrets")
    with tempfile.TemporaryDirectory(prefix="bookingopt-secrets-") as place:
        old, new = Path(place) / "old", Path(place) / "new"
        if live is None:
            print(f"would make new secrets, and restart the release on {site.stage.name} with them")
            return
        old.mkdir()
        site.fetch_secrets(old)
        shutil.copytree(old, new)
        make_secrets(new, is_renewed=True, kept=KEPT)
        users = (new / USERS).read_text(encoding="ascii")
        _write(new / USERS, both_users((old / USERS).read_text(encoding="ascii"), users))
        try:
            _take_up(site, new)
            Rollout(site, Release(live.release, live.revision, reason="secrets renewed")).run(lambda: None)
        except BaseException:
            if site.serving() == live.color:
                print("the old secrets are restored", flush=True)
                _write(old / USERS, (new / USERS).read_text(encoding="ascii"))
                _take_up(site, old)
            raise
        _write(new / USERS, users)
        _take_up(site, new)
        exporter = _container("redis-exporter")
        site.host.run(f'id={exporter}; [ -z "$id" ] || docker restart $id >/dev/null')


def _take_up(site: Site, secrets: Path) -> None:
    """Send secrets and restart Redis so that it reads its users; all jobs are on disk before it stops."""
    site.send_secrets(secrets)
    wait = f'for _ in $(seq {HEALTHY_SECONDS}); do [ "$({_HEALTHY})" != healthy ] || exit 0; sleep 1; done'
    restart = f"id={_container('redis')}; docker restart --time 60 $id >/dev/null"
    site.host.run(f"{restart} && {{ {wait}; {_REFUSED}; }}")


def _container(service: str) -> str:
    """Return the shell expression that finds the container of a service of the base."""
    label = "label=com.docker.compose"
    return (
        f"$(docker ps --all --quiet --filter {label}.project=bookingopt --filter {label}.service={service})"
    )


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)  # it may be read-only
    file.write_text(text, encoding="ascii")
    file.chmod(0o444)
