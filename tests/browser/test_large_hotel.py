"""250 rooms, 90 nights, 5,500 stays: the page is small, is there soon, and scrolls smoothly."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PAGE_MS, PATIENCE_MS
from tests.browser.hotels import HOSTILE_NAME, as_file, large_hotel
from tests.browser.service import running_service

OpenPage = Callable[..., Page]
MOST_BYTES = 3_000_000
MOST_SECONDS = 2.0
MOST_TASK_MS = 100
LAYOUT_MS = 55
"""What `_LAYOUT` takes on two quiet cores of the kind that the limit of a task was set on."""
PLANNING_SECONDS = 45
"""Time after which the best plan so far is the result: to prove the fewest moves takes minutes."""

_SCROLL = """async () => {
  const frame = document.querySelector(".scroller");
  const next = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (let step = 0; step < 60; step += 1) { frame.scrollTop += 150; await next(); }
  for (let step = 0; step < 20; step += 1) { frame.scrollLeft += 100; await next(); }
  return frame.scrollTop;
}"""

_LAYOUT = """() => {
  const table = document.createElement("table");
  let best = Infinity;
  for (let rows = 100; rows < 107; rows += 1) {
    table.innerHTML = ("<tr>" + "<td>x</td>".repeat(40) + "</tr>").repeat(rows);
    const begun = performance.now();
    document.body.append(table);
    table.offsetHeight;
    best = Math.min(best, performance.now() - begun);
    table.remove();
  }
  return best;
}"""
"""Lays out a table of 4,000 cells a few times and returns the milliseconds of the quickest."""

_NOTE = """new MutationObserver((_, observer) => {
  const known = document.getElementById("figures-now")?.textContent ?? "";
  if (known.includes("above the best")) {
    const seen = ["stage", "share", "figures-now"].map((id) => document.getElementById(id).textContent);
    seen.push(document.getElementById("percent").value);
    sessionStorage.setItem("seen", JSON.stringify(seen));
  }
  if (!document.querySelector(".side.after td.s")) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => {
    document.documentElement.dataset.painted = performance.timeOrigin + performance.now();
  }));
}).observe(document, { childList: true, subtree: true });"""
"""Notes what the page shows while the plan is worked out, and when it has painted the first stays."""
_BYTES = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""


@dataclass(frozen=True)
class Watched:
    """What was seen of a plan from the file to the chart.

    Parameters
    ----------
    path
        Of the page of the plan.
    stage, share, bar, figures
        What the page showed last before the chart.
    asked
        What the page asked the API for, behind the path of the job.
    seconds_to_chart
        From the moment the result was in the ledger to the first paint with stays; nobody had read it before.
    bytes
        Of the chart's page and all it needs, uncompressed.
    """

    path: str
    stage: str
    share: str
    bar: int
    figures: str
    asked: list[str]
    seconds_to_chart: float
    bytes: int


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a service of its own, whose plans are done when their time is over."""
    folder = tmp_path_factory.mktemp("large") / "ledger"
    with running_service(folder, MAX_JOB_DURATION=str(PLANNING_SECONDS)) as address:
        yield address


@pytest.fixture(scope="module")
def large(browser: Browser, service: str) -> Watched:
    """Return what was seen of a plan of the large hotel."""
    return watch_a_plan(browser, service)


def watch_a_plan(browser: Browser, service: str) -> Watched:
    """Send the large hotel, of which 15 % of the stays are locked, and watch until there is a chart."""
    context = browser.new_context(base_url=service, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PAGE_MS)
    page.add_init_script(_NOTE)
    page.goto("/")
    page.set_input_files("input[name='document']", as_file("hotel.json", large_hotel(locked_share=0.15)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Make a plan").nth(1).click()
    painted = page.locator("html[data-painted]")
    painted.wait_for(state="attached", timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    path = page.url.removeprefix(service)
    finished = datetime.fromisoformat(context.request.get(f"/api/v1{path}").json()["finished"])
    seconds = float(painted.get_attribute("data-painted") or "nan") / 1000 - finished.timestamp()
    stage, share, figures, bar = json.loads(page.evaluate("sessionStorage.getItem('seen')"))
    api = [url.partition(f"/api/v1{path}")[2] for url in asked if f"/api/v1{path}" in url]
    watched = Watched(path, stage, share, bar, figures, api, seconds, page.evaluate(_BYTES))
    context.close()
    return watched


def test_stage_percent_bound_and_gap_come_as_events_and_are_shown(large: Watched) -> None:
    assert large.stage not in {"", "Waiting for a worker", "Starting"}
    assert large.share == f"{large.bar} %"
    assert large.bar > 0
    best, bound, gap = large.figures.split(", ")
    assert re.fullmatch(r"best plan so far [\d,.]+ points", best)
    assert re.fullmatch(r"proved bound [\d,.]+", bound)
    assert re.fullmatch(r"at most [\d,.]+ % above the best", gap)
    assert large.asked == ["/events"]


def test_the_chart_is_there_soon_after_the_result(browser: Browser, service: str, large: Watched) -> None:
    """Nobody has read the result before, and the page learns of it within a second: that counts, too."""
    seconds, most = large.seconds_to_chart, MOST_SECONDS * slowdown()
    for _ in range(2):
        if seconds >= most:  # the machine may have had other things to do
            seconds, most = watch_a_plan(browser, service).seconds_to_chart, MOST_SECONDS * slowdown()
    assert seconds < most


def slowdown() -> float:
    """Return how many seconds the machine takes for a second of work, because it has other things to do."""
    begun, worked = time.monotonic(), time.thread_time()
    while time.thread_time() - worked < 0.5:
        pass
    return max(1.0, (time.monotonic() - begun) / (time.thread_time() - worked))


def test_the_chart_with_all_it_needs_is_small(large: Watched) -> None:
    assert 500_000 < large.bytes < MOST_BYTES


def test_the_chart_scrolls_smoothly(browser: Browser, open_page: OpenPage, large: Watched) -> None:
    page = open_page(large.path)
    expect(page.locator(".side.after td.s").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    # Each try is held against work of a known size on the same page: the limit is one of work, not of speed.
    tries = [longest_task(browser, page) / max(1.0, page.evaluate(_LAYOUT) / LAYOUT_MS) for _ in range(3)]
    assert min(tries) < MOST_TASK_MS


def longest_task(browser: Browser, page: Page) -> float:
    """Return the milliseconds of the longest task while the chart is scrolled from its begin."""
    page.evaluate("document.querySelector('.scroller').scrollTo(0, 0)")
    categories = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
    browser.start_tracing(page=page, categories=categories)
    assert page.evaluate(_SCROLL) > 0
    tasks = task_milliseconds(json.loads(browser.stop_tracing())["traceEvents"])
    assert len(tasks) > 100
    return max(tasks)


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


def test_a_guest_called_script_is_shown_as_text(open_page: OpenPage, large: Watched) -> None:
    page = open_page(large.path)
    assert page.title().startswith("250 rooms")
    cell = page.locator('.side.after td[title*="<script>"]').first
    cell.scroll_into_view_if_needed()
    cell.hover()
    expect(page.locator("#card h3")).to_have_text(HOSTILE_NAME)
    assert page.title().startswith("250 rooms")
