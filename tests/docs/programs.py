"""Every program that the documentation lets its readers type, and how a call of it is judged unrun.

A program that is not in `CHECKS` fails: whoever writes of a new one says here how it is judged.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import entry_points
from itertools import pairwise

from optimizer_core import cli
from tests.docs.blocks import ROOT
from tests.docs.containers import check_docker
from tests.docs.stack import stack_of, texts, units
from tests.docs.tasks_and_sessions import check_sessions, check_task, parse_task
from tests.docs.typed import Call, calls_of

PLACEHOLDER = re.compile(r"[A-Z][A-Z_.-]+")
"""Stands for what only the reader knows: HOST, FILE, YOUR.DOMAIN."""
# Places of the system, which nothing of ours makes.
OF_THE_SYSTEM = (
    "/etc/systemd/",
    "/var/lib/docker",
    "/run/reboot-required",
    "/var/backups",
    "/var/log",
    "/etc/ssl/",
    "~/.ssh/",
    "/srv/",
)
# What programs of the system are asked for; none of these changes anything by itself.
FLAGS = {
    "cat": set(),
    "cp": set(),
    "df": {"-h", "-i"},
    "dmesg": {"--ctime"},
    "du": {"-xh", "--max-depth"},
    "echo": set(),
    "free": {"-m"},
    "getent": set(),
    "install": {"-D", "-m"},
    "mkdir": {"-p"},
    "openssl": {"-connect", "-servername", "-noout", "-enddate", "-issuer"},
    "printf": set(),
    "sha256sum": set(),
    "ss": {"-ltnp"},
}
VERBS = {("docker", "compose"), ("docker", "image", "rm"), ("docker", "compose", "up"), ("pip", "install")}
"""Spoken of by the verb alone."""
_OURS = re.compile(r"^@?((?:infra|examples|docs|packages|tooling|tests)/\S*)$")
_FLAG = re.compile(r"^--?[A-Za-z][\w-]*")
_QUOTED_WORDS = re.compile(r'"([a-z][a-z_ -]+)"')


def check(call: Call) -> None:
    """Judge a call without running it.

    Raises
    ------
    AssertionError
        If it names something that is not there, or is of no known program.
    """
    assert call.program in CHECKS, f"{call.program}: say in tests/docs/programs.py how a call of it is judged"
    for argument in call.arguments:
        ours = _OURS.match(argument)
        assert ours is None or any(ROOT.glob(ours[1])), f"there is no {argument}"
    for name in call.settings:
        known = stack_of().variables
        assert name in known or name in texts("packages", "tooling", "infra"), f"nothing reads {name}"
    CHECKS[call.program](call)


def check_mention(text: str) -> None:
    """Judge a command in running text, which may leave arguments out.

    Raises
    ------
    AssertionError
        If it names something that is not there.
    """
    for call in calls_of(text):
        name, *words = (call.program, *call.arguments)
        if name == "./run" and words and words[0] in {"bookingopt", "invoke", "nox"}:
            name, *words = words
        if not words or PLACEHOLDER.fullmatch(words[0]):
            continue
        if len(words) == 1 and name == "bookingopt":
            assert words[0] in _commands(), f"bookingopt has no command {words[0]!r}"
        elif name == "invoke":
            parse_task(words)
        elif (name, *words) not in VERBS:
            check(Call(name, tuple(words), call.settings, call.reads_from))


def parse_bookingopt(arguments: tuple[str, ...]) -> None:
    """Let the command line take its arguments apart."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
        try:
            cli._parser().parse_args(list(arguments))
        except SystemExit as error:
            if error.code:
                raise AssertionError(f"bookingopt {' '.join(arguments)}: {told.getvalue()}") from error


def _commands() -> frozenset[str]:
    choices = next(action.choices for action in cli._parser()._actions if action.dest == "command")
    return frozenset(choices or ())


def _run(call: Call) -> None:
    program, *arguments = call.arguments
    if program == "nox":
        check_sessions(arguments)
    elif program == "invoke":
        check_task(arguments)
    elif program == "bookingopt":
        parse_bookingopt(tuple(arguments))
    elif program != "uv":
        _installed(Call(program, tuple(arguments)))


def _installed(call: Call) -> None:
    """Judge a program of ours that is known by its name alone."""
    scripts = {script.name for script in entry_points(group="console_scripts")}
    assert call.program in scripts, f"no distribution has a program {call.program!r}"


def _system(call: Call) -> None:
    flags = {found[0] for argument in call.arguments if (found := _FLAG.match(argument))}
    assert flags <= FLAGS[call.program], f"{call.program}: {sorted(flags - FLAGS[call.program])}"
    for argument in call.arguments:
        path = argument.rstrip("/")
        if path.startswith(("/", "~/")) and not path.startswith(OF_THE_SYSTEM):
            assert path in texts("infra", "tooling"), f"nothing of ours is in {path}"


def _filter(call: Call) -> None:
    """Run a filter on nothing: what it does not understand it says. Then look its words up."""
    program = shutil.which(call.program)
    if program is not None:
        done = subprocess.run(
            [program, *call.arguments], input="", capture_output=True, text=True, check=False, timeout=10
        )
        assert done.returncode in {0, 1}, done.stderr
    source = call.reads_from
    while source is not None and source.reads_from is not None:
        source = source.reads_from
    if (
        call.program == "grep"
        and source is not None
        and source.program == "logs"
        and source.arguments[0] in _OWN
    ):
        for pattern in call.arguments:
            words = _QUOTED_WORDS.findall(pattern) or (
                [pattern] if re.fullmatch(r"[a-z][a-z -]+", pattern) else []
            )
            for word in words:
                assert word in texts("packages"), f"no log of ours says {word!r}"


def _systemctl(call: Call) -> None:
    verb, *rest = call.arguments
    assert verb in {"start", "stop", "restart", "status", "enable"}, verb
    named = [word for word in rest if not word.startswith("-")]
    assert named, "no unit is named"
    assert set(named) <= units(), f"there is no unit {sorted(set(named) - units())}"


def _journalctl(call: Call) -> None:
    words = [*call.arguments]
    while words:
        word = words.pop(0)
        if word == "-u":
            unit = words.pop(0)
            assert unit in units(), f"there is no unit {unit}"
        elif word.startswith("COM_DOCKER_COMPOSE_SERVICE="):
            assert word.partition("=")[2] in stack_of().services, word
        elif word in {"--since", "--output", "-g"}:
            words.pop(0)
        else:
            assert word.startswith("--vacuum-time="), f"journalctl {word}"


def _of_a_service(call: Call) -> None:
    """Judge ``of SERVICE`` and ``logs SERVICE SINCE``, the functions of the runbooks."""
    service = call.arguments[0]
    assert service in stack_of().services or service == "$1", f"there is no service {service!r}"
    if call.program == "logs" and len(call.arguments) > 1:
        assert re.fullmatch(r"\d+[mh]", call.arguments[1]), call.arguments[1]


def _ssh(call: Call) -> None:
    words = [*call.arguments]
    while words and words[0] == "-L":
        _, here, host, there = (f":{words[1]}").split(":")
        assert host == "127.0.0.1"
        assert {int(here), int(there)} <= stack_of().ports, f"nothing listens on {there}"
        del words[:2]
    assert words, "no host is named"
    host, *remote = words
    assert PLACEHOLDER.fullmatch(host.rpartition("@")[2]) or "." in host, host
    if remote:
        check(Call(remote[0], tuple(remote[1:])))


def _curl(call: Call) -> None:
    """Judge the flags; that it gets an answer is seen where it is run."""
    known = {"-s", "-sI", "-sv", "-i", "-X", "-H", "-o", "--data-binary", "-N"}
    flags = {word for word in call.arguments if word.startswith("-")}
    assert flags <= known, sorted(flags - known)
    assert any("://" in word for word in call.arguments), "no address is asked"


def _terraform(call: Call) -> None:
    verb, *rest = call.arguments
    assert verb in {"init", "apply"}
    names = [value.partition("=")[0] for flag, value in pairwise(rest) if flag == "-var"]
    known = re.findall(r'^variable "(\w+)"', texts("infra/gcp"), re.MULTILINE)
    assert set(names) <= set(known), f"there is no variable {sorted(set(names) - set(known))}"


def _git(call: Call) -> None:
    verb, *rest = call.arguments
    assert verb in {"clone", "tag", "init", "add", "commit", "push", "checkout"}, verb
    assert rest, f"git {verb} needs more"


def _pip(call: Call) -> None:
    """Judge ``pip install``: what it names is a distribution of this repository, or is in the lock."""
    assert call.arguments[0] == "install"
    for word in call.arguments[1:]:
        if word.startswith((".", "--")):
            continue
        name = re.split(r"[\[<>=]", word)[0]
        example = any(ROOT.glob(f"examples/{name}/pyproject.toml"))
        assert example or f'name = "{name}"' in (ROOT / "uv.lock").read_text(encoding="utf-8"), name


def _cd(call: Call) -> None:
    (folder,) = call.arguments
    assert PLACEHOLDER.fullmatch(folder) or "/" not in folder or (ROOT / folder).is_dir(), folder


_OWN = frozenset({"api", "worker"})

CHECKS: dict[str, Callable[[Call], None]] = {
    "./run": _run,
    "bookingopt": lambda call: parse_bookingopt(call.arguments),
    "bookingopt-api": _installed,
    "bookingopt-worker": _installed,
    "cd": _cd,
    "curl": _curl,
    "docker": check_docker,
    "git": _git,
    "invoke": lambda call: check_task(call.arguments),
    "journalctl": _journalctl,
    "nox": lambda call: check_sessions(call.arguments),
    "logs": _of_a_service,
    "of": _of_a_service,
    "pip": _pip,
    "ssh": _ssh,
    "systemctl": _systemctl,
    "terraform": _terraform,
    **dict.fromkeys(("grep", "sort", "tail", "uniq"), _filter),
    **dict.fromkeys(FLAGS, _system),
}
"""How a call of each program is judged."""
