"""From a file to a plan and back, as an operator goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.hotels import BAD_RESERVATIONS, GOOD_LISTS, as_file

OpenPage = Callable[..., Page]


def choose_lists(page: Page, **lists: bytes) -> None:
    for name, content in lists.items():
        page.set_input_files(f"input[name='{name}']", as_file(f"{name}.csv", content))


def test_the_example_is_opened_by_one_click_and_becomes_a_plan(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Open Ten rooms").click()
    expect(page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    expect(page.locator("#tape")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".figure", has_text="Orphan nights")).to_contain_text("before: 9")


def plans_in(page: Page) -> set[str]:
    """Return the newest plans."""
    return set(re.findall(r"/jobs/[0-9a-f-]{36}", page.request.get("/jobs").text()))


def test_a_double_click_makes_one_plan_and_one_who_goes_back_another(open_page: OpenPage) -> None:
    page = open_page()
    before = plans_in(page)
    page.get_by_role("button", name="Open Ten rooms").dblclick()
    expect(page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    (made,) = plans_in(page) - before
    assert page.url.endswith(made)
    page.go_back()
    page.get_by_role("button", name="Open Ten rooms").click()
    expect(page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    assert not page.url.endswith(made)


def test_before_and_after_are_switched_by_keyboard(
    open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms"))
    before, after = page.locator(".side.before"), page.locator(".side.after")
    expect(after).to_be_visible()
    expect(before).to_be_hidden()
    page.locator("#side-after").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#side-before")).to_be_checked()
    expect(before).to_be_visible()
    expect(after).to_be_hidden()


@pytest.mark.parametrize(
    ("locale", "names"), [("en-GB", "Mo Tu We Th Fr Sa Su"), ("fr-FR", "lu ma me je ve sa di")]
)
def test_weekdays_follow_the_language_of_the_browser(
    open_page: OpenPage, plan_of: Callable[[str], str], locale: str, names: str
) -> None:
    page = open_page(plan_of("ten-rooms") + "/restrictions", locale=locale)
    assert page.locator("table.month").first.locator("thead th").all_inner_texts() == names.split()
    page.goto(plan_of("ten-rooms"))
    assert set(page.locator("table.head th i").all_inner_texts()) == set(names.split())


def test_a_card_opens_by_keyboard_and_says_why_a_stay_moves(
    open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms"))
    page.locator("#side-after").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.piece td')"):
            break
    card = page.locator("#card")
    expect(card).to_be_visible()
    for _ in range(200):
        if page.evaluate("document.activeElement.matches('td.m')"):
            break
        was = page.evaluate_handle("document.activeElement")
        page.keyboard.press("ArrowRight")
        if page.evaluate("was => was === document.activeElement", was):
            page.keyboard.press("Home")
            page.keyboard.press("ArrowDown")
    expect(card).to_contain_text("From room")
    expect(card).to_contain_text("It moves because")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_stay_is_asked_for_and_marked_on_the_chart(
    open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms") + "/fit")
    page.fill("input[name='arrival']", "2027-06-05")
    page.fill("input[name='nights']", "2")
    page.locator("#fit button").click()
    expect(page.locator("section.notice[role='status']")).to_be_visible()
    answer = page.locator("section.notice[role='status']").inner_text()
    assert page.locator(".side.after td.n").count() >= 1 or "not fit" in answer.lower()


@pytest.mark.parametrize(
    "label", ["tape-chart.svg", "tape-chart.png", "moves.csv", "restrictions.csv", "restrictions.xml",
              "restrictions.json", "acceptance.svg", "result.json", "problem.json"],
)  # fmt: skip
def test_every_download_is_what_it_says(
    open_page: OpenPage, plan_of: Callable[[str], str], tmp_path: Path, label: str
) -> None:
    page = open_page(plan_of("ten-rooms") + "/downloads")
    with page.expect_download() as started:
        page.click(f"a[download='{label}']")
    assert started.value.suggested_filename == label
    path = tmp_path / label
    started.value.save_as(path)
    content = path.read_bytes()
    match path.suffix:
        case ".png":
            assert content.startswith(b"\x89PNG\r\n")
        case ".json":
            assert json.loads(content)
        case ".csv":
            assert len(content.decode("utf-8-sig").splitlines()) > 1
        case _:
            assert ET.fromstring(content).tag  # noqa: S314 - it comes from our own service


def test_a_plan_is_printed_as_pdf(open_page: OpenPage, plan_of: Callable[[str], str]) -> None:
    page = open_page(plan_of("ten-rooms") + "/moves")
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")


def test_faults_are_told_with_their_lines_before_anything_is_sent(open_page: OpenPage) -> None:
    page = open_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    choose_lists(page, rooms=GOOD_LISTS["rooms.csv"], reservations=BAD_RESERVATIONS)
    findings = page.locator(".findings").first
    expect(findings).to_contain_text("2 places to correct")
    expect(findings).to_contain_text("reservations.csv, line 2, column 'Check-out'")
    expect(findings).to_contain_text("reservations.csv, line 3, column 'Check-in'")
    expect(page.get_by_role("button", name="Make a plan").first).to_be_disabled()
    assert {url.rpartition("/new")[2] for url in sent} == {"/check"}


def test_lists_of_a_hotel_system_become_a_plan(open_page: OpenPage) -> None:
    page = open_page()
    choose_lists(page, rooms=GOOD_LISTS["rooms.csv"], reservations=GOOD_LISTS["reservations.csv"])
    expect(page.locator(".findings").first).to_contain_text("3 rooms of 2 types, 4 stays")
    page.fill("input[name='hotel']", "Lakeside")
    page.get_by_role("button", name="Make a plan").first.click()
    expect(page.locator("#tape")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lakeside")


def test_a_plan_reads_without_a_script(open_page: OpenPage, plan_of: Callable[[str], str]) -> None:
    page = open_page(plan_of("ten-rooms"), java_script_enabled=False)
    expect(page.locator(".side.after td.s").first).to_be_visible()
    assert page.locator(".side.after td.s").first.get_attribute("title")
