"""Today, by the date at the hotel, and weekends: marked by words and shapes, in every list of dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ARTEFACTS, PATIENCE_MS
from tests.browser.hotels import as_file, ten_rooms_around
from tests.browser.service import zone_of_another_day

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def today() -> date:
    """Return the date at the hotel, where the day is not that of UTC."""
    now = datetime.now(tz=UTC)
    there = now.astimezone(ZoneInfo(zone_of_another_day(now))).date()
    assert there != now.date()
    return there


@pytest.fixture(scope="module")
def plan(browser: Browser, service: str, today: date) -> str:
    """Return the path of a plan in the midst of which is today."""
    page = browser.new_page(base_url=service)
    page.goto("/")
    page.set_input_files("input[name='document']", as_file("hotel.json", ten_rooms_around(today)))
    page.get_by_role("button", name="Make a plan").nth(1).click()
    page.wait_for_selector("#tape", timeout=PATIENCE_MS, state="attached")
    path = page.url.removeprefix(service)
    page.close()
    return path


def look(styled: Locator, *properties: str) -> list[str]:
    """Return what an element is drawn with, besides its color."""
    return [styled.evaluate("(at, name) => getComputedStyle(at)[name]", name) for name in properties]


def test_the_chart_says_today_above_its_column_and_draws_a_line_down(
    open_page: OpenPage, plan: str, today: date
) -> None:
    page = open_page(plan)
    marked = page.locator(".side.after .type").first.locator(".head th[aria-current='date']")
    expect(marked).to_have_count(1)
    expect(marked.locator(".now")).to_have_text("today")
    expect(marked.locator(".now")).to_be_in_viewport(ratio=1)
    start = date.fromisoformat(page.locator("#tape").get_attribute("data-start") or "")
    assert marked.evaluate("th => th.cellIndex") - 1 == (today - start).days
    assert "gradient" in look(page.locator(".piece col.to").first, "backgroundImage")[0]
    page.screenshot(path=ARTEFACTS / "today-chart.png")


def test_the_chart_underlines_weekends_and_draws_dots_down(open_page: OpenPage, plan: str) -> None:
    page = open_page(plan, locale="en-GB")
    head = page.locator(".side.after .head").first
    assert set(head.locator("th.we i").all_inner_texts()) == {"Sa", "Su"}
    assert look(head.locator("th.we i").first, "textDecorationLine") == ["underline"]
    assert "radial-gradient" in look(page.locator(".piece col.we").first, "backgroundImage")[0]
    expect(page.locator(".tape .legend")).to_contain_text("at the hotel")


@pytest.mark.parametrize(
    "part",
    [
        pytest.param("moves", id="the list of moves, where guests arrive today"),
        pytest.param("acceptance", id="the table of costs"),
    ],
)
def test_the_row_of_today_says_so(open_page: OpenPage, plan: str, today: date, part: str) -> None:
    page = open_page(f"{plan}/{part}")
    marked = page.locator("th[aria-current='date']")
    expect(marked).to_contain_text("today")
    expect(marked.locator("time")).to_have_attribute("datetime", str(today))
    page.screenshot(path=ARTEFACTS / f"today-{part}.png", full_page=True)


def test_the_calendar_says_today_and_has_a_double_line_over_weekends(
    open_page: OpenPage, plan: str, today: date
) -> None:
    page = open_page(plan + "/restrictions")
    marked = page.locator("td[aria-current='date']")
    expect(marked.locator(".d")).to_have_text(f"{today.day} today")
    assert look(page.locator("td.we").first, "borderTopStyle") == ["double"]
    assert look(page.locator("td:not(.we, .off)").first, "borderTopStyle") == ["solid"]
    page.screenshot(path=ARTEFACTS / "today-restrictions.png", full_page=True)


def test_the_table_of_costs_has_a_bar_beside_weekends(open_page: OpenPage, plan: str) -> None:
    page = open_page(plan + "/acceptance")
    assert "inset" in look(page.locator(".heat tr.we th").first, "boxShadow")[0]
