"""Tasks of Invoke and sessions of nox, asked of Invoke and of the noxfile themselves."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from invoke.collection import Collection
from invoke.exceptions import ParseError
from invoke.loader import FilesystemLoader
from invoke.parser import Parser
from invoke.program import Program

from tests.docs.blocks import ROOT

NEEDS_A_CLONE = frozenset(
    {"certificate.install", "deploy.prod", "recover", "workers.deploy", "workers.renew"}
)
"""Tasks that ask for files, a version or no changes before they print a command: test_tasks_in_a_clone.py."""
# With a Docker engine: tests/integration. Beside nothing on its port: the service that the pages ask.
RUN_ELSEWHERE = frozenset({"build", "serve"})


def check_task(arguments: Sequence[str]) -> None:
    """Let Invoke take a task with its arguments apart, and run it with ``--dry-run``.

    Raises
    ------
    AssertionError
        If there is no such task, or it takes no such argument.
    """
    if list(arguments) == ["--list"]:
        return
    parse_task(arguments)
    if arguments[0] in NEEDS_A_CLONE | RUN_ELSEWHERE:
        return
    printed = io.StringIO()
    with _helps_kept(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            Program(namespace=namespace()).run(["invoke", *arguments, "--dry-run"], exit=False)
        except SystemExit as error:
            if error.code:
                said = f"{error.code} {printed.getvalue()}"
                raise AssertionError(f"invoke {' '.join(arguments)} --dry-run: {said}") from error


def parse_task(arguments: Sequence[str]) -> None:
    """Let Invoke take a task with its arguments apart; a name alone need only be that of a task."""
    names = set(namespace().task_names)
    names |= {alias for aliases in namespace().task_names.values() for alias in aliases}
    assert arguments[0] in names, f"there is no task {arguments[0]!r}"
    with _helps_kept():
        try:
            Parser(contexts=namespace().to_contexts()).parse_argv(list(arguments))
        except ParseError as error:
            if len(arguments) > 1:
                raise AssertionError(f"invoke {' '.join(arguments)}: {error}") from error


def check_sessions(arguments: Sequence[str]) -> None:
    """Look for sessions behind ``nox -s`` in the noxfile.

    Raises
    ------
    AssertionError
        If there is no such session.
    """
    named = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    if not named or named == ["--list"]:
        return
    assert named.pop(0) == "-s", f"nox {' '.join(arguments)}: sessions are named after -s"
    assert named, "no session is named"
    assert set(named) <= sessions(), f"there is no session {sorted(set(named) - sessions())}"


@cache
def namespace() -> Collection:
    """Return every task there is."""
    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    found: Collection = module.namespace
    return found


@cache
def sessions() -> frozenset[str]:
    """Return the names of the sessions."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    return frozenset(
        node.name.rstrip("_")
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any("session" in ast.dump(mark) for mark in node.decorator_list)
    )


@contextlib.contextmanager
def _helps_kept() -> Iterator[None]:
    """Put back what tasks say of their arguments: Invoke takes it away when it is asked for them."""
    found: dict[str, Any] = {name: namespace()[name] for name in namespace().task_names}
    helps = {name: dict(task.help) for name, task in found.items()}
    try:
        yield
    finally:
        for name, task in found.items():
            task.help.update(helps[name])
