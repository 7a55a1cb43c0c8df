from __future__ import annotations

import json
from datetime import date
from typing import Any

from optimizer_core.domain import Shortage
from optimizer_core.wire import load_problem
from optimizer_core.wire.shortages import shortage_entries


def test_stays_become_rows_and_requests_are_left_out(document: dict[str, Any]) -> None:
    loaded = load_problem(json.dumps(document).encode())
    night = date(2026, 5, 2)
    shortage = Shortage(("A",), night, night, 1, ("request 1", "2", "1"), ("3",))
    entry = shortage_entries(loaded, [shortage])[0]
    assert (entry.reservations, entry.locks) == ([1, 0], [2])
    assert (entry.room_types, entry.first, entry.rooms_short) == (["A"], night, 1)
