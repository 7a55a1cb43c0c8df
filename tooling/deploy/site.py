"""The service on its host: where things lie there, and the commands that act on them.

The project `bookingopt` has nginx, Redis and the networks. API and workers are in a project of their own
for each color; the upstream file says which color nginx asks.
"""

import getpass
import re
import shlex
import socket
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tooling.deploy.host import Host
from tooling.deploy.releases import COLORS, Entry, ReleaseLog
from tooling.deploy.stage import Stage
from tooling.shell import pipe
from tooling.stack import make_secrets

FILES = ("infra", "examples/ten-rooms.json")
"""What of the repository a release needs on its host."""
PROGRAMS = ("api", "worker")
"""What has an image of ours."""
NEEDED = ("nginx", "redis")
"""Services of the project that every color shares."""

# Not by the files of a release, which may be what is wrong.
_NGINX = (
    "docker exec $(docker ps --quiet --filter label=com.docker.compose.project=bookingopt "
    "--filter label=com.docker.compose.service=nginx)"
)
# The entry point of the image fills in the templates before it runs a command that is nginx.
_RENDER = (
    "for made in /etc/nginx/conf.d/*.conf; do "
    '[ -e "/etc/nginx/templates/${made##*/}.template" ] || rm -f "$made"; done; '
    "exec /docker-entrypoint.sh nginx -t -q"
)
_UPSTREAM = re.compile(r"^set \$api api-(\w+):8000;$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Site:
    """A stage, and its host.

    Parameters
    ----------
    stage
        The stage.
    dry_run
        Print every command and run none.
    """

    stage: Stage
    dry_run: bool = False

    @property
    def host(self) -> Host:
        """The host of the stage."""
        return Host(self.stage.host, dry_run=self.dry_run, running=self.path("running.lock"))

    def path(self, *parts: str) -> str:
        """Return a path in the folder of the service."""
        return "/".join((self.stage.folder, *parts))

    def lock(self, purpose: str) -> AbstractContextManager[None]:
        """Keep other deployments out for the length of a block."""
        who = f"busy with: {purpose} by {getpass.getuser()}@{socket.gethostname()}"
        return self.host.lock(self.path("deploy.lock"), who)

    # What is there

    def log(self) -> ReleaseLog:
        """Return what was deployed, as far as it is written down."""
        return ReleaseLog.read(self.host.ask(f"cat {self.path('releases.jsonl')} 2>/dev/null || true"))

    def record(self, *entries: Entry) -> None:
        """Write down what was deployed: all of these lines, or none of them."""
        self.host.append(self.path("releases.jsonl"), "\n".join(entry.line() for entry in entries))

    def serving(self) -> str | None:
        """Return the color that nginx asks; None before the first deployment."""
        found = _UPSTREAM.search(
            self.host.ask(f"cat {self.path('upstream', 'api.conf')} 2>/dev/null || true")
        )
        return found[1] if found and found[1] in COLORS else None

    def count_workers(self, color: str) -> int:
        """Return how many worker containers of a color run."""
        listing = self.host.ask(
            "docker ps --quiet --filter label=com.docker.compose.service=worker "
            f"--filter label=com.docker.compose.project=bookingopt-{color}"
        )
        return len(listing.split())

    # Commands

    def compose(self, release: str, color: str | None = None) -> str:
        """Return the beginning of a `docker compose` command.

        Parameters
        ----------
        release
            Whose files describe the services.
        color
            The set of API and workers; None for what they share.
        """
        folder = self.path("base" if color is None else f"releases/{release}", "infra")
        variables = {f"{program.upper()}_IMAGE": self.stage.image(program, release) for program in PROGRAMS}
        if color is not None:
            variables["COLOR"] = color
        files = ["compose.yaml", "compose.prod.yaml"]
        if color:
            files.append("compose.deploy.yaml")
        elif self.stage.watching:
            files.append("compose.monitoring.yaml")
        project = "bookingopt" if color is None else f"bookingopt-{color}"
        return shlex.join(
            [
                *("env", *(f"{name}={value}" for name, value in variables.items())),
                *("docker", "compose", "--progress", "quiet", "--project-name", project),
                *("--env-file", self.path("stage.env"), "--env-file", self.path("settings.env")),
                *(part for file in files for part in ("--file", f"{folder}/{file}")),
            ]
        )

    def settings(self) -> str:
        """Return the variables that compose files take from the stage."""
        values = {
            "SERVER_NAME": self.stage.domain,
            "HTTPS_REDIRECT": "on",
            "PUBLISH_ADDRESS": "0.0.0.0",  # noqa: S104 - a public service; the firewall lets 80 and 443 in
            "UPSTREAM_DIR": self.path("upstream"),
            "CERTIFICATES_DIR": self.path("certificates"),
            "SECRETS_DIR": self.path("secrets"),
            "TLS_METHOD": self.stage.tls,
            "TLS_EMAIL": self.stage.tls_email,
            "ACME_DIRECTORY": self.stage.acme_directory or "",
            # The probe asks as guests do: nginx answers to the name of the site alone.
            "SITE_URL": f"https://{self.stage.domain}/health",
            "SITE_PROBE": "site" if self.stage.tls == "letsencrypt" else "site-self-signed",
        }
        return "".join(f"{name}={value}\n" for name, value in values.items())

    def prepare(self, release: str) -> None:
        """Bring the files of a release, the settings of the stage, and secrets that are not there yet.

        Raises
        ------
        CommandFailed
            If the host was not prepared, among others.
        """
        self.host.run(f"cd {self.stage.folder} && touch settings.env releases.jsonl")
        self.host.send(FILES, self.path("releases", release))
        self.host.write(self.path("stage.env"), self.settings())
        self._send_secrets()
        # Until there is a certificate of the right kind, one that only encrypts.
        self.host.run(
            f"cd {self.path('certificates')} && {{ [ -f fullchain.pem ] || openssl req -x509 -newkey ec "
            "-pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -keyout privkey.pem -out fullchain.pem "
            f"-subj /CN={self.stage.domain} -addext subjectAltName=DNS:{self.stage.domain} 2>/dev/null; }} "
            "&& chmod 644 privkey.pem fullchain.pem"
        )

    def _send_secrets(self) -> None:
        """Add what is missing to the secrets of the host; what is there stays, and none is printed."""
        folder = self.path("secrets")
        with tempfile.TemporaryDirectory(prefix="bookingopt-secrets-") as place:
            if self.dry_run:
                print("make the secrets that the host does not have yet")
            else:
                there = self.host.ssh(f"tar --create --directory {folder} .")
                pipe(there, ["tar", "--extract", "--directory", place], dry_run=False)
                make_secrets(Path(place))
            back = f"umask 022 && tar --extract --directory {folder} --no-same-owner --no-overwrite-dir"
            pipe(["tar", "--create", "--directory", place, "."], self.host.ssh(back), dry_run=self.dry_run)

    def apply_base(self, release: str) -> None:
        """Run nginx and Redis as the files of a release describe them.

        Files are overwritten where they lie, because containers hold them open, and what the release does
        not have is removed; nginx reads them anew without dropping a connection. A container is replaced
        only where its description has changed.
        """
        self.host.run(self._mirror(release))
        up = f"{self.compose(release)} up --detach --wait --wait-timeout 90 --no-deps {' '.join(NEEDED)}"
        self.host.run(f"[ -f {self.path('upstream', 'api.conf')} ] || {self._point(COLORS[0])}")
        self.host.run(up)
        self.reload(is_rendered=True)
        if self.stage.watching:
            self._watch(release)

    def _mirror(self, release: str) -> str:
        source, base = self.path("releases", release), self.path("base")
        is_gone = f'[ -e {source}/"$name" ] || rm -rf "$name"'
        return (
            f"mkdir -p {base} && cp -r {source}/infra {base} && cd {base} && "
            f"find infra -depth | while read -r name; do {is_gone}; done"
        )

    def _watch(self, release: str) -> None:
        """Run what watches the service; that it does not start is told, and stops no release."""
        profiles = " ".join(f"--profile {profile}" for profile in self.stage.watching)
        compose = f"{self.compose(release)} {profiles}"
        others = f"$({compose} config --services | grep -vxE 'api|worker|{'|'.join(NEEDED)}')"
        trouble = "note: not everything that watches the service has started; see above"
        self.host.run(f"{compose} up --detach --no-deps {others} || echo '{trouble}'")

    def switch(self, color: str) -> None:
        """Let nginx ask a color from now on; requests that are under way end where they began."""
        self.point(color)
        self.reload()

    def point(self, color: str) -> None:
        """Write which color nginx asks from its next reload on."""
        self.host.run(self._point(color))

    def _point(self, color: str) -> str:
        file = self.path("upstream", "api.conf")
        # Written beside and moved: nginx must never find half a line.
        return f"{{ echo 'set $api api-{color}:8000;' >{file}.part && mv {file}.part {file}; }}"

    def reload(self, *, is_rendered: bool = False) -> None:
        """Make nginx read its files anew, if they are right; otherwise it goes on as it was.

        Parameters
        ----------
        is_rendered
            Fill in the templates first, and remove what was made of one that is no longer there.
        """
        test = f"sh -c {shlex.quote(_RENDER)}" if is_rendered else "nginx -t -q"
        self.host.run(f"{_NGINX} {test} && {_NGINX} nginx -s reload -q")

    def start(self, release: str, color: str, workers: int) -> None:
        """Start API and workers of a color, and wait until they are healthy."""
        self.host.run(
            f"{self.compose(release, color)} up --detach --wait --wait-timeout 120 --no-deps "
            f"--remove-orphans --scale worker={workers} api worker"
        )

    def certify(self, *, is_forced: bool = False) -> None:
        """Have the host get its certificate, or renew it when it is due; only where the stage says so."""
        if self.stage.tls == "letsencrypt":
            script = self.path("base", "infra", "host", "certificate.sh")
            self.host.run(f"sh {script}{' --force' if is_forced else ''}")

    def drain(self) -> None:
        """Wait until nginx has answered every request it took before the last reload, 20 seconds at most."""
        old = shlex.quote("grep -sl 'worker process [i]s shutting down' /proc/[0-9]*/cmdline")
        wait = f"{_NGINX} sh -c {old} >/dev/null || exit 0; sleep 1"
        self.host.run(f"for _ in $(seq 20); do {wait}; done; true")

    def remove(self, color: str, *, log_lines: int = 0) -> None:
        """Stop API and workers of a color and remove their containers; workers give their jobs back.

        Parameters
        ----------
        color
            Which.
        log_lines
            Last lines of each container that are shown before, for whoever wants to know why it failed.
        """
        listing = f"docker ps --all --quiet --filter label=com.docker.compose.project=bookingopt-{color}"
        if log_lines:
            self.host.run(f"for id in $({listing}); do docker logs --tail {log_lines} $id 2>&1; done")
        each = "xargs --no-run-if-empty docker"
        self.host.run(f"{listing} | {each} stop --time 30 >/dev/null; {listing} | {each} rm >/dev/null")

    def container(self, color: str, service: str) -> str:
        """Return the id of a running container of a color."""
        listing = (
            f"docker ps --quiet --filter label=com.docker.compose.project=bookingopt-{color} "
            f"--filter label=com.docker.compose.service={service} | head -n 1"
        )
        return self.host.ask(listing, assumed=f"bookingopt-{color}-{service}-1")
