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


def completed(route: Route) -> None:
    """Say of a job that there is a plan."""
    route.fulfill(json={"status": "completed", "progress": 100})


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
    assert not stops_asking(page)


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


@pytest.fixture(scope="module")
def curve_being_drawn(browser: Browser, plan_of: Callable[[str], str], service: str) -> tuple[str, str]:
    """Return the path and the text of a page of a curve, two points of which are being worked out."""
    context = browser.new_context(base_url=service, extra_http_headers=OWN_PAGE)
    path = plan_of("city-hotel") + "/curve"
    for limit in ("5", "6"):
        answer = context.request.post(path, form={"max_moves": limit})
    text = answer.text()
    jobs = re.findall(r'data-job="([0-9a-f-]+)"', text)
    assert len(jobs) == 2
    for job in jobs:  # they would keep the machine busy
        context.request.delete(f"/api/v1/jobs/{job}")
    context.close()
    return path, text


@pytest.fixture
def waiting(open_page: OpenPage, curve_being_drawn: tuple[str, str]) -> Show:
    """Return what opens that page; what the service tells of the newest and the oldest job is given."""

    def open_with(newest: Callable[[Route], None], oldest: Callable[[Route], None]) -> Page:
        path, text = curve_being_drawn
        jobs = re.findall(r'data-job="([0-9a-f-]+)"', text)
        page = open_page("/jobs")
        page.route(
            f"**{path}", lambda route: route.fulfill(body=text, content_type="text/html", headers=POLICY)
        )
        for job, told in zip(jobs, (newest, oldest), strict=True):
            page.route(f"**/api/v1/jobs/{job}", told)
        page.goto(path)
        return page

    return open_with


def test_the_curve_shows_how_far_each_point_is(waiting: Show) -> None:
    page = waiting(newest=running, oldest=running)
    expect(page.locator("#waiting .share").first).to_have_text(", 42 %")


def test_the_curve_is_drawn_anew_when_any_of_its_points_is_there(waiting: Show) -> None:
    page = waiting(newest=completed, oldest=running)
    with page.expect_navigation(url=re.compile("/curve$")):
        pass


def test_the_curve_says_that_a_job_was_erased_and_asks_for_the_others_alone(waiting: Show) -> None:
    page = waiting(newest=running, oldest=erased)
    gone = page.locator("#waiting li").last.get_attribute("data-job")
    expect(page.locator("#waiting .share").last).to_have_text(", erased")
    asked = paths_asked(page)
    page.wait_for_timeout(ASKS_MS)
    assert asked
    assert not any(str(gone) in url for url in asked)


def test_the_curve_says_that_the_session_has_ended_and_asks_no_more(waiting: Show) -> None:
    page = waiting(newest=signed_out, oldest=signed_out)
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    assert stops_asking(page)
