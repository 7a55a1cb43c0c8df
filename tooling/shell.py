"""Print each command of a task, and run it unless the run is dry."""

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRY_RUN_HELP = "print what would be done, and do nothing"

Command = Sequence[str | Path]


class CommandFailed(SystemExit):
    """A command ended with a code other than 0; a task that does not catch it ends with that code.

    Parameters
    ----------
    command
        The program and its arguments.
    code
        Its exit code.
    output
        What it printed, where that was asked for; empty where it went to the terminal.
    """

    def __init__(self, command: Sequence[str], code: int, output: str = "") -> None:
        self.command = tuple(command)
        self.exit_code = code
        self.output = output
        super().__init__(str(self) if output else code)  # what was not on the terminal yet is told at the end

    def __str__(self) -> str:
        """Return one sentence, and what the command said last."""
        last = self.output.strip().splitlines()[-1:]
        return ": ".join([f"{shlex.join(self.command)} ended with {self.exit_code}", *last])


def run(command: Command, *, dry_run: bool, text: str | None = None) -> None:
    """Run a command from the root of the repository.

    Parameters
    ----------
    command
        The program and its arguments; no shell reads them.
    dry_run
        Only print the command.
    text
        What it reads from its standard input; None for what this process reads.

    Raises
    ------
    CommandFailed
        If the command fails, with its exit code.
    """
    arguments = _told(command)
    if dry_run:
        return
    finished = subprocess.run(arguments, cwd=ROOT, check=False, input=text, text=True)
    if finished.returncode:
        raise CommandFailed(arguments, finished.returncode)


def ask(command: Command, *, dry_run: bool = False, assumed: str = "") -> str:
    """Return what a command prints that changes nothing.

    Parameters
    ----------
    command
        The program and its arguments.
    dry_run
        Only print the command, and go on with ``assumed``.
    assumed
        The answer of a dry run.

    Raises
    ------
    CommandFailed
        If the command fails; holds what it printed on both channels.
    """
    arguments = [str(part) for part in command]
    if dry_run:
        _told(command)
        return assumed
    done = subprocess.run(arguments, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise CommandFailed(arguments, done.returncode, done.stdout + done.stderr)
    return done.stdout.strip()


def pipe(source: Command, sink: Command, *, dry_run: bool) -> None:
    """Run two commands, the second reading what the first writes.

    Raises
    ------
    CommandFailed
        If one of them fails; the sink is blamed first, because a source whose reader is gone fails too.
    """
    commands = [[str(part) for part in command] for command in (source, sink)]
    print(f"$ {' | '.join(shlex.join(command) for command in commands)}", flush=True)
    if dry_run:
        return
    with subprocess.Popen(commands[0], cwd=ROOT, stdout=subprocess.PIPE) as first:
        second = subprocess.run(commands[1], cwd=ROOT, check=False, stdin=first.stdout)
        if first.stdout is not None:
            first.stdout.close()
    for command, code in ((commands[1], second.returncode), (commands[0], first.returncode)):
        if code:
            raise CommandFailed(command, code)


def _told(command: Command) -> list[str]:
    arguments = [str(part) for part in command]
    print(f"$ {shlex.join(arguments)}", flush=True)
    return arguments
