"""A hotel that was made in Python gets the document that describes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from optimizer_core.domain import MinimumStay, MinimumStayPeriod, Problem, Room, Stay
from optimizer_core.errors import InvalidDocument
from optimizer_core.wire import load_problem, to_problem
from optimizer_core.wire.from_problem import from_problem

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"
MAY_1, MAY_2, MAY_9 = date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 9)


@pytest.mark.parametrize("name", ["ten-rooms", "group", "infeasible"])
def test_the_document_of_an_example_describes_the_same_hotel(name: str) -> None:
    problem = load_problem((EXAMPLES / f"{name}.json").read_bytes()).problem
    assert to_problem(from_problem(problem).document).problem == problem


def test_every_rule_and_every_field_of_a_stay_is_in_the_document() -> None:
    problem = Problem(
        "May",
        (Room("101", "A", frozenset({"102"})), Room("102", "B")),
        (
            Stay("Ada", MAY_2, MAY_9, "A", ("B",), "101", group="family"),
            Stay("Ben", MAY_2, MAY_9, None, (), "102", is_locked=True, group="family"),
        ),
        MinimumStay(3, {5: 2}, (MinimumStayPeriod(MAY_1, MAY_2, 4),)),
        MAY_1,
        MAY_9,
    )
    loaded = from_problem(problem)
    assert to_problem(loaded.document).problem == problem
    assert loaded.problem is problem
    assert loaded.stay_ids == tuple(stay.stay_id for stay in problem.stays)


def test_what_a_document_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidDocument, match=r"Rooms\[0\]\.RoomNumber"):
        from_problem(Problem("May", (Room(""),), ()))
