"""Prints the table: ``python -m benchmarks [PART ...]``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from .keys import keys
from .ledger import ledger
from .programs import require
from .service import service
from .start import start
from .table import Row, as_text

PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "service": service,
    "ledger": ledger,
    "start": start,
    "keys": keys,
}


def main(names: list[str]) -> int:
    """Run the named parts, all if none is named."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    require("redis-server", "wrk")
    rows = [row for name in names or PARTS for row in PARTS[name]()]
    print(as_text(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
