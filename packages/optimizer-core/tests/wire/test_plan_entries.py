import json
from typing import Any

from optimizer_core.run import run
from optimizer_core.wire import load_problem
from optimizer_core.wire.plan_entries import rooms_of


def test_the_order_of_the_entries_does_not_matter(document: dict[str, Any]) -> None:
    document["Reservations"].pop()
    content = json.dumps(document).encode()
    entries = run(content, backend="highs").result.optimized_plan
    loaded = load_problem(content)
    assert rooms_of(loaded, entries) == rooms_of(loaded, entries[::-1])
    rooms, faults = rooms_of(loaded, entries)
    assert (sorted(rooms), faults) == (["1", "2", "3"], [])


def test_an_entry_too_many_is_told_and_left_out(document: dict[str, Any]) -> None:
    document["Reservations"].pop()
    content = json.dumps(document).encode()
    entries = run(content, backend="highs").result.optimized_plan
    rooms, faults = rooms_of(load_problem(content), [*entries, entries[0]])
    assert len(rooms) == 3
    assert faults == ["OptimizedPlan[3] matches no reservation of the problem, or one that another entry has"]
