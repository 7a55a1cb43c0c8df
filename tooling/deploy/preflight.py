"""The checklist for production: each row is a command, here or on the host, that must exit with 0."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tooling.deploy.dry_run import DRY_RUN
from tooling.deploy.site import Site
from tooling.shell import ROOT
from tooling.smoke import Finding

LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One condition of the checklist.

    Parameters
    ----------
    name
        The condition.
    place
        Where its command runs: on this machine, or on the host.
    command
        A line of shell. ``{domain}``, ``{folder}``, ``{host}`` and ``{registry}`` stand for those of the
        stage, ``{look_for}`` for the command that finds an image there.
    remedy
        What to do if the condition does not hold.
    """

    name: str
    place: Literal["here", "host"]
    command: str
    remedy: str


MAY_BE_ROOT = ("alloy",)
"""Runs as root to read Docker's log files; it has no other privilege of root, and no writable file system."""
MAY_WRITE = ("prometheus", "uptime", "alertmanager")
"""Compose writes the site's file into their containers, which needs a writable file system."""

# Only containers of the service; others on the machine are not checked here.
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

_LIVE = (
    """$(sed -n 's/.*"event": "live", "release": "\\([^"]*\\)".*/\\1/p'"""
    " {folder}/releases.jsonl | tail -n 1)"
)
_LAST_RESTORE = (
    """$(sed -n 's/.*"time": "\\([^"]*\\)", "trial": "restore", "release": "[^"]*", "failures": 0.*/\\1/p'"""
    " {folder}/trials.jsonl | tail -n 1)"
)
_YOUNG = (
    "awk -v now=$(date +%s) '/^bookingopt_backup_last_WHAT/ { young = now - $2 < 93600 }"
    " END { exit !young }' /var/lib/bookingopt/metrics/backup.prom"
)

ROWS = (
    Row(
        "no change is uncommitted",
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
    Row(
        "the host can get the images of this commit",
        "here",
        "tag=$(git tag --points-at HEAD | grep -E '^v[0-9]+[.][0-9]+[.][0-9]+$' | tail -n 1)"
        ' && test -n "$tag" && for program in api worker; do'
        " {look_for} {registry}bookingopt-$program:$tag >/dev/null || exit 1; done",
        "./run invoke build --tag, or publish.images where the stage has a registry",
    ),
    Row(
        "a scan for vulnerabilities is less than eight days old",
        "here",
        "find dist/scan -name '*.sarif' -mtime -8 | grep .",
        "./run nox -s scan",
    ),
    Row("the domain has an address", "here", "getent hosts {domain}", "Set the DNS records: how-to/tls.md."),
    Row(
        "the domain has no IPv6 address",
        "here",
        "getent hosts {domain} >/dev/null && ! getent ahostsv6 {domain} | grep -v '^::ffff:'",
        "Remove the AAAA record: the host listens on IPv4 alone.",
    ),
    Row(
        "ports 80 and 443 answer",
        "here",
        'for port in 80 443; do timeout 5 bash -c "</dev/tcp/{domain}/$port"; done',
        "Open them in the provider's firewall.",
    ),
    Row(
        "no other port answers",
        "here",
        "getent hosts {domain} >/dev/null && for port in 2375 3000 6379 6380 8000 8080 9090 9093 9101; do"
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
    Row("the deployer can log in with ssh", "host", "id --user --name", "./run invoke host.bootstrap"),
    Row(
        "Debian 12 or 13",
        "host",
        '. /etc/os-release && test "$ID" = debian && test "$VERSION_ID" -ge 12 && echo "$PRETTY_NAME"',
        "Take another machine.",
    ),
    Row(
        "2 CPUs, 1.9 GB of memory",
        "host",
        "test \"$(nproc)\" -ge 2 && awk '/^MemTotal/ { exit $2 < 1900000 }' /proc/meminfo",
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
        "ssh accepts only keys",
        "host",
        "grep -q '^PasswordAuthentication no' /etc/ssh/sshd_config.d/10-bookingopt.conf",
        "./run invoke host.bootstrap",
    ),
    Row(
        "security upgrades are automatic",
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
        "./run invoke host.bootstrap",
    ),
    Row(
        "a backup is younger than 26 hours",
        "host",
        _YOUNG.replace("WHAT", "success"),
        "sudo systemctl start bookingopt-backup",
    ),
    Row(
        "backups leave the host",
        "host",
        _YOUNG.replace("WHAT", "copy"),
        "backup_copy in the stage file: how-to/back-up-and-restore.md",
    ),
    Row(
        "a restore was tested within 30 days",
        "host",
        f'tried={_LAST_RESTORE} && test -n "$tried"'
        ' && test "$(date -d "$tried" +%s)" -gt "$(($(date +%s) - 2592000))" && echo "$tried"',
        "how-to/back-up-and-restore.md: the host tests one each week",
    ),
    Row(
        "only their owner can read the secrets",
        "host",
        'test "$(stat --format %a {folder}/secrets)" = 700 && test "$(stat --format %a {folder})" = 750',
        "./run invoke host.bootstrap",
    ),
    Row(
        "requests without a key are refused",
        "here",
        "curl --silent --output /dev/null --write-out '%{http_code}' https://{domain}/api/v1/jobs | grep 401",
        "Remove AUTHENTICATION from settings.env.",
    ),
    Row(
        "containers do not run as root and have read-only file systems",
        "host",
        f"{_CONTAINERS} | awk '{_JUDGE}'",
        "Compare with infra/compose.yaml and compose.monitoring.yaml.",
    ),
    Row(
        "the mail server accepts a test message",
        "host",
        "python3 {folder}/base/infra/host/try_alert.py",
        "smarthost, smtp_user and mail_to in the stage file: how-to/watch.md",
    ),
    Row(
        "an outside service notices when the host is gone",
        "host",
        "grep -q '^HEARTBEAT_URL=.' {folder}/stage.env",
        "heartbeat_url in the stage file: how-to/watch.md",
    ),
    Row(
        "the release that serves passed a load test",
        "host",
        f'release={_LIVE} && test -n "$release" && grep -F "\\"trial\\": \\"load\\", \\"release\\":'
        ' \\"$release\\", \\"failures\\": 0," {folder}/trials.jsonl',
        "./run invoke load https://DOMAIN --stage STAGE",
    ),
    Row(
        "there is a release to go back to",
        "host",
        'awk \'/"event": "live"/ { live++ } END { exit live < 2 }\' {folder}/releases.jsonl',
        "Deploy once more: there is no release before the first one.",
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
    """Run the command of every row and return the findings.

    Parameters
    ----------
    site
        The stage, and its host.
    rows
        The rows to run.
    """
    findings = []
    for row in rows:
        command = filled(site, row)
        if site.dry_run:
            place = "here" if row.place == "here" else site.stage.host
            DRY_RUN.would(place, f"look: {command[-1]}")
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
    """Return the command of a row for a stage, in the form that runs on this machine."""
    is_sent = site.stage.images == "stream"
    words = {
        "domain": site.stage.domain,
        "folder": site.stage.folder,
        "host": site.stage.host,
        "registry": site.stage.registry,
        "look_for": "docker image inspect" if is_sent else "docker buildx imagetools inspect",
    }
    script = row.command
    for name, value in words.items():
        script = script.replace(f"{{{name}}}", value)
    return ["bash", "-c", script] if row.place == "here" else site.host.ssh(script)
