from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi.testclient import TestClient

from bookingopt_api.console.locks import MOST_LINES, dearest_locks
from optimizer_core.wire import LockPriceEntry, ResultDocument

Small = Callable[..., ResultDocument]


def _lock(**fields: Any) -> LockPriceEntry:
    stay: dict[str, Any] = {"reservation": 2, "id": 13, "room": "2", "arrival": date(2027, 5, 1), "length": 3}
    return LockPriceEntry(**stay | {"at_least": 0.0} | fields)


def test_a_line_says_whose_lock_it_is_and_what_it_costs(small: Small) -> None:
    (line,) = dearest_locks(small(lock_prices=[_lock(at_least=4.5, at_most=4.5, price=4.5)]))
    assert (line.name, line.identity, line.room, line.nights) == ("Cem", "13", "2", 3)
    assert line.price == "4.5"


def test_what_is_not_known_exactly_is_a_range(small: Small) -> None:
    locks = [_lock(at_least=1.0, at_most=1234.5), _lock(at_least=2.0), _lock(upgrades_avoided=1)]
    lines = dearest_locks(small(lock_prices=locks))
    assert [line.price for line in lines] == ["1 to 1,234.5", "at least 2", "1 upgrade"]


def test_locks_that_cost_nothing_are_left_out_and_long_lists_are_cut(small: Small) -> None:
    assert dearest_locks(small(lock_prices=[_lock(at_most=0.0, price=0.0), _lock()])) == ()
    locks = [_lock(at_least=9.0, at_most=9.0, price=9.0)] * (MOST_LINES + 1)
    assert len(dearest_locks(small(lock_prices=locks))) == MOST_LINES


def test_the_page_of_moves_lists_them(client: TestClient, done: str) -> None:
    page = client.get(f"/jobs/{done}/moves")
    assert page.status_code == 200
    assert "What locks cost" in page.text
