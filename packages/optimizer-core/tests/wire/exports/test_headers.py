from __future__ import annotations

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire.exports.folding import folded
from optimizer_core.wire.exports.headers import (
    BLOCK_COLUMNS,
    RESERVATION_COLUMNS,
    ROOM_COLUMNS,
    check_named,
    with_named,
)


@pytest.mark.parametrize("columns", [ROOM_COLUMNS, RESERVATION_COLUMNS, BLOCK_COLUMNS])
def test_headers_are_folded_and_stand_once_in_a_field(columns: dict[str, tuple[str, ...]]) -> None:
    for names in columns.values():
        assert [folded(name) for name in names] == list(names)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        (
            "Arrival",
            "Anreise|Date d'arrivée|Fecha de llegada|Data di arrivo|Data de chegada|Aankomst|Check-in",
        ),
        ("Departure", "Abreise|Départ|Salida|Partenza|Saída|Vertrek|Check-out"),
        ("Length", "Nächte|Nuits|Noches|Notti|Noites|Nachten|Nights"),
        ("AssignedRoom", "Zimmer|Chambre|Habitación|Camera|Quarto|Kamer|Room"),
    ],
)
def test_seven_languages_are_known(field: str, headers: str) -> None:
    assert {folded(header) for header in headers.split("|")} <= set(RESERVATION_COLUMNS[field])


def test_group_and_block_codes_are_no_adjacency_groups() -> None:
    assert not {"group", "groupname", "groupcode", "block"} & set(RESERVATION_COLUMNS["AdjacencyGroup"])


def test_a_named_header_comes_first_and_belongs_to_no_other_field() -> None:
    aliases = with_named(RESERVATION_COLUMNS, {"assignedroom": "Number", "RoomNumber": "Zi"})
    assert aliases["AssignedRoom"][0] == "number"
    assert "number" not in aliases["Id"]
    assert "number" in with_named(ROOM_COLUMNS, {"assignedroom": "Number"})["RoomNumber"]


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidDocument, match=r"there is no field 'Raum'; known are Id, Name, Arrival"):
        check_named({"Raum": "Zi"})
    with pytest.raises(InvalidDocument, match="the header is missing"):
        check_named({"Arrival": " "})
    check_named({"ARRIVAL": "An"})
