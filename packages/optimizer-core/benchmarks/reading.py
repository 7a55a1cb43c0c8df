"""A large document, read with the cyclic garbage collector off, against the same with the collector on."""

from __future__ import annotations

import gc
import json
import time
from datetime import date, timedelta
from unittest.mock import patch

from benchmarks.table import Row, timed
from optimizer_core.wire import load_problem

NUM_ROOMS, NUM_STAYS = 950, 100
"""Rooms, and stays of each room."""


def reading() -> list[Row]:
    """Return the CPU seconds of reading a document of 27 MB, and its peak memory."""
    off, on = (timed(_seconds_to_read, is_on) for is_on in (False, True))
    case = f"reading {off.result / 1e6:.0f} MB, CPU seconds"
    return [Row(case, off.seconds, "collector on", on.seconds, off.megabytes)]


def _seconds_to_read(is_collector_on: bool) -> tuple[float, int]:
    """Return the CPU seconds of reading, and the size of the document in bytes."""
    content = _document()
    gc.collect()
    if is_collector_on:
        with patch.object(gc, "disable"):
            return _timed(content), len(content)
    return _timed(content), len(content)


def _timed(content: bytes) -> float:
    started = time.process_time()
    loaded = load_problem(content)
    gc.collect(0)  # the next quick collection, while all of it is still there
    del loaded
    return time.process_time() - started


def _document() -> bytes:
    """Return a document in which every field of a stay is given, as some hotel systems do."""
    first, types = date(2026, 1, 1), [f"T{number}" for number in range(8)]
    rooms = [{"RoomNumber": f"{row:04d}", "RoomType": types[row % 8]} for row in range(NUM_ROOMS)]
    stays = [
        {
            "Name": f"Guest number {row * NUM_STAYS + number}",
            "Id": row * NUM_STAYS + number,
            "Arrival": str(first + timedelta(4 * number)),
            "Length": 3,
            "RoomType": types[row % 8],
            "AllowableRoomTypes": [types[(row + 1) % 8]],
            "TypeOrder": [types[row % 8], types[(row + 1) % 8]],
            "AssignedRoom": f"{row:04d}",
            "IsLocked": False,
            "AdjacencyGroup": None,
            "SplitGroup": None,
            "LockedForSolver": False,
            "Test": False,
        }
        for row in range(NUM_ROOMS)
        for number in range(NUM_STAYS)
    ]
    return json.dumps({"ProblemId": "large", "Rooms": rooms, "Reservations": stays}).encode()
