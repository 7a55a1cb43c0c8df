"""Memory limit of a process, and which process the kernel ends first when memory runs out."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
"""The file in which Linux gives the memory limit of a container."""
OWN_SCORE = Path("/proc/self/oom_score_adj")
_FIRST_TO_GO = "1000"


def container_bytes(file: Path = CONTAINER_LIMIT) -> int | None:
    """Return the memory limit of this container in bytes; None without a limit, or outside a container."""
    try:
        text = file.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None


def limit_memory(most_bytes: int | None, score: Path = OWN_SCORE) -> None:
    """Limit the address space of this process, and let the kernel end it before its parent.

    Parameters
    ----------
    most_bytes
        Bytes of address space; allocations beyond that fail. None for no limit.
    score
        The file that sets the score for the kernel's out-of-memory killer.
    """
    with suppress(OSError):  # not Linux
        score.write_text(_FIRST_TO_GO, encoding="ascii")
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
