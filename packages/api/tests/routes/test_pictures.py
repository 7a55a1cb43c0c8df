from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.routes import pictures

ANN = {"X-User-ID": "ann"}
PICTURES = ["chart.svg", "chart.png", "acceptance.svg"]


@pytest.mark.parametrize("name", ["chart.svg", "acceptance.svg"])
def test_svg_is_one_document_that_a_browser_may_show(client: TestClient, done: str, name: str) -> None:
    answer = client.get(f"{done}/{name}", headers=ANN)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert ET.fromstring(answer.content).tag.endswith("svg")  # noqa: S314 - our own
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_png_is_a_png(client: TestClient, done: str) -> None:
    answer = client.get(f"{done}/chart.png?view=after", headers=ANN)
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")


def test_a_view_shows_one_side_and_both_show_more(client: TestClient, done: str) -> None:
    sizes = {
        view: len(client.get(f"{done}/chart.svg?view={view}", headers=ANN).content)
        for view in ("before", "after", "both")
    }
    assert sizes["both"] > max(sizes["before"], sizes["after"])


def test_a_few_nights_are_less_than_all(client: TestClient, done: str) -> None:
    some = client.get(f"{done}/chart.svg?start=2027-06-03&end=2027-06-08", headers=ANN)
    every = client.get(f"{done}/chart.svg", headers=ANN)
    assert len(some.content) < len(every.content)


def test_acceptance_is_told_by_type(client: TestClient, done: str) -> None:
    house, garden = (
        client.get(f"{done}/acceptance.svg{query}", headers=ANN).text for query in ("", "?room_type=Garden")
    )
    assert "any room" in house
    assert "type Garden" in garden
    unknown = client.get(f"{done}/acceptance.svg?room_type=Attic", headers=ANN)
    assert unknown.status_code == 422
    assert "'Garden', 'Lake'" in unknown.json()["detail"]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("view=inside", "invalid-request"),
        ("start=today", "invalid-request"),
        ("start=2030-01-01", "not-available"),
    ],
)
def test_what_cannot_be_drawn_is_refused(client: TestClient, done: str, query: str, error: str) -> None:
    answer = client.get(f"{done}/chart.svg?{query}", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, error)


@pytest.mark.parametrize("limit", ["MOST_STAYS_PNG", "MOST_MEGAPIXELS"])
def test_a_huge_png_is_refused_with_a_remedy(
    client: TestClient, done: str, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(pictures, limit, 0)
    told = client.get(f"{done}/chart.png", headers=ANN).json()
    assert (told["status"], told["error"]) == (422, "not-available")
    assert "ask for fewer nights with start and end" in told["detail"]
    assert "or for chart.svg" in told["detail"]


def test_a_huge_svg_is_refused_with_a_remedy(
    client: TestClient, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_STAYS_SVG", 3)
    told = client.get(f"{done}/chart.svg", headers=ANN).json()
    assert "at most 3 are drawn; ask for fewer nights" in told["detail"]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_belongs_to_its_owner_and_is_kept_by_its_tag(
    client: TestClient, done: str, name: str
) -> None:
    assert client.get(f"{done}/{name}", headers={"X-User-ID": "bob"}).status_code == 404
    first = client.get(f"{done}/{name}", headers=ANN)
    assert first.headers["Cache-Control"].startswith("private")
    again = client.get(f"{done}/{name}", headers=ANN | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_without_a_plan_the_rooms_as_given_are_drawn_and_nothing_is_sold(
    client: TestClient, infeasible: str
) -> None:
    assert client.get(f"{infeasible}/chart.svg", headers=ANN).status_code == 200
    assert client.get(f"{infeasible}/acceptance.svg", headers=ANN).json()["error"] == "no-plan"
