"""Files are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from optimizer_core.errors import Fault, InvalidInput


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
