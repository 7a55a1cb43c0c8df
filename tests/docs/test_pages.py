"""Whoever does what a page says gets what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import PYTHON, SHELL, blocks, pages
from tests.docs.service import serving
from tests.docs.walk import Walk, asks_a_service, compare

OF_ITS_OWN = frozenset({"docs/tutorials/write-a-backend.md"})
"""Pages that have a test of their own, of the same name."""
TYPED = [
    page
    for page in pages()
    if page not in OF_ITS_OWN and any(block.language in {*SHELL, PYTHON} for block in blocks(page))
]
ASKING = [page for page in TYPED if asks_a_service(page)]


@pytest.mark.parametrize("page", [page for page in TYPED if page not in ASKING])
def test_the_page_can_be_followed(page: str, tmp_path: Path) -> None:
    Walk(tmp_path).down(page)


def test_the_pages_that_ask_a_service_can_be_followed(tmp_path: Path) -> None:
    """In one test, so that one service is started, however many processes share the tests."""
    with serving(tmp_path / "service") as address:
        for number, page in enumerate(ASKING):
            folder = tmp_path / str(number)
            folder.mkdir()
            Walk(folder, address).down(page)
    assert len(ASKING) > 4


def test_most_pages_have_something_to_type() -> None:
    assert len(TYPED) > 40


def test_what_is_printed_is_compared_but_for_times() -> None:
    compare("cost 4\nin 0.3 s\n", ("cost 4", "in 12 s"))
    compare("cost 4\nin 0.3 s\n", ("cost 4", "..."))
    with pytest.raises(AssertionError, match="the page says:\ncost 5"):
        compare("cost 4\n", ("cost 5",))
