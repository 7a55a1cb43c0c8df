"""Print each command of a task, and run it unless the run is dry."""

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRY_RUN_HELP = "print what would be done, and do nothing"

Command = Sequence[str | Path]


class CommandFailed(SystemExit):
    """A command exited with a code other than 0; a task that does not catch it exits with that code.

    Parameters
    ----------
    command
        The program and its arguments.
    code
        Its exit code.
    output
        What it printed, if that was captured; empty if it went to the terminal.
    """

    def __init__(self, command: Sequence[str], code: int, output: str = "") -> None:
        self.command = tuple(command)
        self.exit_code = code
        self.output = output
        super().__init__(str(self) if output else code)  # output that was captured is printed at the end

    def __str__(self) -> str:
        """Return one sentence, and the last line of the command's output."""
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
        Its standard input; None for that of this process.

    Raises
    ------
    CommandFailed
        If the command fails, with its exit code.
    """
    arguments = _announced(command)
    if dry_run:
        return
    finished = subprocess.run(arguments, cwd=ROOT, check=False, input=text, text=True)
    if finished.returncode:
        raise CommandFailed(arguments, finished.returncode)


def ask(command: Command, *, dry_run: bool = False, assumed: str = "") -> str:
    """Return the output of a command that changes nothing.

    Parameters
    ----------
    command
        The program and its arguments.
    dry_run
        Only print the command, and return ``assumed``.
    assumed
        The answer of a dry run.

    Raises
    ------
    CommandFailed
        If the command fails; holds what it printed on both channels.
    """
    arguments = [str(part) for part in command]
    if dry_run:
        _announced(command)
        return assumed
    done = subprocess.run(arguments, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise CommandFailed(arguments, done.returncode, done.stdout + done.stderr)
    return done.stdout.strip()


def pipe(source: Command, sink: Command, *, dry_run: bool) -> None:
    """Run two commands, the second reading the output of the first.

    Raises
    ------
    CommandFailed
        If one of them fails. If both fail, it is the error of the second: without a reader the first fails
        too.
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


def _announced(command: Command) -> list[str]:
    arguments = [str(part) for part in command]
    print(f"$ {shlex.join(arguments)}", flush=True)
    return arguments
