"""From a file to a plan and back, as an operator goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

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
    page.get_by_role("button", name="Open Ten rooms").press("Enter")
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


def ask(page: Page, arrival: str, nights: str) -> None:
    """Ask by the form, and by the keyboard alone."""
    page.locator("input[name='arrival']").fill(arrival)
    page.locator("input[name='nights']").focus()
    page.keyboard.type(nights)
    page.keyboard.press("Enter")


def test_a_card_opens_by_a_tap_and_closes_by_the_next(
    open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms"), width=390, height=844, has_touch=True, is_mobile=True)
    moved = page.locator(".side.after td.m").first
    moved.tap()
    expect(page.locator("#card")).to_contain_text("It moves because")
    page.get_by_role("heading", level=1).tap()
    expect(page.locator("#card")).to_be_hidden()


def test_a_stay_that_fits_is_told_its_room_and_marked_there_on_the_chart(
    open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms") + "/fit", locale="en-GB")
    ask(page, "2027-06-10", "2")
    answer = page.locator("section.notice.good[role='status']")
    headline = answer.get_by_role("heading").inner_text()
    (room,) = re.findall(r"^It fits into room (\d+)(?:, no stay moves| if \d+ stays? moves?)$", headline)
    expect(answer).to_contain_text("Any type, Thu, 10 Jun 2027, 2 nights")
    expect(answer).to_contain_text("Gap cost of the rooms as they are:")
    marked = page.locator(".side.after td.n")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("N New stay")
    assert marked.evaluate("cell => [cell.parentElement.cells[0].textContent, cell.colSpan]") == [room, 2]
    first = marked.evaluate("""cell => [...cell.parentElement.querySelectorAll("td")]
      .slice(0, cell.cellIndex - 1).reduce((nights, before) => nights + before.colSpan, 0)""")
    start = date.fromisoformat(page.locator("#tape").get_attribute("data-start") or "")
    assert start + timedelta(first) == date(2027, 6, 10)
    told = page.locator("section.notice tbody tr").count()
    assert page.locator(".side.after td.m").count() == told


def test_a_stay_that_does_not_fit_is_told_why(open_page: OpenPage, plan_of: Callable[[str], str]) -> None:
    page = open_page(plan_of("ten-rooms") + "/fit", locale="en-GB")
    ask(page, "2027-06-02", "3")
    answer = page.locator("section.notice.bad[role='status']")
    expect(answer.get_by_role("heading")).to_have_text("It does not fit")
    expect(answer).to_contain_text(
        re.compile(r"Short of 1 room .*2 Jun.*stays that compete|would fit if the locks")
    )
    expect(page.locator(".side.after td.n")).to_have_count(0)


@pytest.mark.parametrize(
    ("dropped", "told"),
    [
        (["rooms.csv", "reservations.csv"], "3 rooms of 2 types, 4 stays"),
        (["reservations.csv", "rooms.csv"], "3 rooms of 2 types, 4 stays"),
    ],
)
def test_lists_that_are_dropped_are_chosen_by_their_names(
    open_page: OpenPage, dropped: list[str], told: str
) -> None:
    page = open_page()
    form = page.locator("form.drop").first
    files = page.evaluate_handle(
        """given => {
          const carrier = new DataTransfer();
          for (const [name, text] of given) carrier.items.add(new File([text], name, { type: "text/csv" }));
          return carrier;
        }""",
        [[name, GOOD_LISTS[name].decode("utf-8")] for name in dropped],
    )
    form.dispatch_event("dragover", {"dataTransfer": files})
    expect(form).to_have_class(re.compile("over"))
    form.dispatch_event("drop", {"dataTransfer": files})
    expect(form).not_to_have_class(re.compile("over"))
    expect(form.locator(".findings")).to_contain_text(told)
    for name in ("rooms", "reservations"):
        chosen = page.locator(f"input[name='{name}']").evaluate("input => input.files[0].name")
        assert chosen == f"{name}.csv"


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


def test_lists_of_a_hotel_system_become_a_plan_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    page.on("filechooser", lambda _: None)  # else listening ends after the first and begins too late again
    for name in ("rooms", "reservations"):
        page.locator(f"input[name='{name}']").focus()
        with page.expect_file_chooser() as asked:
            page.keyboard.press("Space")
        asked.value.set_files(as_file(f"{name}.csv", GOOD_LISTS[f"{name}.csv"]))
    expect(page.locator(".findings").first).to_contain_text("3 rooms of 2 types, 4 stays")
    page.locator("input[name='hotel']").focus()
    page.keyboard.type("Lakeside")
    page.get_by_role("button", name="Make a plan").first.press("Enter")
    expect(page.locator("#tape")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lakeside")


def test_a_plan_reads_without_a_script(open_page: OpenPage, plan_of: Callable[[str], str]) -> None:
    page = open_page(plan_of("ten-rooms"), java_script_enabled=False)
    expect(page.locator(".side.after td.s").first).to_be_visible()
    assert page.locator(".side.after td.s").first.get_attribute("title")
