from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

ANN = {"X-User-ID": "ann"}


def test_json_holds_the_calendars_of_the_result(client: TestClient, done: str) -> None:
    told = client.get(f"{done}/restrictions.json", headers=ANN).json()
    calendars = told["RestrictionCalendars"]
    assert [calendar["RoomType"] for calendar in calendars] == [None, "Garden", "Lake"]
    assert {calendar["Profile"] for calendar in calendars} == {"full"}
    assert told["Threshold"] == 0


def test_csv_is_a_file_of_one_type_or_of_the_pool(client: TestClient, done: str) -> None:
    answer = client.get(
        f"{done}/restrictions.csv", params={"room_type": "Lake", "profile": "through"}, headers=ANN
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="restrictions.csv"'
    assert {row["room_type"] for row in csv.DictReader(io.StringIO(answer.text))} == {"Lake"}
    pool = client.get(f"{done}/restrictions.csv", params={"room_type": "(house)"}, headers=ANN)
    assert {row["room_type"] for row in csv.DictReader(io.StringIO(pool.text))} == {"(house)"}


def test_xml_is_the_message_for_channel_managers(client: TestClient, done: str) -> None:
    answer = client.get(f"{done}/restrictions.xml", params={"hotel_code": "H & Co"}, headers=ANN)
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag.endswith("OTA_HotelAvailNotifRQ")
    assert root[0].get("HotelCode") == "H & Co"
    named = client.get(f"{done}/restrictions.xml", headers=ANN)
    assert ET.fromstring(named.content)[0].get("HotelCode") == "ten rooms"  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("restrictions.json?profile=no-ctd", "not-available"),
        ("restrictions.json?room_type=Attic", "not-available"),
        ("restrictions.pdf", "invalid-request"),
    ],
)
def test_what_the_result_does_not_have_is_said(client: TestClient, done: str, path: str, error: str) -> None:
    answer = client.get(f"{done}/{path}", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, error)


def test_without_a_plan_there_are_none(client: TestClient, infeasible: str) -> None:
    answer = client.get(f"{infeasible}/restrictions.csv", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (409, "no-plan")


def test_a_stranger_gets_nothing(client: TestClient, done: str) -> None:
    assert client.get(f"{done}/restrictions.json", headers={"X-User-ID": "bob"}).status_code == 404
