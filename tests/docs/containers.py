"""Calls of Docker and of Compose: what they name is defined in infra/, and their flags are known ones."""

from __future__ import annotations

import contextlib
import io
import re

from bookingopt_api import keys_command
from tests.docs.stack import COLORS, PROJECT, is_container, stack_of, texts
from tests.docs.typed import SUBSTITUTED, Call

# Each flag with whether a value follows it.
FLAGS: dict[str, dict[str, bool]] = {
    "ps": {"--all": False, "--quiet": False, "--filter": True, "--format": True},
    "inspect": {"--format": True},
    "exec": {"--interactive": False},
    "logs": {"--since": True},
    "restart": {},
    "start": {},
    "stats": {"--no-stream": False, "--format": True},
    "system df": {},
    "image prune": {"--force": False},
    "login": {},
    "image rm": {},
}
COMPOSE_FLAGS: dict[str, dict[str, bool]] = {
    "up": {"--wait": False, "--detach": False, "--scale": True, "--force-recreate": False},
    "down": {"-v": False},
    "exec": {},
    "logs": {"--no-log-prefix": False},
}
INSIDE = frozenset({"amtool", "bookingopt-api", "cat", "healthy", "nginx"})
"""Programs that are run inside of containers."""
_GROUPS = frozenset({"system", "image"})
_SERVICE_LABEL = "label=com.docker.compose.service="
_PROJECT_LABEL = "label=com.docker.compose.project="


def check_docker(call: Call) -> None:
    """Judge a call of ``docker``.

    Raises
    ------
    AssertionError
        If it names a flag, a file, a service, a profile or a container that is not there.
    """
    words = [*call.arguments]
    if words[0] == "compose":
        _check_compose(words[1:])
        return
    verb = words.pop(0)
    if verb in _GROUPS:
        verb = f"{verb} {words.pop(0)}"
    assert verb in FLAGS, f"docker {verb}: not among those that are known here"
    values, rest = _take_flags(f"docker {verb}", words, FLAGS[verb])
    for value in values.get("--filter", ()):
        _check_filter(value)
    if verb in {"exec", "restart", "start", "logs", "inspect"}:
        assert rest, f"docker {verb}: no container is named"
        names = rest[:1] if verb == "exec" else rest
        unknown = [name for name in names if not (_is_open(name) or is_container(name))]
        assert not unknown, f"no container is called {unknown}"
    if verb == "exec":
        _check_inside(rest[1:])


def _check_compose(words: list[str]) -> None:
    files: list[str] = []
    profiles: list[str] = []
    while words and words[0].startswith("-"):
        flag, value = words.pop(0), words.pop(0)
        if flag in {"-f", "--file"}:
            files.append(value)
        elif flag == "--profile":
            profiles.append(value)
        else:
            assert flag in {"-p", "--project-name", "--env-file"}, f"docker compose {flag}"
            assert flag == "--env-file" or value in {f"{PROJECT}{color}" for color in COLORS}, value
    stack = stack_of(tuple(files))
    assert set(profiles) <= stack.profiles, f"{files} have the profiles {sorted(stack.profiles)}"
    if not words:
        return
    verb = words.pop(0)
    assert verb in COMPOSE_FLAGS, f"docker compose {verb}: not among those that are known here"
    values, rest = _take_flags(f"docker compose {verb}", words, COMPOSE_FLAGS[verb])
    services = rest[:1] if verb == "exec" else rest
    if verb == "exec":
        _check_inside(rest[1:])
    services += [value.partition("=")[0] for value in values.get("--scale", ())]
    assert set(services) <= stack.services, f"there is no service {sorted(set(services) - stack.services)}"


def _take_flags(
    command: str, words: list[str], known: dict[str, bool]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the values of flags, and what follows the flags."""
    values: dict[str, list[str]] = {}
    while words and words[0].startswith("-"):
        flag = words.pop(0)
        assert flag in known, f"{command} {flag}: not among the flags that are known here"
        values.setdefault(flag, []).append(words.pop(0) if known[flag] else "")
    return values, words


def _check_inside(words: list[str]) -> None:
    """Judge what is run in a container: one of its programs, and a file that is put there."""
    assert words, "nothing is run in the container"
    assert words[0] in INSIDE, f"no container of ours is known to have {words[0]!r}"
    if words[:2] == ["bookingopt-api", "keys"]:
        _check_keys(words[2:])
    for path in (word for word in words if word.startswith("/")):
        assert path in texts("infra"), f"nothing of ours is at {path}"


def _check_keys(words: list[str]) -> None:
    """Let the program of the keys take its arguments apart; dots stand for arguments left out."""
    told = io.StringIO()
    if words[-1] == "…":
        assert words[0] in keys_command._parser().format_help()
        return
    with contextlib.redirect_stderr(told):
        try:
            keys_command._parser().parse_args(words)
        except SystemExit as error:
            raise AssertionError(f"bookingopt-api keys {' '.join(words)}: {told.getvalue()}") from error


def _check_filter(value: str) -> None:
    if value.startswith(_SERVICE_LABEL):
        service = value.removeprefix(_SERVICE_LABEL)
        assert service in stack_of().services or service == "$1", f"there is no service {service!r}"
    else:
        assert value in {f"{_PROJECT_LABEL}{PROJECT}", f"name={PROJECT}"}, value


def _is_open(name: str) -> bool:
    """Return whether a name stands for what the reader or another command knows."""
    return name.startswith("$") or name == SUBSTITUTED or bool(re.fullmatch(r"[A-Z]+", name))
