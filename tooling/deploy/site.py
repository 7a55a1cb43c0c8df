"""The service on its host: paths there, and the commands that act on them.

The project `bookingopt` has nginx, Redis and the networks. API and workers are in a separate project for
each color; the upstream file names the color that nginx uses.
"""

import getpass
import re
import shlex
import socket
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tooling.authority import make_authority
from tooling.deploy.host import Host
from tooling.deploy.records import FILE, Record
from tooling.deploy.releases import COLORS, Entry, ReleaseLog
from tooling.deploy.stage import Stage
from tooling.shell import pipe
from tooling.stack import make_secrets

FILES = ("infra", "examples/ten-rooms.json")
"""Files of the repository that a release needs on its host."""
PROGRAMS = ("api", "worker")
"""Programs whose images we build."""
NEEDED = ("nginx", "redis")
"""Services of the project that both colors share."""

REMOTE_USER = "remote"
"""Name of the Redis user for workers on other hosts."""
SMTP_PASSWORD = "smtp_password"  # pragma: allowlist secret # noqa: S105 - the name of its file
SMTP_CA = "smtp_ca"
UNPROVEN = "unproven"
"""File on the host with the color that is being tested, and the one that serves."""
TRIAL_SECONDS = 2
"""How long a server tests a new configuration; a wrong one ends it at once."""

# Independent of the files of a release, which may be what is wrong.
_NGINX = (
    "docker exec $(docker ps --quiet --filter label=com.docker.compose.project=bookingopt "
    "--filter label=com.docker.compose.service=nginx)"
)
# The image's entry point fills in the templates only before a command that is nginx.
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
        """Lock out other deployments during a block; at its end, an unproven color is stopped."""
        who = f"busy with: {purpose} by {getpass.getuser()}@{socket.gethostname()}"
        return self.host.lock(self.path("deploy.lock"), who, afterwards=self._clean_up())

    # State of the host

    def log(self) -> ReleaseLog:
        """Return the log of deployments on the host."""
        return ReleaseLog.read(self.host.read(self.path("releases.jsonl")))

    def record(self, *entries: Entry) -> None:
        """Append entries to the log of deployments: all of these lines, or none of them."""
        self.host.append(self.path("releases.jsonl"), "\n".join(entry.line() for entry in entries))

    def keep(self, record: Record) -> None:
        """Append a trial to the record."""
        self.host.append(self.path(FILE), record.line())

    def serving(self) -> str | None:
        """Return the color that nginx uses; None before the first deployment."""
        found = _UPSTREAM.search(self.host.read(self.path("upstream", "api.conf")))
        return found[1] if found and found[1] in COLORS else None

    def count_workers(self, color: str) -> int:
        """Return how many worker containers of a color run."""
        listing = self.host.ask(
            "docker ps --quiet --filter label=com.docker.compose.service=worker "
            f"--filter label=com.docker.compose.project=bookingopt-{color}"
        )
        return len(listing.split())

    # Commands

    def mark_unproven(self, color: str, live: str | None) -> None:
        """Record on the host that a color is being tested, and which one serves now: see `_clean_up`."""
        self.host.write(self.path(UNPROVEN), f"{color} {live or ''}\n")

    def clear_unproven(self) -> None:
        """Record on the host that no color is being tested any more."""
        self.host.run(f"rm -f {self.path(UNPROVEN)}")

    def _clean_up(self) -> str:
        """Return what the host does when the lock ends: stop a color that was left unproven.

        The process that holds the lock does it, also when the deployment was killed or its connection broke:
        workers that passed no gate would take jobs of users. Commands that are still running may start
        containers, so it repeats until none of them runs.
        """
        file, upstream = self.path(UNPROVEN), self.path("upstream", "api.conf")
        listing = 'docker ps --quiet --filter "label=com.docker.compose.project=bookingopt-$1"'
        back = f"sed -i s/api-$1:/api-$2:/ {upstream} && {_NGINX} nginx -s reload -q"
        return (
            f'set -- $(cat {file} 2>/dev/null); [ -n "$1" ] || exit 0; '
            f'[ -z "$2" ] || ! grep -q "api-$1:" {upstream} || {{ {back}; sleep 2; }}; '
            f"for _ in $(seq 60); do {listing} | xargs --no-run-if-empty docker stop --time 10; "
            f'flock --nonblock {self.path("running.lock")} true && [ -z "$({listing})" ] && break; '
            "sleep 1; done; "
            f"rm -f {file}"
        )

    def compose(self, release: str, color: str) -> str:
        """Return the beginning of a `docker compose` command on API and workers.

        Parameters
        ----------
        release
            Release with the compose files.
        color
            Color of the containers.
        """
        folder = self.path("releases", release, "infra")
        files = [f"{folder}/compose{overlay}.yaml" for overlay in ("", ".prod", ".deploy", ".journald")]
        images = {f"{program.upper()}_IMAGE": self.stage.image(program, release) for program in PROGRAMS}
        return self.compose_files(f"bookingopt-{color}", files, images | {"COLOR": color})

    def compose_files(
        self,
        project: str,
        files: list[str],
        variables: Mapping[str, str] = MappingProxyType({}),
        settings: Sequence[str] = ("stage.env", "settings.env"),
    ) -> str:
        """Return the beginning of a `docker compose` command on files of a host."""
        # Compose requires these variables in every file, even if API and workers are not started from it.
        needed = {f"{program.upper()}_IMAGE": f"bookingopt-{program}:none" for program in PROGRAMS}
        return shlex.join(
            [
                *("env", *(f"{name}={value}" for name, value in (needed | dict(variables)).items())),
                *("docker", "compose", "--progress", "quiet", "--project-name", project),
                *(part for file in settings for part in ("--env-file", self.path(file))),
                *(part for file in files for part in ("--file", file)),
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
            # The probe uses the public name, because nginx answers to no other.
            "SITE_URL": f"https://{self.stage.domain}/health",
            "WATCHING": ",".join(self.stage.watching),
            "HEARTBEAT_URL": self.stage.heartbeat_url,
            "BACKUP_COPY": self.stage.backup_copy,
            "ALERT_RECEIVER": self.stage.receiver,
            "ALERT_MAIL_TO": self.stage.address or "root@localhost",
            "ALERT_MAIL_FROM": f"bookingopt@{self.stage.domain}",
            "ALERT_SMARTHOST": self.stage.smarthost or "localhost:25",
            "ALERT_SMTP_USER": self.stage.smtp_user,
            "ALERT_SMTP_PASSWORD_FILE": self.path("secrets", SMTP_PASSWORD) if self.stage.smtp_user else "",
            "ALERT_SMTP_CA_FILE": self.path("secrets", SMTP_CA) if self.stage.smtp_ca_file else "",
            "SITE_PROBE": "site" if self.stage.tls == "letsencrypt" else "site-self-signed",
        }
        return "".join(f"{name}={value}\n" for name, value in values.items())

    def prepare(self, *, renews_workers: bool = False) -> None:
        """Send the settings of the stage, and secrets that are missing.

        Parameters
        ----------
        renews_workers
            Replace the authority and the password for worker hosts.

        Raises
        ------
        CommandFailed
            Among others, if the host was not prepared.
        """
        self.host.run(f"cd {self.stage.folder} && touch settings.env releases.jsonl trials.jsonl")
        self.host.write(self.path("stage.env"), self.settings())
        self._send_secrets(renews_workers=renews_workers)
        # A certificate that only encrypts, until there is one of the right kind.
        self.host.run(
            f"cd {self.path('certificates')} && {{ [ -f fullchain.pem ] || openssl req -x509 -newkey ec "
            "-pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -keyout privkey.pem -out fullchain.pem "
            f"-subj /CN={self.stage.domain} -addext subjectAltName=DNS:{self.stage.domain} 2>/dev/null; }} "
            "&& chmod 644 privkey.pem fullchain.pem"
        )

    def _send_secrets(self, *, renews_workers: bool = False) -> None:
        """Add missing secrets on the host; existing ones stay, and none is printed."""
        with tempfile.TemporaryDirectory(prefix="bookingopt-secrets-") as place:
            if self.dry_run:
                self.host.would("create the missing secrets")
                return
            self.fetch_secrets(Path(place))
            if renews_workers:
                Path(place, f"redis_password_{REMOTE_USER}").unlink(missing_ok=True)
            make_secrets(Path(place))
            if self.stage.workers:
                names = [one.name for one in self.stage.workers]
                make_authority(Path(place), self.stage.redis_address, names, is_renewed=renews_workers)
            self._add_of_mail_server(Path(place))
            self.send_secrets(Path(place))

    def fetch_secrets(self, place: Path) -> None:
        """Copy the secrets of the host into a local folder."""
        there = self.host.ssh(f"tar --create --directory {self.path('secrets')} .")
        pipe(there, ["tar", "--extract", "--directory", place], dry_run=False)

    def send_secrets(self, place: Path) -> None:
        """Copy the files of a local folder to the secrets of the host."""
        folder = self.path("secrets")
        back = f"umask 022 && tar --extract --directory {folder} --no-same-owner --no-overwrite-dir"
        self.host.feed(["tar", "--create", "--directory", place, "."], back, f"write into {folder}")

    def _add_of_mail_server(self, folder: Path) -> None:
        """Add the credentials of the mail server to the secrets; the local files take precedence."""
        files = {SMTP_PASSWORD: self.stage.smtp_password_file, SMTP_CA: self.stage.smtp_ca_file}
        for name, file in files.items():
            if file is None:
                continue
            try:
                text = file.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SystemExit(f"stage {self.stage.name!r}: {file}: {error}") from None
            target = folder / name
            target.unlink(missing_ok=True)
            target.write_text(f"{text}\n", encoding="utf-8")
            target.chmod(0o444)

    def switch(self, color: str) -> None:
        """Make nginx use a color from now on; requests in progress end where they began."""
        self.point(color)
        self.reload()

    def point(self, color: str) -> None:
        """Write which color nginx uses from its next reload on."""
        self.host.run(self._point(color))

    def _point(self, color: str) -> str:
        file = self.path("upstream", "api.conf")
        # Written to a second file and moved: nginx must never read half a line.
        return f"{{ echo 'set $api api-{color}:8000;' >{file}.part && mv {file}.part {file}; }}"

    def point_if_new(self) -> None:
        """Write which color nginx uses before the first deployment, so that nginx can start."""
        self.host.run(f"[ -f {self.path('upstream', 'api.conf')} ] || {self._point(COLORS[0])}")

    def reload(self, *, is_rendered: bool = False) -> None:
        """Make nginx read its files again, if they are valid; otherwise it goes on as before.

        Parameters
        ----------
        is_rendered
            Fill in the templates first, and remove files whose template no longer exists.
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
        """Make the host get or renew its certificate when that is due, if the stage uses Let's Encrypt."""
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
            The color.
        log_lines
            Last log lines of each container that are printed first, to show why it failed.
        """
        listing = f"docker ps --all --quiet --filter label=com.docker.compose.project=bookingopt-{color}"
        if log_lines:
            self.host.run(f"for id in $({listing}); do docker logs --tail {log_lines} $id 2>&1; done")
        each = "xargs --no-run-if-empty docker"
        self.host.run(f"{listing} | {each} stop --time 30 >/dev/null; {listing} | {each} rm >/dev/null")

    def log_command(self, release: str) -> str:
        """Return the command that prints the log of a release, also after its containers are gone."""
        images = " ".join(f"IMAGE_NAME={self.stage.image(program, release)}" for program in PROGRAMS)
        return f"ssh {self.stage.host} journalctl --output cat {images}"

    def container(self, color: str, service: str) -> str:
        """Return the id of a running container of a color."""
        listing = (
            f"docker ps --quiet --filter label=com.docker.compose.project=bookingopt-{color} "
            f"--filter label=com.docker.compose.service={service} | head -n 1"
        )
        return self.host.ask(listing, assumed=f"bookingopt-{color}-{service}-1")
