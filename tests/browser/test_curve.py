"""Moves against quality: one request draws the curve, and a point is a plan that is shown at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.hotels import as_file, ten_rooms_around

OpenPage = Callable[..., Page]
MOVES = "td:nth-of-type(1)"
"""Of a row of the table of points."""


def requests_of(page: Page) -> list[tuple[str, str]]:
    """Return a list to which the method and the path of each request of the page are added."""
    made: list[tuple[str, str]] = []
    page.on(
        "request", lambda request: made.append((request.method, re.sub(r"^https?://[^/]+", "", request.url)))
    )
    return made


def moved_on_chart(page: Page) -> int:
    """Return how many stays the chart of the plan marks as moved."""
    marked = page.locator(".side.after td.m").evaluate_all("cells => cells.map(cell => cell.dataset.p)")
    return len(set(marked))


def test_one_request_draws_the_curve_and_each_point_is_a_plan(open_page: OpenPage) -> None:
    page = open_page()
    hotel = as_file("hotel.json", ten_rooms_around(date(2027, 9, 7)))
    page.set_input_files("input[name='document']", hotel)
    page.get_by_role("button", name="Make a plan").nth(1).press("Enter")
    expect(page.locator("#tape")).to_be_visible(timeout=PATIENCE_MS)
    plan = re.sub(r"^https?://[^/]+", "", page.url)
    page.locator(".tabs a", has_text="Moves against quality").click()
    made = requests_of(page)
    page.get_by_role("button", name="Draw the curve").press("Enter")
    rows = page.locator(".curve tbody tr")
    expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    assert [path for method, path in made if method == "POST"] == [f"{plan}/curve"]
    job = re.sub(r".*(/jobs/[0-9a-f-]+)/curve$", r"\1", page.url)
    assert not job.endswith(plan)
    assert rows.count() == page.locator(".curve svg circle").count() == 4
    expect(page.locator(".curve svg polyline.bound")).to_be_visible()
    moves = [int(text) for text in rows.locator(MOVES).all_inner_texts()]
    assert moves == sorted(set(moves))
    for number, moved in enumerate(moves):
        page.goto(f"{job}/curve")
        made.clear()
        page.locator(".curve svg a").nth(number).press("Enter")
        expect(page.locator("#tape")).to_be_visible()
        assert page.url.endswith(f"{job}?point={number}")
        figure = page.locator(".figure", has_text="Stays that change rooms").locator("strong")
        expect(figure).to_have_text(str(moved))
        assert moved_on_chart(page) == moved
        page.locator(".tabs a", has_text="Moves").first.click()
        expect(page.locator("td.why")).to_have_count(moved)
        assert {method for method, _ in made} == {"GET"}


def test_a_point_is_reached_by_keyboard_and_its_cards_are_those_of_its_plan(
    open_page: OpenPage, curve: str
) -> None:
    page = open_page(f"{curve}/curve")
    point = page.locator(".curve svg a[aria-label*=': 1 moves']")
    page.locator(".tabs a").last.focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if point.evaluate("point => point === document.activeElement"):
            break
    expect(point).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".side.after td.m").first.click()
    expect(page.locator("#card")).to_contain_text("It moves because")


def test_without_scripts_the_curve_is_drawn_and_a_point_is_shown(open_page: OpenPage, curve: str) -> None:
    page = open_page(f"{curve}/curve", java_script_enabled=False)
    page.locator("input[name='curve_points']").fill("3")
    page.get_by_role("button", name="Draw it again").click()
    rows = page.locator(".curve tbody tr")
    expect(rows).to_have_count(3, timeout=PATIENCE_MS)
    page.get_by_role("link", name="Show plan B").last.click()
    expect(page.locator("#tape")).to_be_visible()
    expect(page.get_by_text("This is plan B of the")).to_be_visible()


@pytest.mark.parametrize("points", ["0", "1000"])
def test_an_absurd_number_of_points_is_refused_with_what_would_be_right(
    open_page: OpenPage, curve: str, points: str
) -> None:
    page = open_page(f"{curve}/curve")
    page.locator("input[name='curve_points']").fill(points)
    made = requests_of(page)
    button = page.get_by_role("button", name="Draw it again")
    button.click()
    assert made == []  # the browser itself says what is wrong
    page.locator("form.asks").evaluate("form => { form.noValidate = true; }")
    button.click()
    expect(page.locator(".notice.bad li")).to_have_text(re.compile("must be a whole number from 2 to 100"))
