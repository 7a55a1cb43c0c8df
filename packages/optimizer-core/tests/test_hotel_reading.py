"""A hotel is read from whatever Python code has of it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import optimizer_core as oc
from optimizer_core.errors import InvalidDocument
from optimizer_core.hotel_reading import loaded_hotel
from optimizer_core.wire import load_problem
from optimizer_core.wire.exports import DateOrder, ExportOptions, TableFile, read_hotel_files

ROOMS = b"Room,Type\n101,Double\n102,Double\n"
STAYS = b"Id,Arrival,Departure,Type,Assigned room,Colour\nAda,04/05/2026,06/05/2026,Double,101,red\n"


@pytest.fixture
def path(tmp_path: Path, document: dict[str, Any]) -> Path:
    """Return the file of a document."""
    path = tmp_path / "hotel.json"
    path.write_text(json.dumps(document))
    return path


def test_path_text_bytes_and_dict_are_the_same_hotel(path: Path, document: dict[str, Any]) -> None:
    text = path.read_text()
    expected = load_problem(text.encode()).problem
    for source in (path, str(path), text, f"\n {text}", text.encode(), document):
        assert oc.read_hotel(source) == expected
    assert len(expected.rooms) == 2
    assert len(expected.stays) == len(document["Reservations"])


def test_a_hotel_is_returned_as_it_is(path: Path) -> None:
    hotel = oc.read_hotel(path)
    assert oc.read_hotel(hotel) is hotel


def test_the_document_is_kept_until_the_hotel_is_changed(document: dict[str, Any]) -> None:
    document["NewReservations"] = [{"Arrival": "2026-05-02", "Length": 1}]
    hotel = oc.read_hotel(document)
    assert len(loaded_hotel(hotel, oc.Policy(max_moves=1)).requests) == 1
    assert loaded_hotel(hotel, oc.Policy(max_moves=1)).problem.policy.max_moves == 1
    assert len(loaded_hotel(pickle.loads(pickle.dumps(hotel)), oc.Policy()).requests) == 1  # noqa: S301
    changed = hotel.replace(stays=hotel.stays[:1])
    assert changed.source is None
    assert loaded_hotel(changed, oc.Policy()).problem == changed


def test_two_csv_files_are_read_as_the_command_line_does(tmp_path: Path) -> None:
    rooms, stays = tmp_path / "rooms.csv", tmp_path / "stays.csv"
    rooms.write_bytes(ROOMS)
    stays.write_bytes(STAYS)
    with pytest.warns(UserWarning, match="Colour"):
        hotel = oc.read_hotel(rooms, str(stays), problem_id="May", minimum_stay=2, day_first=True)
    options = ExportOptions(problem_id="May", minimum_stay=2, order=DateOrder.DAY_FIRST)
    files = read_hotel_files(TableFile(ROOMS, "rooms"), TableFile(STAYS, "stays"), options=options)
    assert hotel == load_problem(files.content).problem
    assert hotel.minimum_stay == oc.MinimumStay(2)
    assert str(hotel.stays[0].arrival) == "2026-05-04"
    with pytest.warns(UserWarning, match="Colour"):
        assert str(oc.read_hotel(ROOMS, STAYS, day_first=False).stays[0].arrival) == "2026-04-05"


def test_a_fault_of_a_csv_file_names_its_line(tmp_path: Path) -> None:
    stays = tmp_path / "stays.csv"
    stays.write_bytes(b"Id,Arrival,Departure,Type\nAda,2026-05-04,2026-05-06,Suite\n")
    with pytest.raises(InvalidDocument, match=r"stays\.csv.*no room has the type 'Suite'"):
        oc.read_hotel(ROOMS, stays)


def test_a_wrong_document_is_refused_with_its_places(document: dict[str, Any], tmp_path: Path) -> None:
    document["Reservations"][0]["Length"] = "2"
    with pytest.raises(InvalidDocument, match=r"Reservations\[0\]\.Length"):
        oc.read_hotel(document)
    with pytest.raises(InvalidDocument, match="cannot read"):
        oc.read_hotel(tmp_path / "absent.json")


@pytest.mark.parametrize("source", [3, None, [1], object()])
def test_something_else_is_a_type_error_that_says_what_is_accepted(source: Any) -> None:
    for call in (oc.read_hotel, oc.plan, oc.trade_off, oc.derive_restrictions):
        with pytest.raises(TypeError, match="must be a Problem, a path, a problem document as JSON"):
            call(source)


def test_options_of_csv_files_are_refused_for_documents(document: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="minimum_stay is for exports"):
        oc.read_hotel(document, minimum_stay=0)
    with pytest.raises(TypeError, match="rooms must be the path of a CSV or xlsx file"):
        oc.read_hotel(document, STAYS)
    with pytest.raises(TypeError, match="day_first must be True or False"):
        oc.read_hotel(ROOMS, STAYS, day_first="yes")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="blocks is for exports"):
        oc.read_hotel(document, blocks=STAYS)
    with pytest.raises(TypeError, match=r"today must be a datetime\.date or None"):
        oc.read_hotel(ROOMS, STAYS, today="2026-05-01")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="minimum_stay must be a whole number"):
        oc.read_hotel(ROOMS, STAYS, minimum_stay=2.5)  # type: ignore[arg-type]


def test_what_became_of_the_rows_of_an_export_is_a_warning() -> None:
    stays = b"Unit,StartUtc,EndUtc,Status\n101,2026-05-04T23:00:00Z,2026-05-06T08:00:00Z,Started\n102,,,CXL\n"
    with pytest.warns(UserWarning, match="stays: ") as warned:
        hotel = oc.read_hotel(
            ROOMS, stays, time_zone="Europe/Berlin", columns={"AssignedRoom": "Unit"}, without_rooms=False
        )
    assert [str(stay.arrival) for stay in hotel.stays if stay.is_locked] == ["2026-05-05"]
    assert [str(warning.message) for warning in warned] == [
        "stays: locked: 1 in house",
        "stays: left out: 1 cancelled",
    ]


def test_reservations_without_rooms_are_accepted_if_it_is_said() -> None:
    stays = b"Arrival,Nights\n2026-05-04,2\n"
    with pytest.raises(InvalidDocument, match="accept it with --without-rooms"):
        oc.read_hotel(ROOMS, stays)
    assert len(oc.read_hotel(ROOMS, stays, without_rooms=True).stays) == 1
