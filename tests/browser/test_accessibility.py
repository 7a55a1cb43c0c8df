"""axe finds nothing on any page, in either theme; whatever is wider than the screen scrolls by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.hotels import BAD_RESERVATIONS, GOOD_LISTS, as_file

OpenPage = Callable[..., Page]
PARTS = ("", "/moves", "/restrictions", "/acceptance", "/curve", "/downloads",
         "/fit?arrival=2027-06-05&nights=2&room_type=&changes=0")  # fmt: skip


def violations(page: Page) -> list[str]:
    """Return what axe finds, one line for each place."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_plan(open_page: OpenPage, plan_of: Callable[[str], str], theme: str) -> None:
    page = open_page("/jobs", color_scheme=theme)
    found = violations(page)
    for part in PARTS:
        page.goto(plan_of("ten-rooms") + part)
        found += [f"{part or '/'}: {line}" for line in violations(page)]
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_way_to_a_plan(open_page: OpenPage, theme: str) -> None:
    page = open_page("/", color_scheme=theme)
    for name, content in (("rooms", GOOD_LISTS["rooms.csv"]), ("reservations", BAD_RESERVATIONS)):
        page.set_input_files(f"input[name='{name}']", as_file(f"{name}.csv", content))
    expect(page.locator(".findings").first).to_contain_text("to correct")
    found = violations(page)
    page.goto("/jobs/00000000-0000-0000-0000-000000000000")
    assert found + violations(page) == []


def test_the_theme_is_switched_and_remembered(open_page: OpenPage) -> None:
    page = open_page("/", color_scheme="light")
    page.get_by_role("button", name="Use dark colors").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
