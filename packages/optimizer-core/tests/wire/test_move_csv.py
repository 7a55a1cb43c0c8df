import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from optimizer_core.run import run
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.move_csv import moves_csv


@pytest.fixture
def planned(document: dict[str, Any]) -> ResultDocument:
    """Return a result in which Ann and Bob, arriving on 1 May, change places."""
    document["Reservations"].pop()
    document["Reservations"][0]["Name"] = '=HYPERLINK("http://x","Ann")'
    content = json.dumps(document).encode()
    return run(content, backend="highs", today=date(2026, 4, 1)).result


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_each_move_is_a_line_on_the_day_it_falls_due(planned: ResultDocument) -> None:
    ann, bob = sorted(rows(moves_csv(planned)), key=lambda row: row["id"])
    assert (ann["from_room"], ann["to_room"]) == (bob["to_room"], bob["from_room"]) == ("101", "102")
    assert (ann["date"], ann["weekday"], ann["departure"], ann["nights"]) == (
        "2026-05-01",
        "Fri",
        "2026-05-03",
        "2",
    )
    assert ann["to_room_type"] == "A"
    assert bob["reason"]


def test_a_name_cannot_become_a_formula(planned: ResultDocument) -> None:
    names = {row["name"] for row in rows(moves_csv(planned))}
    assert names == {'\'=HYPERLINK("http://x","Ann")', "Bob"}


def test_a_guest_who_is_in_the_house_moves_today(planned: ResultDocument) -> None:
    """Ann leaves on 3 May, Bob on 4 May; only he is still there."""
    later = planned.model_copy(update={"processing_date": date(2026, 5, 3)})
    due = {row["id"]: row["date"] for row in rows(moves_csv(later))}
    assert due == {"1": "2026-05-01", "2": "2026-05-03"}


def test_without_moves_there_is_the_header_alone(planned: ResultDocument) -> None:
    assert moves_csv(planned.model_copy(update={"moves": []})).count(b"\r\n") == 1
