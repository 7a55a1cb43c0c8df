"""The pages that are made from the code say what the code says now."""

import pytest

from tooling.deploy.preflight import ROWS
from tooling.reference import PAGES, checklist_page
from tooling.shell import ROOT


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_current(name: str) -> None:
    """Where it is not: ./run invoke reference."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name]()


def test_the_checklist_has_each_command_as_it_is_typed() -> None:
    page = checklist_page()
    assert all(f"# {row.name}: {row.place}\n{row.command}\n" in page for row in ROWS)
