"""250 rooms, 90 nights, 5,500 stays: the page is small, is there soon, and scrolls smoothly."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hotels import HOSTILE_NAME, as_file, large_hotel

OpenPage = Callable[..., Page]
MOST_BYTES = 3_000_000
MOST_SECONDS = 2.0
MOST_TASK_MS = 100
PLANNING_MS = 110_000

_WATCH = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((task) => task.duration)))
    .observe({ type: "longtask" });
}"""
_SCROLL = """async () => {
  const frame = document.querySelector(".scroller");
  const next = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (let step = 0; step < 60; step += 1) { frame.scrollTop += 150; await next(); }
  for (let step = 0; step < 20; step += 1) { frame.scrollLeft += 100; await next(); }
  return frame.scrollTop;
}"""


@pytest.fixture(scope="module")
def large(browser: Browser, service: str) -> str:
    """Return the path of the plan of the large hotel; most stays are locked, so that it is there soon."""
    page = browser.new_page(base_url=service)
    page.goto("/")
    file = as_file("hotel.json", large_hotel(locked_share=0.95))
    page.set_input_files("input[name='document']", file)
    page.get_by_role("button", name="Make a plan").nth(1).click()
    page.wait_for_selector("#tape", timeout=PLANNING_MS, state="attached")
    path = page.url.removeprefix(service)
    page.close()
    return path


def test_the_chart_is_there_soon_small_and_smooth(open_page: OpenPage, large: str) -> None:
    page = open_page("/jobs")
    seconds = []
    for _ in range(3):  # the machine may have had other things to do
        page.goto(large)
        timing = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
        page.wait_for_function(
            f"performance.getEntriesByName('first-contentful-paint').length && {timing} > 0"
        )
        seconds.append(page.evaluate(timing))
    expect(page.locator(".side.after td.s").first).to_be_visible()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize") < MOST_BYTES
    assert min(seconds) < MOST_SECONDS

    tasks = []
    for _ in range(3):
        page.evaluate(_WATCH)
        assert page.evaluate(_SCROLL) > 0
        tasks.append(max(page.evaluate("window.longTasks"), default=0))
        page.evaluate("document.querySelector('.scroller').scrollTo(0, 0)")
    assert min(tasks) < MOST_TASK_MS


def test_a_guest_called_script_is_shown_as_text(open_page: OpenPage, large: str) -> None:
    page = open_page(large)
    assert page.title().startswith("250 rooms")
    cell = page.locator('.side.after td[title*="<script>"]').first
    cell.scroll_into_view_if_needed()
    cell.hover()
    expect(page.locator("#card h3")).to_have_text(HOSTILE_NAME)
    assert page.title().startswith("250 rooms")
