"""The table has a line for each date and type, and no cell that a spreadsheet would run."""

import csv
import io
from datetime import date

import pytest

from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.wire.restriction_csv import HOUSE, restrictions_csv

FIRST = date(2026, 5, 1)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_each_date_and_type_has_a_line() -> None:
    day = DailyRestriction(2, 5, closed_to_departure=True, full_pattern_los=(False, True))
    calendar = RestrictionCalendar(FIRST, (day, DailyRestriction(min_los_through_nights=3)))
    first, second, *rest = lines(restrictions_csv({None: calendar, "A": calendar}))
    assert first == {
        "date": "2026-05-01",
        "weekday": "Fri",
        "room_type": HOUSE,
        "min_los_arrival": "2",
        "max_los_arrival": "5",
        "closed_to_arrival": "",
        "closed_to_departure": "x",
        "min_los_through": "",
        "max_los_through": "",
        "full_pattern_los": "NY",
    }
    assert (second["date"], second["weekday"], second["min_los_through"]) == ("2026-05-02", "Sat", "3")
    assert [line["room_type"] for line in rest] == ["A", "A"]


@pytest.mark.parametrize("name", ["=1+1", "+A", "-A", "@A", "\tA"])
def test_a_type_that_looks_like_a_formula_is_made_text(name: str) -> None:
    calendar = RestrictionCalendar(FIRST, (DailyRestriction(),))
    assert lines(restrictions_csv({name: calendar}))[0]["room_type"] == f"'{name}"


def test_a_type_with_a_comma_and_quotes_is_one_cell() -> None:
    calendar = RestrictionCalendar(FIRST, (DailyRestriction(),))
    assert lines(restrictions_csv({'Sea, "front"': calendar}))[0]["room_type"] == 'Sea, "front"'
