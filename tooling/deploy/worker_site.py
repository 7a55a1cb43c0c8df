"""The workers of a stage on a separate host: paths there, and the commands that act on them.

Everything comes from the host of the stage: the files and the image of the live release, its settings, and
the secrets that a worker needs. So both hosts are the same, whatever the checkout contains.
"""

import shlex
from dataclasses import dataclass

from tooling.authority import AUTHORITY, client_name
from tooling.deploy.host import Host
from tooling.deploy.releases import other
from tooling.deploy.site import REMOTE_USER, Site
from tooling.deploy.stage import WorkerHost
from tooling.shell import CommandFailed

SEEN_TRIES = 30
TLS_PORT = 6380
"""As in infra/redis/tls.conf; infra/host/bootstrap.sh opens it in the firewall."""
_OWN_SETTINGS = "worker.env"
"""File on a worker host with its own settings, which override those of the stage."""
_CLIENT = "redis_tls_client"
_RELEASES_KEPT = 2

_REDIS = (
    "$(docker ps --quiet --filter label=com.docker.compose.project=bookingopt "
    "--filter label=com.docker.compose.service=redis)"
)
_HEARD_OF = (
    "client=$(command -v redis-cli || command -v valkey-cli); export VALKEYCLI_AUTH=$REDISCLI_AUTH; "
    'exec "$client" --no-auth-warning --user worker zrange bookingopt:workers 0 -1'
)


@dataclass(frozen=True, slots=True)
class WorkerSite:
    """A worker host of a stage. The caller holds the lock of the stage.

    Parameters
    ----------
    site
        The stage and its host.
    worker
        The worker host.
    """

    site: Site
    worker: WorkerHost

    @property
    def host(self) -> Host:
        """The worker host."""
        running = self.site.path("running.lock")
        return Host(self.worker.host, dry_run=self.site.dry_run, running=running)

    def is_prepared(self) -> bool:
        """Return whether the deploy user can log in and finds an engine and the folder of the service.

        A host that the deploy user cannot reach counts as not prepared: it is new from the provider.
        """
        try:
            look = f"[ -d {self.site.path('secrets')} ] && docker version >/dev/null 2>&1 && echo yes || true"
            return self.host.ask(look, assumed="yes") == "yes"
        except CommandFailed:
            return False

    def is_deployed(self) -> bool:
        """Return whether workers were ever deployed to it.

        Raises
        ------
        CommandFailed
            If it was not reached.
        """
        return self.host.ask(f"cat {self.site.path('stage.env')} 2>/dev/null || true", assumed="yes") != ""

    def update(self, release: str, color: str) -> None:
        """Start a release beside the running workers, and stop those once the ledger has seen the new ones.

        Parameters
        ----------
        release
            The release; its files and its image are on the host of the stage.
        color
            Its color there.

        Raises
        ------
        BaseException
            The error, after what was started was removed; the previous workers go on.
        """
        ran_before = bool(self._containers(color))
        self._bring_files(release)
        self._bring_image(self.site.stage.image("worker", release))
        try:
            self._start(release, color)
            self._need_seen(color)
        except BaseException:
            if not ran_before:
                self._remove(color)
            raise
        self._remove(other(color))
        self._prune(release)

    def _bring_files(self, release: str) -> None:
        path = self.site.path
        folder = path("releases", release)
        self._copy(
            folder, ["infra"], f"rm -rf {folder} && mkdir -p {folder} && tar --extract --directory {folder}"
        )
        names = [
            "queue_secret",
            f"redis_password_{REMOTE_USER}",
            f"{AUTHORITY}.pem",
            *(f"{client_name(self.worker.name)}.{ending}" for ending in ("pem", "key")),
        ]
        plain = f"s/{client_name(self.worker.name)}/{_CLIENT}/"
        take = f"umask 022 && tar --extract --directory {path('secrets')} --no-same-owner --transform {plain}"
        self._copy(path("secrets"), names, take)
        self._copy(path(), ["settings.env"], f"tar --extract --directory {path()} --no-same-owner")
        values = {
            "SERVER_NAME": self.site.stage.domain,
            "SECRETS_DIR": path("secrets"),
        }
        address = f"rediss://{REMOTE_USER}@{self.site.stage.redis_address}:{TLS_PORT}/0\n"
        self.host.write(path("secrets", "redis_url_worker"), address, mode="0444")
        self.host.write(path("stage.env"), "".join(f"{name}={value}\n" for name, value in values.items()))
        self.host.run(f"touch {path(_OWN_SETTINGS)}")

    def _copy(self, folder: str, names: list[str], take: str) -> None:
        """Copy files from a folder of the host of the stage, by way of this machine."""
        give = f"tar --create --directory {folder} {shlex.join(names)}"
        act = f"receive {' '.join(names)} of {folder} from {self.site.stage.host}"
        self.host.feed(self.site.host.ssh(give), take, act)

    def _bring_image(self, image: str) -> None:
        """Get the same image as on the host of the stage: pulled if the registry has it, else copied."""
        wanted = self._identity(self.site.host, image)
        if self.site.stage.images == "registry" and self._identity(self.host, image) != wanted:
            self.host.run(f"docker pull --quiet {image} || true")
        if self.site.dry_run or self._identity(self.host, image) != wanted:
            save = self.site.host.ssh(f"docker save {image}")
            self.host.feed(
                save, "docker load --quiet", f"receive the image {image} from {self.site.stage.host}"
            )

    @staticmethod
    def _identity(host: Host, image: str) -> str:
        return host.ask(f"docker image inspect --format '{{{{.Id}}}}' {image} 2>/dev/null || true")

    def _start(self, release: str, color: str) -> None:
        folder = self.site.path("releases", release, "infra")
        files = [f"{folder}/compose{overlay}.yaml" for overlay in ("", ".prod", ".remote", ".journald")]
        settings = ("stage.env", "settings.env", _OWN_SETTINGS)
        # Replaces a container if a secret has changed: Compose only sees the names of their files.
        digest = self.host.ask(
            f"cat {self.site.path('secrets')}/* | sha256sum | cut -c 1-40", assumed="digest"
        )
        variables = {"WORKER_IMAGE": self.site.stage.image("worker", release), "SECRETS_DIGEST": digest}
        compose = self.site.compose_files(f"bookingopt-{color}", files, variables, settings)
        self.host.run(
            f"{compose} up --detach --wait --wait-timeout 120 --no-deps --remove-orphans "
            f"--scale worker={self.worker.containers} worker"
        )

    def _need_seen(self, color: str) -> None:
        """Wait until every container has announced itself to the ledger."""
        names = self._containers(color)
        ask = _ask_heard_of(self.site)
        each = 'case "$heard" in *$id-*) ;; *) missing=$id ;; esac'
        complaint = f"the ledger does not know $missing on {self.worker.name}"
        self.site.host.run(
            f"for _ in $(seq {SEEN_TRIES}); do heard=$({ask}); missing=; "
            f"for id in {' '.join(names)}; do {each}; done; "
            f'[ -n "$missing" ] || exit 0; sleep 1; done; echo "{complaint}" >&2; exit 1'
        )

    def _containers(self, color: str) -> list[str]:
        listing = f"docker ps --quiet --filter label=com.docker.compose.project=bookingopt-{color}"
        return self.host.ask(listing).split()

    def _remove(self, color: str) -> None:
        """Stop the workers of a color, which give their jobs back, and remove them."""
        listing = f"docker ps --all --quiet --filter label=com.docker.compose.project=bookingopt-{color}"
        each = "xargs --no-run-if-empty docker"
        self.host.run(f"{listing} | {each} stop --time 30 >/dev/null; {listing} | {each} rm >/dev/null")

    def _prune(self, release: str) -> None:
        """Remove files and images of releases before the last one; the host of the stage has them."""
        image = self.site.stage.image("worker", "")
        newest = f"ls -t {self.site.path('releases')} | grep -vxF {release} | tail -n +{_RELEASES_KEPT}"
        gone = f"rm -rf {self.site.path('releases')}/$one; docker image rm {image}$one >/dev/null 2>&1"
        self.host.run(f"for one in $({newest}); do {gone}; done; true")

    def look(self, release: str) -> tuple[bool, str]:
        """Return whether the host is in order, and a line about it.

        Parameters
        ----------
        release
            The live release on the host of the stage.
        """
        try:
            listing = (
                "docker ps --filter label=com.docker.compose.service=worker --format '{{.ID}} {{.Image}}'"
            )
            rows = [line.split() for line in self.host.ask(f"{listing} --filter health=healthy").splitlines()]
            heard = self.site.host.ask(_ask_heard_of(self.site))
        except CommandFailed as error:
            return False, f"{self.worker.name}: {error}"
        releases = sorted({image.rpartition(":")[2] for _, image in rows})
        seen = [name for name, _ in rows if f"{name}-" in heard]
        is_good = len(seen) == self.worker.containers == len(rows) and releases == [release]
        shown = ", ".join(releases) or "nothing"
        counts = (
            f"{len(rows)} of {self.worker.containers} containers healthy, {len(seen)} known to the ledger"
        )
        return is_good, f"{self.worker.name}: {shown}; {counts}"


def update_workers(site: Site, release: str, color: str) -> list[str]:
    """Update every worker host of a stage to a release; return the errors, with remedies.

    Hosts without a first deployment are reported and left alone.
    """
    troubles = []
    for worker in site.stage.workers:
        one = WorkerSite(site, worker)
        remedy = f"./run invoke workers.deploy {site.stage.name} --host {worker.name}"
        try:
            if one.is_deployed():
                one.update(release, color)
            else:
                print(f"note: {worker.name} has no workers yet: {remedy}")
        except CommandFailed as failure:
            troubles.append(f"{worker.name}: {failure}; what ran there continues; then: {remedy}")
    return troubles


def _ask_heard_of(site: Site) -> str:
    """Return the line of shell that prints, on the host of a stage, the workers known to the ledger."""
    password = site.path("secrets", "redis_password_worker")
    run = f"docker exec --env REDISCLI_AUTH {_REDIS} sh -c {shlex.quote(_HEARD_OF)}"
    return f"REDISCLI_AUTH=$(cat {password}) {run}"
