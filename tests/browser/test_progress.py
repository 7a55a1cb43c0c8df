"""While a plan is worked out: what the page shows, how it is stopped, and that it stops asking by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.hotels import as_file, large_hotel

OpenPage = Callable[..., Page]
Show = Callable[..., Page]
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
POLICY = {"Content-Security-Policy": "default-src 'self'"}
ASKS_MS = 2_500
"""A little longer than the page waits before it asks again."""


def running(route: Route) -> None:
    """Say of a job that it is being worked out."""
    route.fulfill(json={"status": "running", "progress": 42})


def erased(route: Route) -> None:
    """Say of a job that there is none."""
    route.fulfill(status=404)


def signed_out(route: Route) -> None:
    """Say that a key is needed."""
    route.fulfill(status=401)


@pytest.fixture(scope="module")
def being_planned(browser: Browser, service: str) -> tuple[str, str]:
    """Return the path and the text of a page of a plan that was just begun."""
    context = browser.new_context(base_url=service)
    answer = context.request.post("/example", form={"name": "ten-rooms"}, headers=OWN_PAGE)
    path, text = answer.url.removeprefix(service), answer.text()
    context.close()
    assert 'id="progress"' in text
    return path, text


@pytest.fixture
def show(open_page: OpenPage, being_planned: tuple[str, str]) -> Show:
    """Return what opens that page; the service's answers to its script are those of a test."""

    def open_with(**answers: Callable[[Route], None]) -> Page:
        path, text = being_planned
        page = open_page("/jobs")
        page.route(
            f"**{path}", lambda route: route.fulfill(body=text, content_type="text/html", headers=POLICY)
        )
        page.route(f"**/api/v1{path}", answers.get("job", running))
        page.route(f"**/api/v1{path}/events", answers["events"])
        page.goto(path)
        return page

    return open_with


def paths_asked(page: Page) -> list[str]:
    """Return a list to which every path that the page asks for is added."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def stops_asking(page: Page) -> bool:
    """Return whether nothing is asked for during a while longer than between two questions."""
    asked = paths_asked(page)
    page.wait_for_timeout(ASKS_MS)
    return asked == []


def test_a_long_job_is_cancelled_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    # Large enough that no machine has planned it before the button is pressed.
    hotel = as_file("hotel.json", large_hotel(rooms=400, nights=300, stays=28_000))
    page.set_input_files("input[name='document']", hotel)
    page.get_by_role("button", name="Make a plan").nth(1).press("Enter", timeout=PATIENCE_MS)
    stage = page.locator("#stage")
    expect(stage).to_be_visible(timeout=PATIENCE_MS)
    expect(stage).not_to_have_text(re.compile("Waiting|Starting"), timeout=PATIENCE_MS)
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(page.get_by_role("heading", name="The plan was cancelled")).to_be_visible(timeout=PATIENCE_MS)
    page.goto("/jobs")
    expect(page.locator("table.list tbody tr").first).to_contain_text("cancelled")


def test_progress_is_asked_for_where_events_do_not_come_through(show: Show) -> None:
    page = show(events=lambda route: route.fulfill(status=503))
    expect(page.locator("#share")).to_have_text("42 %")
    for _ in range(2):  # it goes on asking
        with page.expect_request(re.compile(r"/api/v1/jobs/[0-9a-f-]+$")):
            pass


def test_a_plan_that_was_erased_is_told_and_no_more_is_asked(show: Show) -> None:
    gone = "event: gone\ndata: {}\nretry: 100\n\n"
    page = show(events=lambda route: route.fulfill(content_type="text/event-stream", body=gone))
    expect(page.get_by_role("alert")).to_contain_text("The plan was erased")
    expect(page.locator("#percent")).to_have_count(0)
    assert stops_asking(page)


@pytest.mark.parametrize(
    ("refuse", "told", "way"),
    [
        (signed_out, "Your session has ended", "/sign-in?next=%2Fjobs%2F"),
        (erased, "The plan was erased", "/"),
    ],
)
def test_a_refusal_is_told_and_no_more_is_asked(
    show: Show, refuse: Callable[[Route], None], told: str, way: str
) -> None:
    page = show(events=refuse, job=refuse)
    expect(page.get_by_role("alert")).to_contain_text(told)
    assert (page.get_by_role("alert").get_by_role("link").get_attribute("href") or "").startswith(way)
    assert stops_asking(page)
