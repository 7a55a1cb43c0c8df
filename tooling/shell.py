"""Print each command of a task, and run it unless the run is dry."""

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRY_RUN_HELP = "print what would be done, and do nothing"


def run(command: Sequence[str | Path], *, dry_run: bool) -> None:
    """Run a command from the root of the repository.

    Parameters
    ----------
    command
        The program and its arguments; no shell reads them.
    dry_run
        Only print the command.

    Raises
    ------
    SystemExit
        If the command fails, with its exit code.
    """
    arguments = [str(part) for part in command]
    print(f"$ {shlex.join(arguments)}", flush=True)
    if dry_run:
        return
    finished = subprocess.run(arguments, cwd=ROOT, check=False)
    if finished.returncode:
        raise SystemExit(finished.returncode)
