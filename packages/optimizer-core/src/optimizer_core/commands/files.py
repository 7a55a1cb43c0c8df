"""Reading documents and writing results: whole files or nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from optimizer_core.errors import Fault, InvalidInput
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


def write_files(contents: Sequence[tuple[str, bytes]]) -> None:
    """Write all files or none: each beside its target first, then renamed.

    Parameters
    ----------
    contents
        Paths and what they are to hold.

    Raises
    ------
    InvalidInput
        If a file cannot be written.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for name, content in contents:
            if Path(name).exists() and not Path(name).is_file():  # a device or a pipe cannot be replaced
                Path(name).write_bytes(content)
            else:
                target = Path(os.path.realpath(name))
                staged.append((_stage(target, content), target))
        while staged:
            temporary, place = staged[0]
            temporary.replace(place)
            staged.pop(0)
    except OSError as error:
        name = error.filename2 or error.filename or contents[0][0]
        raise InvalidInput([Fault((str(name),), f"cannot be written: {error.strerror}")]) from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stage(target: Path, content: bytes) -> Path:
    """Write the content to a new file beside the target and return its path."""
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), _mode(target))
        except BaseException:
            Path(file.name).unlink()
            raise
    return Path(file.name)


def _mode(target: Path) -> int:
    """Return the permissions of the target, or those that a new file gets here."""
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask
