"""Whoever does what a page says gets what the page says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.blocks import PYTHON, SHELL, blocks, pages
from tests.docs.walk import Walk, compare

OF_ITS_OWN = frozenset({"docs/tutorials/write-a-backend.md"})
"""Pages that have a test of their own, of the same name."""
TYPED = [
    page
    for page in pages()
    if page not in OF_ITS_OWN and any(block.language in {*SHELL, PYTHON} for block in blocks(page))
]


@pytest.mark.parametrize("page", TYPED)
def test_the_page_can_be_followed(page: str, tmp_path: Path, address: Callable[[], str]) -> None:
    Walk(tmp_path, address).down(page)


def test_most_pages_have_something_to_type() -> None:
    assert len(TYPED) > 40


def test_what_is_printed_is_compared_but_for_times() -> None:
    compare("cost 4\nin 0.3 s\n", ("cost 4", "in 12 s"))
    compare("cost 4\nin 0.3 s\n", ("cost 4", "..."))
    with pytest.raises(AssertionError, match="the page says:\ncost 5"):
        compare("cost 4\n", ("cost 5",))
