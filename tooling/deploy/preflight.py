"""The checklist before production: each row a command, here or on the host, that ends with 0 or not."""

import shlex
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tooling.deploy.site import Site
from tooling.shell import ROOT
from tooling.smoke import Finding

LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that must be so.

    Parameters
    ----------
    name
        What must be so.
    place
        Where its command runs: on this machine, or on the host.
    command
        A line of shell. ``{domain}``, ``{folder}`` and ``{host}`` stand for those of the stage.
    remedy
        What to do if it is not so.
    """

    name: str
    place: Literal["here", "host"]
    command: str
    remedy: str


MAY_BE_ROOT = ("alloy",)
"""Log files of Docker are root's; it has no other power of root than to read, and nothing to write on."""
MAY_WRITE = ("prometheus", "uptime", "alertmanager")
"""Compose writes the file of the site into their containers, and can do so only where that may be written."""

# Ours only: what else runs on the machine is judged elsewhere.
_CONTAINERS = (
    "docker ps --quiet --filter label=com.docker.compose.project | xargs --no-run-if-empty docker inspect"
    ' --format \'{{index .Config.Labels "com.docker.compose.project"}}'
    ' {{index .Config.Labels "com.docker.compose.service"}} {{.HostConfig.ReadonlyRootfs}}'
    " {{.HostConfig.CapDrop}} {{.Config.User}}'"
)
_JUDGE = (
    "$1 !~ /^bookingopt(-blue|-green)?$/ { next } { seen = 1 }"
    f' ($5 == "" || $5 ~ /^(0|root)(:|$)/) && $2 !~ /^({"|".join(MAY_BE_ROOT)})$/'
    f' || $3 != "true" && $2 !~ /^({"|".join(MAY_WRITE)})$/'
    ' || $4 != "[ALL]" { print $2; bad = 1 } END { exit bad || !seen }'
)
_ASK_FOR_CERTIFICATE = "openssl s_client -connect {domain}:443 -servername {domain} </dev/null 2>/dev/null"

ROWS = (
    Row(
        "nothing is changed that is not committed",
        "here",
        'test -z "$(git status --porcelain --untracked-files=no)"',
        "Commit or stash.",
    ),
    Row(
        "the commit has a version tag",
        "here",
        "git tag --points-at HEAD | grep -E '^v[0-9]+[.][0-9]+[.][0-9]+$'",
        "git tag vX.Y.Z",
    ),
    Row("the domain leads somewhere", "here", "getent hosts {domain}", "Set the DNS records: how-to/tls.md."),
    Row(
        "ports 80 and 443 answer",
        "here",
        'for port in 80 443; do timeout 5 bash -c "</dev/tcp/{domain}/$port"; done',
        "Open them in the provider's firewall.",
    ),
    Row(
        "no other port answers",
        "here",
        "getent hosts {domain} >/dev/null && for port in 2375 3000 6379 8000 8080 9090 9093 9101; do"
        ' ! timeout 2 bash -c "</dev/tcp/{domain}/$port" 2>/dev/null || exit 1; done',
        "./run invoke host.bootstrap",
    ),
    Row(
        "the certificate is trusted, and good for 14 days",
        "here",
        f"{_ASK_FOR_CERTIFICATE} | openssl x509 -noout -checkend 1209600"
        " && curl --fail --silent --show-error --output /dev/null https://{domain}/health",
        "./run invoke certificate.issue STAGE",
    ),
    Row("ssh lets the deployer in", "host", "id --user --name", "./run invoke host.bootstrap"),
    Row(
        "Debian 11, 12 or 13",
        "host",
        '. /etc/os-release && test "$ID" = debian && test "$VERSION_ID" -ge 11 && echo "$PRETTY_NAME"',
        "Take another machine.",
    ),
    Row(
        "2 CPUs, 3.5 GB of memory",
        "host",
        "test \"$(nproc)\" -ge 2 && awk '/^MemTotal/ { exit $2 < 3500000 }' /proc/meminfo",
        "Take a larger machine.",
    ),
    Row(
        "a fifth of the disk is free",
        "host",
        "df --output=pcent / | tr -dc '0-9\\n' | awk 'NF && $1 <= 80 { free = 1 } END { exit !free }'",
        "docker image prune, or a larger disk.",
    ),
    Row(
        "the clock is set from the network",
        "host",
        "timedatectl show --property NTPSynchronized --value | grep yes",
        "apt-get install systemd-timesyncd",
    ),
    Row(
        "Compose 2.24 or newer",
        "host",
        "docker compose version --short | awk -F. '$1 > 2 || $2 >= 24 { new = 1 } END { exit !new }'",
        "./run invoke host.bootstrap",
    ),
    Row(
        "the engine and the firewall start on boot",
        "host",
        "for unit in docker nftables; do systemctl is-enabled --quiet $unit || exit 1; done",
        "./run invoke host.bootstrap",
    ),
    Row(
        "security upgrades come by themselves",
        "host",
        "grep -q 'Unattended-Upgrade \"1\"' /etc/apt/apt.conf.d/20auto-upgrades"
        " && systemctl is-enabled unattended-upgrades",
        "./run invoke host.bootstrap",
    ),
    Row(
        "backup, status and certificate timers run",
        "host",
        "for name in backup status certificate; do"
        " systemctl is-active --quiet bookingopt-$name.timer || exit 1; done",
        "./run invoke host.bootstrap, once more after the first deployment",
    ),
    Row(
        "a backup is younger than 26 hours",
        "host",
        "awk -v now=$(date +%s) '/^bookingopt_backup_last/ { young = now - $2 < 93600 } END { exit !young }'"
        " /var/lib/bookingopt/metrics/backup.prom",
        "sudo systemctl start bookingopt-backup",
    ),
    Row(
        "backups leave the host",
        "host",
        "grep -q '^BACKUP_COPY_COMMAND=.' /etc/bookingopt/backup.env",
        "how-to/back-up-and-restore.md",
    ),
    Row(
        "secrets are for nobody else",
        "host",
        'test "$(stat --format %a {folder}/secrets)" = 700 && test "$(stat --format %a {folder})" = 750',
        "./run invoke host.bootstrap",
    ),
    Row(
        "nobody comes in without a key",
        "here",
        "curl --silent --output /dev/null --write-out '%{http_code}' https://{domain}/api/v1/jobs | grep 401",
        "Remove AUTHENTICATION from settings.env.",
    ),
    Row(
        "containers have no root, and nothing to write on",
        "host",
        f"{_CONTAINERS} | awk '{_JUDGE}'",
        "Compare with infra/compose.yaml and compose.monitoring.yaml.",
    ),
    Row(
        "somebody is mailed when a figure is bad",
        "host",
        "grep -qs '^MAIL_TO=.' {folder}/stage.env || grep -qs -e '--mail-to' /etc/bookingopt/status.env"
        " || grep -qs '^ALERT_RECEIVER=[ms]' {folder}/settings.env",
        "mail_to in the stage file: how-to/watch.md",
    ),
    Row(
        "there is a release to go back to",
        "host",
        'awk \'/"event": "live"/ { live++ } END { exit live < 2 }\' {folder}/releases.jsonl',
        "Deploy once more: the first release has none before it.",
    ),
    Row(
        "every figure is good",
        "host",
        "python3 {folder}/base/infra/host/status.py --docker --site https://{domain}/health",
        "./run invoke status.prod",
    ),
)
"""Every row, in the order of the page docs/checklist.md, which is made from them."""


def look(site: Site, rows: Iterable[Row] = ROWS) -> list[Finding]:
    """Run the command of every row and return what was found.

    Parameters
    ----------
    site
        The stage, and its host.
    rows
        Those to be looked at.
    """
    findings = []
    for row in rows:
        command = filled(site, row)
        if site.dry_run:
            print(f"$ {shlex.join(command)}")
            continue
        try:
            done = subprocess.run(
                command, cwd=ROOT, check=False, capture_output=True, text=True,
                stdin=subprocess.DEVNULL, timeout=LONGEST_SECONDS,
            )  # fmt: skip
            is_right, said = done.returncode == 0, (done.stdout.strip() or done.stderr.strip())
        except subprocess.TimeoutExpired:
            is_right, said = False, f"no answer within {LONGEST_SECONDS} s"
        last = " ".join(said.splitlines()[-1:])[:60]
        findings.append(Finding(row.name, is_right, last if is_right else f"{last} -> {row.remedy}".strip()))
    return findings


def filled(site: Site, row: Row) -> list[str]:
    """Return the command of a row for a stage, as it runs on this machine."""
    words = {"domain": site.stage.domain, "folder": site.stage.folder, "host": site.stage.host}
    script = row.command
    for name, value in words.items():
        script = script.replace(f"{{{name}}}", value)
    return ["bash", "-c", script] if row.place == "here" else site.host.ssh(script)
