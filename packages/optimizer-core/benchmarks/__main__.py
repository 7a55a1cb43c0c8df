"""Prints the table: ``python -m benchmarks [PART ...]``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import optimization
from benchmarks.acceptance import acceptance
from benchmarks.imports import imports
from benchmarks.moves import moves
from benchmarks.reading import reading
from benchmarks.requests import requests
from benchmarks.restrictions import profiles
from benchmarks.table import Row, as_text

PARTS: dict[str, Callable[[], list[Row]]] = {
    "compare": optimization.compare,
    "growth": optimization.growth,
    "largest": optimization.largest,
    "moves": moves,
    "acceptance": acceptance,
    "restrictions": profiles,
    "requests": requests,
    "reading": reading,
    "imports": imports,
}


def main(names: list[str]) -> int:
    """Run the named parts, all if none is named."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    rows = [row for name in names or PARTS for row in PARTS[name]()]
    print(as_text(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
