"""Sources and targets of the commands: files, standard input and standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.file_writing import write_files
from optimizer_core.wire import LARGEST_DOCUMENT_BYTES, read_bytes

STANDARD = "-"
"""Name of standard input and standard output."""


def read_source(name: str, *, largest_bytes: int = LARGEST_DOCUMENT_BYTES) -> bytes:
    """Return the content of a file or, for ``-``, of standard input.

    Parameters
    ----------
    name
        Path or ``-``.
    largest_bytes
        Size limit; 64 MB by default.

    Raises
    ------
    InvalidDocument
        If it cannot be read or is too large.
    """
    return read_bytes(sys.stdin.buffer if name == STANDARD else Path(name), largest_bytes=largest_bytes)


def check_targets(targets: Sequence[str], sources: Sequence[str]) -> None:
    """Check, before any work is done, that files can be written and that none is written over an input.

    Parameters
    ----------
    targets
        Paths to be written.
    sources
        Paths that are read.

    Raises
    ------
    InvalidInput
        If a folder is missing, a target is a folder, or one file is named twice.
    """
    faults = []
    taken = {os.path.realpath(name): name for name in sources if name != STANDARD}
    for name in targets:
        path = Path(name)
        if path.is_dir():
            faults.append(Fault((name,), "is a folder; name a file"))
        elif not path.absolute().parent.is_dir():
            faults.append(Fault((name,), f"there is no folder {path.absolute().parent}; make it first"))
        elif os.path.realpath(name) in taken:
            faults.append(Fault((name,), "would be written over another file of this command; name another"))
        taken[os.path.realpath(name)] = name
    if faults:
        raise InvalidInput(faults)


def target_of(output: str | None, sources: Sequence[str]) -> str | None:
    """Return the file that is written, checked by `check_targets`; None for standard output.

    Parameters
    ----------
    output
        The option as entered: a path, ``-`` or None.
    sources
        Paths that are read.

    Raises
    ------
    InvalidInput
        If the file cannot be written.
    """
    if output in {None, STANDARD}:
        return None
    check_targets([str(output)], sources)
    return str(output)


def write_text(target: str | None, text: str) -> None:
    """Write text to a file, completely or not at all, or to standard output for the target None."""
    if target is None:
        sys.stdout.write(text)
    else:
        write_files([(target, text.encode())])
