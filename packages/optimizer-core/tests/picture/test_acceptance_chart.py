"""The picture of an acceptance matrix: every stay in its place, told by more than color."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.picture.acceptance_chart import (
    COSTLY_CELL,
    GOOD_CELL,
    SOLD_OUT_CELL,
    SWATCH,
    acceptance_svg,
    lay_out_acceptance,
)
from optimizer_core.wire.acceptance import AcceptanceEntry

SVG = "{http://www.w3.org/2000/svg}"


def entry(states: list[str], *, name: str | None = "A", cost: float | None = None) -> AcceptanceEntry:
    """Return a matrix whose cells all have the same cost."""
    costs = [[cost] * len(row) for row in states]
    return AcceptanceEntry(
        room_type=name, start=date(2026, 5, 30), longest_length=len(states[0]), states=states, costs=costs
    )


def test_every_stay_within_the_schedule_is_drawn_once() -> None:
    """The areas of each kind cover as many cells as there are stays of it; outside is blank."""
    layout = lay_out_acceptance(entry(["GGB", "BC-", "C--"]))
    cells = [box for box in layout.areas if box.width != SWATCH]
    for paint, count in ((GOOD_CELL, 2), (COSTLY_CELL, 2), (SOLD_OUT_CELL, 2)):
        boxes = [box for box in cells if box.paint is paint]
        assert sum(box.width * box.height for box in boxes) == count * 40 * 16


def test_kinds_differ_by_more_than_color() -> None:
    """What costs is hatched; good is light and sold out is dark, so that gray tells them apart."""
    assert COSTLY_CELL.is_hatched
    assert not GOOD_CELL.is_hatched
    light, dark = (sum(bytes.fromhex(str(paint.fill)[1:])) for paint in (GOOD_CELL, SOLD_OUT_CELL))
    assert light - dark > 250


def test_costs_stand_in_wide_cells_only() -> None:
    """A short schedule shows each cost that is not 0; a year shows none."""
    short = lay_out_acceptance(entry(["BB", "B-"], cost=1.5))
    assert [text.string for text in short.texts].count("+1.5") == 4
    year = lay_out_acceptance(entry(["BB"] * 365, cost=1.5))
    assert "+1.5" not in [text.string for text in year.texts]


@pytest.mark.parametrize("arrivals", [1, 30, 90, 365, 800])
def test_nothing_lies_outside_the_sheet(arrivals: int) -> None:
    """Whatever the number of arrivals, areas, lines and texts are on the sheet."""
    layout = lay_out_acceptance(entry(["G" * 21] * arrivals))
    assert all(box.x >= 0 and box.right <= layout.width for box in layout.areas)
    assert all(box.y >= 0 and box.bottom <= layout.height for box in layout.areas)
    assert all(0 <= text.x <= layout.width and 0 < text.y <= layout.height for text in layout.texts)


def test_months_are_named_where_they_begin() -> None:
    """The first arrival and each first of a month carry the month."""
    strings = [text.string for text in lay_out_acceptance(entry(["G"] * 31)).texts]
    assert "Jun 2026" in strings


def test_svg_is_valid_and_described() -> None:
    """The title names the type, safely, and the description counts the stays."""
    root = ET.fromstring(acceptance_svg(entry(["GB", "C-"], name="<A & B>")))  # noqa: S314 - our own output
    assert [element.text for element in root.iter(SVG + "title")] == ["What may still be sold: type <A & B>"]
    description = next(root.iter(SVG + "desc")).text or ""
    assert "2 arrivals from 2026-05-30 on: 1 good, 1 costs more, 1 sold out" in description


def test_run_of_house_is_any_room() -> None:
    """A matrix without a type is that of a stay that takes any room."""
    assert "any room" in lay_out_acceptance(entry(["G"], name=None)).title


def test_no_nights_are_refused() -> None:
    """A schedule without nights cannot be drawn, and the error says so."""
    empty = AcceptanceEntry(start=date(2026, 5, 1), longest_length=1)
    with pytest.raises(InvalidInput, match="no nights"):
        lay_out_acceptance(empty)
