"""Each download holds what the plan holds, and the pages print."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from playwright.sync_api import Page
from pypdf import PdfReader

OpenPage = Callable[..., Page]
Fetch = Callable[[str], bytes]
SVG = "{http://www.w3.org/2000/svg}"
OTA = "{http://www.opentravel.org/OTA/2003/05}"


@pytest.fixture
def fetch(open_page: OpenPage, plan_of: Callable[[str], str]) -> Fetch:
    """Return what takes a file away by its link, chosen by the keyboard."""
    page = open_page(plan_of("ten-rooms") + "/downloads")

    def take(label: str) -> bytes:
        with page.expect_download() as started:
            page.locator(f"a[download='{label}']").press("Enter")
        assert started.value.suggested_filename == label
        return started.value.path().read_bytes()

    return take


@pytest.fixture
def result(open_page: OpenPage, plan_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the result as the API tells it."""
    page = open_page("/jobs")
    told: dict[str, Any] = page.request.get(f"/api/v1{plan_of('ten-rooms')}/result").json()
    assert len(told["OptimizedPlan"]) == 43
    return told


def calendars(result: dict[str, Any]) -> dict[str | None, list[dict[str, Any]]]:
    """Return the dates of the restrictions of the widest kind of channel, by room type."""
    return {
        entry["RoomType"]: entry["Dates"]
        for entry in result["RestrictionCalendars"]
        if entry["Profile"] == "full"
    }


def table(content: bytes) -> list[dict[str, str]]:
    """Return the lines of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_table_of_restrictions_has_a_line_for_each_date_and_type(
    fetch: Fetch, result: dict[str, Any]
) -> None:
    lines = {(line["room_type"], line["date"]): line for line in table(fetch("restrictions.csv"))}
    expected = [(name, day) for name, days in calendars(result).items() for day in days]
    assert len(expected) >= 3 * 19
    for name, day in expected:
        line = lines[name or "(house)", day["Date"]]
        told = (line["min_los_arrival"], line["max_los_arrival"], line["closed_to_arrival"] == "x")
        least, most = (
            "" if day[key] is None else str(day[key]) for key in ("MinLosArrival", "MaxLosArrival")
        )
        assert told == (least, most, day["ClosedToArrival"])


def test_the_message_for_channel_managers_closes_the_same_arrivals(
    fetch: Fetch, result: dict[str, Any]
) -> None:
    root = ET.fromstring(fetch("restrictions.xml"))  # noqa: S314 - it comes from our own service
    assert root.tag == f"{OTA}OTA_HotelAvailNotifRQ"
    closed: set[tuple[str | None, str]] = set()
    for message in root.iter(f"{OTA}AvailStatusMessage"):
        status = message.find(f"{OTA}RestrictionStatus[@Restriction='Arrival'][@Status='Close']")
        dates = message.find(f"{OTA}StatusApplicationControl")
        assert dates is not None
        if status is not None:
            day, last = (date.fromisoformat(dates.attrib[key]) for key in ("Start", "End"))
            while day <= last:
                closed.add((dates.get("InvTypeCode"), str(day)))
                day += timedelta(1)
    expected = {
        (name, day["Date"])
        for name, days in calendars(result).items()
        for day in days
        if day["ClosedToArrival"]
    }
    assert expected
    assert closed == expected


def test_the_documents_are_those_of_the_api(
    fetch: Fetch, result: dict[str, Any], open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    assert json.loads(fetch("result.json")) == result
    restrictions = json.loads(fetch("restrictions.json"))
    told = {entry["RoomType"]: entry["Dates"] for entry in restrictions["RestrictionCalendars"]}
    assert told == calendars(result)
    problem = open_page("/jobs").request.get(f"/api/v1{plan_of('ten-rooms')}/problem")
    content = fetch("problem.json")
    assert content == problem.body()
    assert len(json.loads(content)["Reservations"]) == 43


def test_the_table_of_moves_has_a_line_for_each_move(fetch: Fetch, result: dict[str, Any]) -> None:
    told = {(line["name"], line["from_room"], line["to_room"]) for line in table(fetch("moves.csv"))}
    assert told == {(move["Name"], move["FromRoom"], move["ToRoom"]) for move in result["Moves"]}
    assert len(told) == result["MovedStays"] == 5


def test_the_drawing_has_every_stay_on_both_sides(fetch: Fetch, result: dict[str, Any]) -> None:
    root = ET.fromstring(fetch("tape-chart.svg"))  # noqa: S314 - as above
    assert root.tag == f"{SVG}svg"
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    told = Counter(title.partition(": ")[0] for title in titles)
    for name, count in Counter(stay["Name"] for stay in result["OptimizedPlan"]).items():
        assert told[name] == 2 * count
    assert len([title for title in titles if "ap: " not in title and ", room " in title]) == 2 * 43


def test_the_drawing_of_costs_has_a_cell_for_each_arrival_and_length(
    fetch: Fetch, result: dict[str, Any]
) -> None:
    root = ET.fromstring(fetch("acceptance.svg"))  # noqa: S314 - as above
    matrix = result["AcceptanceMatrices"][0]
    text = "".join(root.itertext())
    assert matrix["Start"][:4] in text
    assert len(list(root.iter())) > len(matrix["States"])


def test_the_picture_is_as_large_as_the_drawing_and_not_blank(fetch: Fetch) -> None:
    root = ET.fromstring(fetch("tape-chart.svg"))  # noqa: S314 - as above
    picture = Image.open(io.BytesIO(fetch("tape-chart.png")))
    width, height = (float(root.attrib[name]) for name in ("width", "height"))
    assert picture.format == "PNG"
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.01)
    assert picture.width >= width
    colors = picture.convert("RGB").getcolors(maxcolors=1_000_000) or []
    assert len(colors) > 20
    assert max(count for count, _ in colors) < 0.95 * picture.width * picture.height


def printed(page: Page) -> tuple[int, str]:
    """Return the pages of a page that is printed, and all of their text."""
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in pages)  # as the style asks
    text = unicodedata.normalize("NFKC", " ".join(sheet.extract_text() for sheet in pages))  # no ligatures
    return len(pages), " ".join(text.split())


def test_the_list_of_moves_prints_with_every_move_and_no_buttons(
    open_page: OpenPage, plan_of: Callable[[str], str], result: dict[str, Any]
) -> None:
    page = open_page(plan_of("ten-rooms") + "/moves", color_scheme="dark")
    count, text = printed(page)
    assert count == 1
    for move in result["Moves"]:
        assert move["Name"] in text
        assert f"→ {move['ToRoom']}" in text
    assert "Sign out" not in text
    assert "My plans" not in text
    assert "Print" not in text


def test_paper_is_light_whatever_the_theme(open_page: OpenPage, plan_of: Callable[[str], str]) -> None:
    page = open_page(plan_of("ten-rooms"), color_scheme="light")
    page.get_by_role("button", name="Use dark colors").click()
    ink = "() => getComputedStyle(document.body).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    assert page.evaluate(ink) != on_screen
    assert page.evaluate(ink) == "rgb(27, 36, 48)"


def test_the_chart_prints_with_every_room_of_every_type(
    open_page: OpenPage, plan_of: Callable[[str], str], result: dict[str, Any]
) -> None:
    page = open_page(plan_of("ten-rooms"))
    count, text = printed(page)
    assert 1 <= count <= 3
    words = set(text.split())
    assert {room["RoomNumber"] for room in result["Rooms"]} <= words
    assert {"Garden", "Lake", "free"} <= words
    assert "…" not in text
    assert "Does one more stay fit?" not in text
    first_names = {stay["Name"].split()[0] for stay in result["OptimizedPlan"]}
    assert len(first_names & words) > 0.9 * len(first_names)  # a narrow cell cuts its name


def test_the_chart_of_many_rooms_prints_all_of_them_on_several_pages(
    open_page: OpenPage, plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("city-hotel"))
    rooms = page.locator(".side.after .piece tbody th").all_text_contents()
    count, text = printed(page)
    assert count > 1
    assert len(rooms) == 60
    assert set(rooms) <= set(text.split())
    assert {"Double", "Single", "Suite", "Superior"} <= set(text.split())
