"""Code locations of an error, without its message, which may quote a document."""

from __future__ import annotations

import traceback
from pathlib import Path

_DEEPEST = 12


def places_of(error: BaseException) -> list[str]:
    """Return the innermost code locations of an error's traceback, as ``file:line function``."""
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
