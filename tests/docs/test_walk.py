"""Where a page is wrong, the walk stops and tells the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tests.docs.typed import Line
from tests.docs.walk import Walk


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    """Return a walk that may not ask a service."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return Walk(tmp_path)


def test_what_is_printed_must_be_what_the_page_says(walk: Walk) -> None:
    right = "no fault: 10 rooms"
    with pytest.raises(AssertionError, match=rf"page\.md:7: .*validate(.|\n)*{right}"):
        walk.type(Line("page.md", 7, "./run bookingopt validate examples/ten-rooms.json", ("no fault",)))


def test_a_code_that_the_page_does_not_show_is_noticed(walk: Walk) -> None:
    infeasible = "./run bookingopt optimize examples/infeasible.json"
    walk.type(Line("page.md", 1, infeasible))
    with pytest.raises(AssertionError, match="the line before ended with 3"):
        walk.type(Line("page.md", 2, "./run bookingopt backends"))


def test_a_code_that_the_page_shows_must_be_the_one(walk: Walk) -> None:
    walk.type(Line("page.md", 1, "./run bookingopt optimize examples/infeasible.json"))
    with pytest.raises(AssertionError, match="the code was 3"):
        walk.type(Line("page.md", 2, "echo $?", ("2",)))
    walk.type(Line("page.md", 2, "echo $?", ("3",)))


def test_a_file_that_is_not_there_is_noticed(walk: Walk) -> None:
    with pytest.raises(AssertionError, match=r"page\.md:1"):
        walk.type(Line("page.md", 1, "./run bookingopt validate hotel.json"))
    with pytest.raises(AssertionError, match=r"there is no examples/castle\.json"):
        walk.type(Line("page.md", 1, "./run bookingopt validate examples/castle.json"))


def test_a_page_that_asks_where_no_service_is_meant_is_noticed(walk: Walk) -> None:
    with pytest.raises(AssertionError, match="no service is asked here"):
        walk.type(Line("page.md", 1, "curl -s http://localhost/health"))


def test_a_file_that_the_line_makes_is_there_afterwards(walk: Walk) -> None:
    walk.type(Line("page.md", 1, "bookingopt optimize examples/ten-rooms.json --chart plan.svg"))
    assert (walk.folder / "plan.svg").read_text(encoding="utf-8").startswith("<svg")
