from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bookingopt_api.documents import DocumentLimits
from bookingopt_api.documents.examination import MOST_UNKNOWN, Examination
from optimizer_core.errors import MOST_FAULTS

Hotel = dict[str, Any]


def faults_of(hotel: Hotel, limits: DocumentLimits) -> list[str]:
    return [str(fault) for fault in Examination(limits).faults_of(hotel)]


def stay(**fields: object) -> Hotel:
    return {"Id": 9, "Arrival": "2027-05-01", "Length": 1, **fields}


def test_a_hotel_that_uses_every_limit_up_is_accepted(hotel: Hotel, limits: DocumentLimits) -> None:
    assert faults_of(hotel, limits) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda hotel: hotel["Rooms"].append({"RoomNumber": "9"}), "Rooms: 5 entries; at most 4"),
        (lambda hotel: hotel["Reservations"].append(stay()), "Reservations: 6 entries; at most 5"),
        (lambda hotel: hotel["NewReservations"].append(stay()), "NewReservations: 4 entries; at most 3"),
        (
            lambda hotel: hotel.update(MinimumStayByDate=[{}] * 31),
            "MinimumStayByDate: 31 entries; at most 30",
        ),
        (
            lambda hotel: hotel["Rooms"][0].update(AdjacentRooms=["1", "2"]),
            "Rooms: 5 adjacent rooms; at most 4",
        ),
        (
            lambda hotel: hotel["Reservations"][0].update(AdjacencyGroup="three"),
            "Reservations: 3 adjacency groups; at most 2",
        ),
        (
            lambda hotel: hotel["Reservations"][1].update(Length=31),
            "Reservations[1].Length: 31 nights; at most 30",
        ),
        (
            lambda hotel: hotel["Reservations"][1].update(Length=31.0),
            "Reservations[1].Length: 31 nights; at most 30",
        ),
        (
            lambda hotel: hotel["Reservations"][1].update(Arrival="9999-12-01"),
            "nights from the first arrival to the last departure; at most 30",
        ),
        (
            lambda hotel: hotel["NewReservations"].__setitem__(0, stay(Arrival="2027-05-31")),
            "Reservations: 31 nights from the first arrival",
        ),
        (
            lambda hotel: hotel["RoomBlocks"].append({"RoomNumber": "1"}),
            "RoomBlocks: 3 entries; at most 2 are accepted",
        ),
        (
            lambda hotel: hotel["RoomBlocks"][0].update(Note="x" * 1001),
            "RoomBlocks[0].Note: 1,001 characters",
        ),
        (
            lambda hotel: hotel["RoomBlocks"][0].update(Start="2027-05-31", End="2027-06-01"),
            "Reservations: 31 nights from the first arrival to the last departure; at most 30",
        ),
        (
            lambda hotel: hotel.update(ScheduleStart="2027-05-01", ScheduleEnd="2027-06-01"),
            "ScheduleEnd: 31 nights from ScheduleStart; at most 30 are accepted",
        ),
        (lambda hotel: hotel.update(MinimumStay=8), "MinimumStay: 8 nights; at most 7"),
        (lambda hotel: hotel.update(MinimumStay=1_000_000), "MinimumStay: 1,000,000 nights; at most 7"),
        (lambda hotel: hotel["MinimumStayByDay"].update(Tue=8), "MinimumStayByDay.Tue: 8 nights"),
        (
            lambda hotel: hotel["MinimumStayByDate"][0].update(MinimumStay=8),
            "MinimumStayByDate[0].MinimumStay: 8 nights; at most 7",
        ),
        (
            lambda hotel: hotel["Reservations"][2].update(Id=[[[[1]]]]),
            "Reservations[2].Id: 7 levels of lists and objects; at most 6",
        ),
        (
            lambda hotel: hotel["Reservations"][2].update(Id={"a": {"b": {"c": {}}}}),
            "Reservations[2].Id: 7 levels of lists and objects; at most 6",
        ),
        (lambda hotel: hotel.update(ProblemId="x" * 1001), "ProblemId: 1,001 characters; at most 1,000"),
        (
            lambda hotel: hotel["Reservations"][0].update(TypeOrder=["x" * 1001]),
            "Reservations[0].TypeOrder: 1,001 characters",
        ),
        (
            lambda hotel: hotel["Reservations"][0].update(Id={"x" * 1001: 1}),
            "Reservations[0].Id: 1,001 characters",
        ),
        (
            lambda hotel: hotel["Rooms"][0].update({"x" * 1001: 1}),
            "Rooms[0]: 1,001 characters in the name of a field",
        ),
    ],
)
def test_whatever_is_beyond_a_limit_is_named_with_its_place(
    hotel: Hotel, limits: DocumentLimits, change: Callable[[Hotel], None], fault: str
) -> None:
    change(hotel)
    found = faults_of(hotel, limits)
    assert fault in found[0]
    assert len(found) == 1 + ("Length" in fault)  # too long a stay makes the horizon too long, too


def test_names_with_underscores_count_the_same(limits: DocumentLimits) -> None:
    hotel = {"rooms": [], "reservations": [{"arrival": "2027-05-01", "length": 31}], "minimum_stay": 8}
    assert len(faults_of(hotel, limits)) == 3  # too long a stay, so too long a horizon, and a minimum stay
    assert faults_of({"reservations": [{}] * 6}, limits) == [
        "Reservations: 6 entries; at most 5 are accepted"
    ]


def test_only_the_nights_within_the_schedule_of_a_document_count(
    hotel: Hotel, limits: DocumentLimits
) -> None:
    hotel["Reservations"][0].update(Arrival="2021-01-01", Length=2400)
    hotel["RoomBlocks"][0].update(End="9999-12-31")
    hotel["NewReservations"][0].update(Arrival="2028-01-01")
    assert len(faults_of(hotel, limits)) == 3
    hotel |= {"ScheduleStart": "2027-05-01", "ScheduleEnd": "2027-05-31"}
    assert faults_of(hotel, limits) == []


@pytest.mark.parametrize(
    "hotel",
    [
        {},
        {"RoomBlocks": [1, {"Start": 5, "End": "soon"}], "ScheduleStart": "soon", "ScheduleEnd": 5},
        {"Rooms": None, "Reservations": "many"},
        {"Rooms": [1, None, "a", []], "Reservations": [[], 1.5, None, stay(Arrival=5, Length="9")]},
        {"Reservations": [stay(Arrival="2027-02-30", Length=True), stay(Length=float("nan"))]},
        {"Reservations": [stay(Length=float("inf")), stay(Length=-5), stay(Length=10**4000)]},
        {"MinimumStay": "5", "MinimumStayByDay": [], "MinimumStayByDate": {"Start": 1}},
        {"Reservations": [stay(AdjacencyGroup={"a": 1}, Unknown=1)]},
    ],
)
def test_what_is_merely_wrong_is_left_to_the_validation(hotel: Hotel, limits: DocumentLimits) -> None:
    assert faults_of(hotel, limits) == []


def test_fields_that_nobody_knows_are_counted_not_described(limits: DocumentLimits) -> None:
    hotel = {f"field {number}": 1 for number in range(MOST_UNKNOWN + 1)}
    (fault,) = faults_of(hotel, limits)
    assert fault == "1,001 unknown fields up to here; at most 1,000 are accepted"


def test_faults_are_not_collected_without_end(limits: DocumentLimits) -> None:
    wide = replace(limits, reservations=10_000)
    hotel = {"Reservations": [stay(Name="x" * 1001, Length=31) for _ in range(10_000)]}
    assert MOST_FAULTS <= len(faults_of(hotel, wide)) <= MOST_FAULTS + 5
