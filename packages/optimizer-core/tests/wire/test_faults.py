"""Places of the domain become places of the document."""

import pytest
from pydantic import BaseModel, ValidationError

from optimizer_core.errors import Fault
from optimizer_core.wire.faults import in_order, of_domain, of_validation
from optimizer_core.wire.problem import ProblemDocument


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (("stays", 3, "current_room"), "Reservations[3].AssignedRoom"),
        (("stays", 0, "los_nights"), "Reservations[0].Length"),
        (("stays", 0, "departure"), "Reservations[0].Length"),
        (("stays", 2, "stay_id"), "Reservations[2].Id"),
        (("rooms", 1, "number"), "Rooms[1].RoomNumber"),
        (("minimum_stay", "default_nights"), "MinimumStay"),
        (("minimum_stay", "by_weekday", "6"), "MinimumStayByDay.Sun"),
        (("minimum_stay", "by_period", 4, "nights"), "MinimumStayByDate[4].MinimumStay"),
        (("minimum_stay", "by_period", 4, "last"), "MinimumStayByDate[4].End"),
        (("movable_last",), "RequestEndDate"),
    ],
)
def test_a_place_of_the_domain_becomes_one_of_the_document(place: tuple[str | int, ...], text: str) -> None:
    assert str(of_domain([Fault(place, "wrong")])[0]) == f"{text}: wrong"


def test_faults_have_the_order_of_the_document_and_its_rows() -> None:
    places: list[tuple[str | int, ...]] = [
        ("MinimumStay",),
        ("Reservations", 10, "Length"),
        ("Reservations", 9, "Length"),
        ("Elsewhere",),
        ("Rooms",),
        (),
    ]
    found = in_order([Fault(place, "wrong") for place in places], ProblemDocument)
    assert [str(fault).removesuffix(": wrong") for fault in found] == [
        "wrong",
        "Rooms",
        "Reservations[9].Length",
        "Reservations[10].Length",
        "MinimumStay",
        "Elsewhere",
    ]


def test_kinds_without_words_of_their_own_are_still_told() -> None:
    class Strange(BaseModel):
        ratio: complex

    with pytest.raises(ValidationError) as caught:
        Strange.model_validate({"ratio": []})
    (fault,) = of_validation(caught.value, Strange)
    assert str(fault).startswith("ratio: a list is not accepted here: ")
