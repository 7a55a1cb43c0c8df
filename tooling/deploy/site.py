"""The service on its host: where things lie there, and the commands that act on them.

The project `bookingopt` has nginx, Redis and the networks. API and workers are in a project of their own
for each color; the upstream file says which color nginx asks.
"""

import getpass
import json
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
from tooling.shell import ROOT, pipe
from tooling.stack import make_secrets

FILES = ("infra", "examples/ten-rooms.json")
"""What of the repository a release needs on its host."""
PROGRAMS = ("api", "worker")
"""What has an image of ours."""
NEEDED = ("nginx", "redis")
"""Services of the project that every color shares."""

PIN = ROOT / "infra" / "host" / "pin.py"
TRIAL_SECONDS = 2
"""How long a server tries a new configuration; one that is wrong ends it at once."""

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
        if color is None:
            return self._shared(release, self.path("base", "infra"), self._pinned(release))
        folder = self.path("releases", release, "infra")
        files = [f"{folder}/compose{overlay}.yaml" for overlay in ("", ".prod", ".deploy")]
        return self._compose(release, f"bookingopt-{color}", files, {"COLOR": color})

    def _shared(self, release: str, folder: str, *overlays: str) -> str:
        names = ["", ".prod", *([".monitoring"] if self.stage.watching else [])]
        files = [*(f"{folder}/compose{name}.yaml" for name in names), *overlays]
        profiles = "".join(f" --profile {profile}" for profile in self.stage.watching)
        return self._compose(release, "bookingopt", files, {}) + profiles

    def _compose(self, release: str, project: str, files: list[str], variables: dict[str, str]) -> str:
        images = {f"{program.upper()}_IMAGE": self.stage.image(program, release) for program in PROGRAMS}
        return shlex.join(
            [
                *("env", *(f"{name}={value}" for name, value in (images | variables).items())),
                *("docker", "compose", "--progress", "quiet", "--project-name", project),
                *("--env-file", self.path("stage.env"), "--env-file", self.path("settings.env")),
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
            # The probe asks as guests do: nginx answers to the name of the site alone.
            "SITE_URL": f"https://{self.stage.domain}/health",
            "MAIL_TO": self.stage.mail_to or self.stage.tls_email,
            "SMARTHOST": self.stage.smarthost,
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
        only where its description, its image or the files it has read have changed.
        """
        self._pin(release)
        self._try_redis(release)
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

    def _pin(self, release: str) -> None:
        """Make the overlay that says which images and files those services run that every color shares."""
        program, folder, overlay = self.path("pin.py"), self.path("releases", release), self._pinned(release)
        described = self._shared(release, f"{folder}/infra")
        # Not that of the release: one that is gone back to may be older than this program.
        self.host.write(program, PIN.read_text(encoding="utf-8"))
        self.host.run(f"{described} pull --quiet --policy missing {' '.join(NEEDED)}")
        if self.stage.watching:
            self.host.run(f"{described} pull --quiet --policy missing {_others(described)} || true")
        told = f"{described} config --format json | python3 {program} {folder}/infra {folder}/images.json"
        self.host.run(f"{told} >{overlay}.part && mv {overlay}.part {overlay}")

    def _pinned(self, release: str) -> str:
        return self.path("releases", release, "pinned.json")

    def images(self, release: str) -> dict[str, str]:
        """Return what the tags of images that are not ours meant when a release was deployed."""
        told = self.host.ask(f"cat {self.path('releases', release, 'images.json')}", assumed="{}")
        return {str(tag): str(image) for tag, image in json.loads(told).items()}

    def _try_redis(self, release: str) -> None:
        """Let a server without data or network read a new configuration before the one with jobs does."""
        place = "infra/redis/redis.conf"
        new, old = self.path("releases", release, place), self.path("base", place)
        users = self.path("secrets", "redis_users")
        described = self._shared(release, self.path("releases", release, "infra"), self._pinned(release))
        program = (
            "docker run --rm --network none --read-only --cap-drop ALL --user 999:999 --tmpfs /data:uid=999 "
            f"--volume {new}:/redis.conf:ro --volume {users}:/run/secrets/redis_users:ro "
            f"$({described} config --images redis) "
            f"timeout --preserve-status {TRIAL_SECONDS} redis-server /redis.conf"
        )
        # 143: it was ended before it could say anything, as on a machine that has much to do.
        self.host.run(f"cmp --quiet {new} {old} || [ ! -e {old} ] || {program} || [ $? = 143 ]")

    def _watch(self, release: str) -> None:
        """Run what watches the service; that it does not start is told, and stops no release."""
        compose = self.compose(release)
        trouble = "note: not everything that watches the service has started; see above"
        self.host.run(f"{compose} up --detach --no-deps {_others(compose)} || echo '{trouble}'")

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


def _others(compose: str) -> str:
    """Return the services, as the shell finds them, that neither serve nor keep jobs."""
    return f"$({compose} config --services | grep -vxE 'api|worker|{'|'.join(NEEDED)}')"
