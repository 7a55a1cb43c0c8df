"""250 rooms, 90 nights, 5,500 stays: the page is small, is there soon, and scrolls smoothly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hotels import HOSTILE_NAME, as_file, large_hotel

OpenPage = Callable[..., Page]
MOST_BYTES = 3_000_000
MOST_SECONDS = 2.0
MOST_TASK_MS = 100
PLANNING_MS = 110_000

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


def test_the_chart_is_there_soon_small_and_smooth(browser: Browser, open_page: OpenPage, large: str) -> None:
    page = open_page("/jobs")
    seconds = []
    for _ in range(5):  # the machine may have had other things to do
        page.goto(large)
        timing = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
        page.wait_for_function(
            f"performance.getEntriesByName('first-contentful-paint').length && {timing} > 0"
        )
        seconds.append(page.evaluate(timing))
    expect(page.locator(".side.after td.s").first).to_be_visible()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize") < MOST_BYTES
    assert min(seconds) < MOST_SECONDS

    browser.start_tracing(
        page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"]
    )
    assert page.evaluate(_SCROLL) > 0
    tasks = task_milliseconds(json.loads(browser.stop_tracing())["traceEvents"])
    assert len(tasks) > 100
    assert max(tasks) < MOST_TASK_MS


def task_milliseconds(events: list[dict[str, Any]]) -> list[float]:
    """Return how long each task kept the page's main thread busy, whatever else the machine did."""
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    return [
        event["tdur"] / 1000
        for event in events
        if event["name"] == "RunTask" and "tdur" in event and (event["pid"], event["tid"]) in main
    ]


def test_a_guest_called_script_is_shown_as_text(open_page: OpenPage, large: str) -> None:
    page = open_page(large)
    assert page.title().startswith("250 rooms")
    cell = page.locator('.side.after td[title*="<script>"]').first
    cell.scroll_into_view_if_needed()
    cell.hover()
    expect(page.locator("#card h3")).to_have_text(HOSTILE_NAME)
    assert page.title().startswith("250 rooms")
