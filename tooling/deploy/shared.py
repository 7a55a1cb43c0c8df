"""The parts that both colors share: nginx, Redis, monitoring, and the programs of the host's timers.

The first deployment installs them. After that only `invoke base.apply` changes them: deployments and
rollbacks touch API and workers, and nothing that keeps data.
"""

import json
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime

from tooling.authority import AUTHORITY, SERVER
from tooling.deploy.site import NEEDED, TRIAL_SECONDS, Site
from tooling.deploy.source import bring_shared, shared_images
from tooling.deploy.trial import smoke_edge
from tooling.pinning import plain
from tooling.shell import ask

FOLDERS = {
    "redis": "redis",
    "prometheus": "prometheus",
    "blackbox": "blackbox",
    "grafana": "grafana",
    "loki": "logs",
    "alloy": "logs",
}
"""Services whose container reads files of a folder of ``infra`` at its start."""
LABEL = "bookingopt.files"
TLS_LABEL = "bookingopt.tls"
_LABELS = "labels.json"
_REVISION = "revision"
_NEXT, _BEFORE = "base-next", "base-before"


@dataclass(frozen=True, slots=True)
class Base:
    """The shared part of a site. The caller holds the lock.

    Parameters
    ----------
    site
        The host and its stage.
    """

    site: Site

    def revision(self) -> str:
        """Return the applied version: the tree of ``infra``, a name and the commit; empty for no version."""
        return self.site.host.read(self.site.path("base", _REVISION))

    def is_current(self) -> bool:
        """Return whether the applied version is that of the checkout."""
        return self.revision().split(" ")[:1] == [_tree("infra")]

    def lets_workers_in(self) -> bool:
        """Return whether the running Redis listens to worker hosts, with the current secrets."""
        container = (
            "docker ps --quiet --filter label=com.docker.compose.project=bookingopt "
            "--filter label=com.docker.compose.service=redis"
        )
        form = shlex.quote(f'{{{{index .Config.Labels "{TLS_LABEL}"}}}}')
        runs = self.site.host.ask(f"docker inspect --format {form} $({container}) 2>/dev/null || true")
        return bool(runs) and runs == self._tls_digest()

    def _tls_digest(self) -> str:
        """Return a digest of the files for TLS clients that Redis reads at its start."""
        names = ("redis_users", f"{AUTHORITY}.pem", f"{SERVER}.pem")
        files = " ".join(self.site.path("secrets", name) for name in names)
        return self.site.host.ask(f"cat {files} | sha256sum | cut -c 1-40")

    def install(self, name: str) -> None:
        """Send the shared part of this checkout and start it.

        Parameters
        ----------
        name
            Name of the release, for people.
        """
        bring_shared(self.site)
        self._send(name)
        self._apply(_NEXT)

    def replace(self, name: str) -> None:
        """Replace the shared part by that of this checkout; restore the previous one on a failure.

        Raises
        ------
        BaseException
            The error, after the previous version was restored.
        """
        host, path = self.site.host, self.site.path
        self.site.prepare()
        bring_shared(self.site)
        self._send(name)
        host.run(f"rm -rf {path(_BEFORE)} && cp -r {path('base')} {path(_BEFORE)}")
        try:
            self._apply(_NEXT)
            self.site.certify()
            if live := self.site.serving():
                smoke_edge(self.site, live)
        except BaseException:
            print("\nit did not pass: the previous version is restored", flush=True)
            self._apply(_BEFORE)
            raise

    def _send(self, name: str) -> None:
        """Send the files, their version, and digests of those that are read at a start."""
        host, path = self.site.host, self.site.path
        host.send(("infra",), path(_NEXT))
        host.write(path(_NEXT, _LABELS), json.dumps(self._labels(), indent=1))
        commit = ask(["git", "rev-parse", "HEAD"])
        host.write(path(_NEXT, _REVISION), f"{_tree('infra')} {name} {commit}\n")

    def _labels(self) -> dict[str, object]:
        """Return a Compose overlay that replaces a container when the files that it reads have changed."""
        names = [name for name in FOLDERS if name in NEEDED or self.site.stage.watching]
        digests = {name: _tree(f"infra/{FOLDERS[name]}") for name in names}
        if self.site.stage.watching:
            # It also reads secrets, which are in no commit.
            digests["alertmanager"] = datetime.now(UTC).isoformat(timespec="seconds")
        overlay: dict[str, dict[str, object]] = {
            name: {"labels": {LABEL: digest}} for name, digest in digests.items()
        }
        if self.site.stage.workers:
            overlay["redis"] = {"labels": {LABEL: digests["redis"], TLS_LABEL: self._tls_digest()}}
        if self.site.stage.images == "stream":
            for name, image in shared_images(self.site).items():
                if "@" in image:
                    overlay.setdefault(name, {})["image"] = plain(image)
        return {"services": overlay}

    def _apply(self, source: str) -> None:
        """Apply a folder of the host.

        Files are overwritten in place, because containers hold them open, and files that the source lacks are
        removed; nginx reads them again without dropping a connection. A container is replaced only if its
        description, its image or the files that it reads at its start have changed.
        """
        host = self.site.host
        compose = self._compose(source)
        self._pull(compose)
        self._try_redis(source, compose)
        host.run(self._mirror(source))
        self.site.point_if_new()
        compose = self._compose("base")
        host.run(f"{compose} up --detach --wait --wait-timeout 90 --no-deps {' '.join(NEEDED)}")
        self.site.reload(is_rendered=True)
        if self.site.stage.watching:
            trouble = "note: monitoring has not started completely; see above"
            host.run(f"{compose} up --detach --no-deps {_others(compose)} || echo '{trouble}'")

    def _compose(self, folder: str) -> str:
        overlays = ["", ".prod", ".journald", *([".monitoring"] if self.site.stage.watching else [])]
        overlays += [".tls"] if self.site.stage.workers else []
        files = [self.site.path(folder, "infra", f"compose{name}.yaml") for name in overlays]
        command = self.site.compose_files("bookingopt", [*files, self.site.path(folder, _LABELS)])
        return command + "".join(f" --profile {profile}" for profile in self.site.stage.watching)

    def _pull(self, compose: str) -> None:
        """Pull the images that git names; if images are sent over ssh, they are there already."""
        policy = "always" if self.site.stage.images == "registry" else "missing"
        pull = f"{compose} pull --quiet --policy {policy}"
        self.site.host.run(f"{pull} {' '.join(NEEDED)}")
        if self.site.stage.watching:
            self.site.host.run(f"{pull} {_others(compose)} || true")

    def _mirror(self, source: str) -> str:
        folder, base = self.site.path(source), self.site.path("base")
        is_gone = f'[ -e {folder}/"$name" ] || rm -rf "$name"'
        return (
            f"mkdir -p {base} && cp -r {folder}/. {base} && cd {base} && "
            f"find infra -depth | while read -r name; do {is_gone}; done"
        )

    def _try_redis(self, source: str, compose: str) -> None:
        """Test a new configuration in a server without data or network, before the real one reads it."""
        place = "infra/redis/redis.conf"
        new, old = self.site.path(source, place), self.site.path("base", place)
        users = self.site.path("secrets", "redis_users")
        program = (
            "docker run --rm --network none --read-only --cap-drop ALL --user 999:999 --tmpfs /data:uid=999 "
            f"--volume {new}:/redis.conf:ro --volume {users}:/run/secrets/redis_users:ro "
            f"$({compose} config --images redis) "
            f"timeout --preserve-status {TRIAL_SECONDS} redis-server /redis.conf"
        )
        # 143: it was ended before it could report anything, as on a busy machine.
        self.site.host.run(f"cmp --quiet {new} {old} || [ ! -e {old} ] || {program} || [ $? = 143 ]")


def _tree(folder: str) -> str:
    """Return git's digest of a folder of the checkout."""
    return ask(["git", "rev-parse", f"HEAD:{shlex.quote(folder)}"])


def _others(compose: str) -> str:
    """Return a shell expression for the services that neither serve requests nor keep jobs."""
    return f"$({compose} config --services | grep -vxE 'api|worker|{'|'.join(NEEDED)}')"
