"""Where each command of the documentation is run, what stands for its names there, and what it must say.

A command that no rule places, and no exception excuses, fails `test_places.py`. A test runs whatever is
placed with it: it asks `commands_at`, and keeps no list of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from fnmatch import fnmatch
from functools import cache

from tests.docs.blocks import SHELL, blocks, inline, pages
from tests.docs.programs import CHECKS, PLACEHOLDER, VERBS
from tests.docs.typed import Line, calls_of, lines_of
from tests.docs.walk import OF_NGINX


class Place(Enum):
    """Which test runs a command."""

    WALK = "tests/docs/test_pages.py: as a reader goes down the page; tasks are tried, sessions are known"
    TUTORIAL = "tests/docs/test_backend_tutorial.py"
    NEWCOMER = "tests/drill/conftest.py: what brings the checkout of the drill, and tags its releases"
    STACK = "tests/integration/test_stack_pages.py: in a clone, on a stack of its own"
    OUTSIDE = "tests/integration/test_stack_pages.py: in a clone, with nothing but the probe"
    HOST = "tests/drill/test_host_pages.py: as root on the host of production, or from here with ssh"


RUN_BY_THE_WALK = frozenset({"./run", "bookingopt", "curl", "echo", "invoke", "nox"})
"""Programs that end a line which `walk.py` runs."""

RULES = (
    ("docs/tutorials/write-a-backend.md", "", Place.TUTORIAL),
    ("docs/how-to/deploy.md", "git ", Place.NEWCOMER),
    ("docs/how-to/deploy.md", "cd bookingopt", Place.NEWCOMER),
    ("docs/how-to/logs.md", "docker compose -p bookingopt logs", Place.STACK),
    ("docs/how-to/logs.md", "journalctl", Place.HOST),
    ("docs/how-to/watch.md", "SITE_URL=", Place.OUTSIDE),
    ("docs/*", "docker compose ", Place.STACK),
    ("docs/runbooks/*", "", Place.HOST),
    ("docs/explanation/security.md", "printf ", Place.HOST),
    *(("docs/how-to/*", f"{program} ", Place.HOST) for program in ("docker exec", "ssh", "systemctl")),
)
"""Pages, how a command of theirs begins, and where it is run; the first that fits counts."""

EXCEPTIONS = {
    "terraform ": "it makes a machine at Google, for money; `nox -s lint` formats and validates it",
    "cd infra/gcp": "where terraform is called",
    "pip install ": "no distribution of ours is published yet; `nox -s distributions` installs what is built",
    "docker compose -f infra/compose.yaml -f infra/compose.journald.yaml": (
        "it needs an engine beside systemd; each host of the drill logs with this file"
    ),
}
"""How commands begin that no test runs, and why."""

SUBSTITUTES = {
    "-p bookingopt ": "project",
    "YOUR.DOMAIN": "domain",
    "9093:127.0.0.1:9093 HOST": "tunnel",
    "exec CONTAINER": "container",
    "keys create …": "keys",
    "JOB_ID": "job",
    "REASON": "reason",
    "--profile monitoring up --detach --wait": "monitoring",
}
"""What pages say, and the name under which a test has its own in place of that."""

_LINE_OF_LOG = r'"event": "\w+'
SAYS = (
    ("docker compose -f infra/compose.yaml -f infra/compose.monitoring.yaml", r"prometheus-1\s+Healthy"),
    ("docker compose -f infra/compose.yaml down", r"nginx-1\s+Removed"),
    ("docker compose -f infra/compose.yaml up --wait --scale", r"worker-3\s+Healthy"),
    ("docker compose -f infra/compose.yaml up", r"nginx-1\s+Healthy"),
    ("docker compose -p bookingopt logs", r'"event": "job"'),
    ("SITE_URL=", r"uptime-1\s+Started"),
    ("docker ps --all", r"bookingopt-"),
    ("docker ps --filter", r"bookingopt-"),
    ("docker inspect --format '{{.State.OOMKilled}}", r"(true|false) \d+"),
    ("docker inspect --format '{{.Name}}", r"/bookingopt-\S+ (true|false) \d+"),
    ("docker exec $(of redis) healthy", "it answers"),
    ("docker exec $(of redis) cat", r"maxmemory"),
    ("docker exec $(of nginx) nginx -t", "test is successful"),
    ("docker exec $(of nginx) nginx -s reload", "signal process started"),
    ("docker exec CONTAINER bookingopt-api keys create", "bo_live_"),
    ("docker start", r"^\w+$"),
    ("docker restart", r"^\w+$"),
    ("docker stats", r"bookingopt-"),
    ("docker system df", "Images"),
    ("docker image prune", "Total reclaimed space"),
    ("logs api 15m | grep -c store-unavailable", r"^[1-9]"),
    ("logs api 24h | grep -c", r"^[1-9]"),
    ("logs api 15m | grep '\"status\": 5'", '"problem": "store-unavailable"'),
    ('logs api 15m | grep \'"problem"', r'\d+ "key_id": '),
    ("logs api 30m", _LINE_OF_LOG),
    ('logs worker 15m | grep \'"event": "job"\'', '"run_seconds": '),
    ("logs worker 15m | grep -m 5 'ledger away'", "ledger away"),
    ("logs worker 15m | tail", _LINE_OF_LOG),
    ('logs worker 30m | grep \'"attempt"', '"attempt": 2'),
    ("logs worker 30m | tail", _LINE_OF_LOG),
    ("logs nginx", "."),
    ("logs redis 30m | tail", "Ready to accept connections"),
    ("logs redis-exporter", "."),
    ("systemctl status", r"bookingopt-backup\.timer"),
    ("cat /run/reboot-required.pkgs", r"\d+\.\d+"),
    ("df -i", "Inodes"),
    ("logs api 30m | tail -n 20", "."),
    ("journalctl -u bookingopt-backup.service", r"backup [0-9a-f]{8} in /srv/bookingopt/backups: "),
    ("journalctl --since -2d", r'"job_id": "'),
    ("journalctl --since -30d", r'"act": "'),
    ("journalctl --vacuum-time", "Vacuuming done"),
    ("cat /var/lib/bookingopt/metrics", r"bookingopt_backup_last_success_timestamp_seconds \d+"),
    ("echo | openssl", r"notAfter="),
    ("curl -sI", r"HTTP/1\.1 404"),
    ("getent", r"\d+\.\d+\.\d+\.\d+"),
    ("df -h", "Filesystem"),
    ("du -xh", "/var/lib/docker"),
    ("free -m", "Mem:"),
    ("ss -ltnp", r":443\b"),
    ("ssh deploy@bookingopt.example cat /srv/bookingopt/secrets/backup_password", r"^[\w-]{43}$"),
    ("printf seaview | sha256sum", r"^[0-9a-f]{64} "),
)
"""How commands begin, and what must be found in what they print; the first that fits counts."""

ENDS = {
    "systemctl status bookingopt-backup": ({0, 3}, "3: a service that has done its work is not active"),
}
"""How commands begin that may end with another code than 0, and why."""

_ASSIGNED = re.compile(r"\b[A-Z_]+=")
_LIVING = tuple(page for page in pages() if not page.startswith("docs/decisions/"))


@cache
def commands() -> tuple[Line, ...]:
    """Return every command of the documentation: typed in blocks, or named in running text with arguments.

    Decisions are never changed, so what they name in running text may be gone.
    """
    typed = [
        line
        for page in pages()
        for block in blocks(page)
        if block.language in SHELL
        for line in lines_of(block)
    ]
    named = [
        Line(page, mention.line, mention.text)
        for page in _LIVING
        for mention in inline(page)
        if _is_command(mention.text)
    ]
    order = {page: number for number, page in enumerate(pages())}
    return tuple(sorted([*typed, *named], key=lambda line: (order[line.page], line.number)))


def place_of(line: Line) -> Place | None:
    """Return where a command is run; None for an exception.

    Raises
    ------
    AssertionError
        If nothing runs it.
    """
    if any(line.text.startswith(beginning) for beginning in EXCEPTIONS):
        return None
    if _is_of_the_walk(line):
        return Place.WALK
    rule = rule_of(line)
    assert rule is not None, f"{line}: no test runs it; say where in tests/docs/places.py"
    return rule[2]


def rule_of(line: Line) -> tuple[str, str, Place] | None:
    """Return the rule that places a command; None if none does."""
    fitting = (rule for rule in RULES if fnmatch(line.page, rule[0]) and line.text.startswith(rule[1]))
    return next(fitting, None)


def commands_at(place: Place) -> tuple[Line, ...]:
    """Return the commands that are run at a place, page by page in their order."""
    found = tuple(line for line in commands() if place_of(line) is place)
    assert found, f"nothing is run by {place.value}"
    return found


def substituted(line: Line, names: Mapping[str, str]) -> str:
    """Return a command with the names that a test has in the place of those of the page.

    Raises
    ------
    AssertionError
        If a name stays that only a reader knows.
    """
    text = line.text
    for said, name in SUBSTITUTES.items():
        if name in names:
            text = text.replace(said, names[name])
    words = re.split(r"[\s@/:'\"]+", _ASSIGNED.sub("", text.partition(" # ")[0]))
    left = [word for word in words if PLACEHOLDER.fullmatch(word)]
    assert not left, f"{line}: nothing stands for {left}; see SUBSTITUTES in tests/docs/places.py"
    return text


def judge(line: Line, code: int, printed: str) -> None:
    """Compare how a command ended, and what it printed, with what it must.

    Raises
    ------
    AssertionError
        If it did not end with 0, or as `ENDS` says, or did not print what `SAYS` says.
    """
    codes = next((ends for beginning, (ends, _) in ENDS.items() if line.text.startswith(beginning)), {0})
    assert code in codes, f"{line}\nended with {code}: {printed}"
    wanted = next((word for beginning, word in SAYS if line.text.startswith(beginning)), "")
    assert re.search(wanted, printed, re.MULTILINE), (
        f"{line}\n{wanted!r} is not in what it printed: {printed}"
    )


def _is_command(text: str) -> bool:
    """Return whether running text names a command that can be typed, not only a program or a verb of it."""
    words = tuple(text.split())
    is_open = len(words) < 2 or PLACEHOLDER.fullmatch(words[1]) is not None
    return words[0] in CHECKS and not is_open and words not in VERBS


def _is_of_the_walk(line: Line) -> bool:
    last = calls_of(line.text)[-1]
    if last.program == "curl" and OF_NGINX in line.text:
        return False
    return last.program in RUN_BY_THE_WALK and not line.text.startswith("docker ")
