"""axe finds nothing on any page, in either theme; whatever is wider than the screen scrolls by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.contrast import faint_texts
from tests.browser.hotels import BAD_RESERVATIONS, GOOD_LISTS, as_file

OpenPage = Callable[..., Page]
PARTS = ("", "/moves", "/restrictions", "/acceptance", "/curve", "/downloads",
         "/fit?arrival=2027-06-05&nights=2&room_type=&changes=0")  # fmt: skip

POINT_PARTS = ("/curve", "?point=1", "/moves?point=1", "/downloads?point=1")

UNSURE = {"th-has-data-cells"}
"""What axe leaves to a person, who looked: the days in the list of moves stand over groups of rows."""


def violations(page: Page) -> list[str]:
    """Return what axe finds or is unsure of, and texts that stand out too little, one line for each place."""
    told = Axe().run(page).response
    # What axe cannot judge are texts over patterns: their contrast is worked out here.
    unsure = [rule for rule in told["incomplete"] if rule["id"] not in {"color-contrast", *UNSURE}]
    found = [
        f"{rule['id']}: {node['html'][:150]}"
        for rule in told["violations"] + unsure
        for node in rule["nodes"]
    ]
    return found + faint_texts(page)


@pytest.mark.parametrize(
    ("style", "is_faint"),
    [
        ("color: #000; background: #fff", False),
        ("color: #777; background: #fff", True),
        ("color: #595959; background: #fff", False),
        ("color: #595959; background: repeating-linear-gradient(45deg, #fff 0 3px, #999 3px 6px)", True),
        ("color: #595959; background: linear-gradient(transparent, rgb(0 0 0 / .5)), #fff", True),
        ("color: #595959; background: linear-gradient(#fff, color-mix(in srgb, #000 50%, #fff))", True),
        ("color: #fff; background: linear-gradient(90deg, #000 3px, transparent 3px) #222", False),
        ("color: #777; background: #fff; font-size: 24px", False),
    ],
)
def test_faint_texts_are_found_on_gradients_too(browser: Browser, style: str, is_faint: bool) -> None:
    page = browser.new_page()
    page.set_content(f'<body style="background: #fff"><p style="{style}">text</p>')
    assert bool(faint_texts(page)) is is_faint
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_plan(
    open_page: OpenPage, plan_of: Callable[[str], str], curve: str, theme: str
) -> None:
    page = open_page("/jobs", color_scheme=theme)
    found = violations(page)
    plan = plan_of("ten-rooms")
    for part in [*(plan + part for part in PARTS), *(curve + part for part in POINT_PARTS)]:
        page.goto(part)
        found += [f"{part}: {line}" for line in violations(page)]
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
