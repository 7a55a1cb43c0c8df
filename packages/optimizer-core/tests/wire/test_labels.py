"""Stay ids come from the content of the reservations, never from their order."""

import random
from datetime import date
from typing import Any

from optimizer_core.wire.labels import stay_ids
from optimizer_core.wire.problem import Reservation


def entry(identity: Any = None, name: str | None = None, *, length: int = 2, **rest: Any) -> Reservation:
    return Reservation(id=identity, name=name, arrival=date(2026, 5, 1), length=length, **rest)


def test_a_unique_id_is_the_stay_id() -> None:
    assert stay_ids([entry(7), entry("A-8"), entry({"b": 1, "a": 2})]) == ["7", "A-8", '{"a": 2, "b": 1}']


def test_equal_ids_give_way_to_names() -> None:
    """Older clients send -1 for every reservation."""
    assert stay_ids([entry(-1, "12"), entry(-1, "13")]) == ["12", "13"]


def test_a_name_with_letters_is_not_shown() -> None:
    first, second = stay_ids([entry(None, "Ann Miller"), entry(None, "Bob Miller")])
    assert first.startswith("name-")
    assert first != second
    assert "Miller" not in first + second


def test_reservations_of_one_name_are_numbered_by_content() -> None:
    long, short = entry(None, "5", length=9), entry(None, "5", length=2)
    assert stay_ids([long, short]) == ["5#2", "5#1"]
    assert stay_ids([short, long]) == ["5#1", "5#2"]


def test_numbering_avoids_ids_that_are_taken() -> None:
    assert stay_ids([entry("5#1"), entry(None, "5"), entry(None, "5")]) == ["5#1", "5#2", "5#3"]


def test_reservations_without_id_and_name_have_ids_too() -> None:
    assert sorted(stay_ids([entry(), entry(length=3), entry("")])) == ["stay#1", "stay#2", "stay#3"]


def test_permuted_rows_keep_their_ids() -> None:
    rows = [
        entry(identity, name, length=1 + index % 4, assigned_room=room)
        for index, (identity, name, room) in enumerate(
            [
                (1, "a", None),
                (1, "a", "9"),
                (None, "a", None),
                (None, None, "8"),
                (2, "b", "7"),
                (-1, "a", "7"),
            ]
            * 3
        )
    ]
    expected = dict(zip(map(id, rows), stay_ids(rows), strict=True))
    shuffled = random.Random(5).sample(rows, len(rows))
    found = {id(row): label for row, label in zip(shuffled, stay_ids(shuffled), strict=True)}
    by_content = {label: row.model_dump() for row, label in zip(rows, stay_ids(rows), strict=True)}
    assert sorted(found.values()) == sorted(expected.values())
    assert all(by_content[found[id(row)]] == row.model_dump() for row in rows)
