from datetime import date

from bookingopt_api.console.names import name_of, with_names
from optimizer_core.wire import PlanEntry

NIGHT = date(2027, 5, 1)
PLAN = [
    PlanEntry(name="Ann (Ltd)", id=7, arrival=NIGHT, length=1),
    PlanEntry(id="R-8", arrival=NIGHT, length=1),
    PlanEntry(arrival=NIGHT, length=1),
]


def test_a_stay_is_called_by_its_name_else_by_its_id_else_by_its_row() -> None:
    assert [name_of(PLAN, position) for position in range(3)] == ["Ann (Ltd)", "R-8", "row 2"]


def test_a_row_that_does_not_exist_is_called_by_its_number() -> None:
    assert name_of(PLAN, 3) == "row 3"
    assert name_of(PLAN, -1) == "row -1"


def test_messages_get_names_for_the_rows_they_refer_to() -> None:
    text = "place for Reservations[0] (Id 7); these are locked: Reservations[1], Reservations[9]"
    assert with_names(text, PLAN) == "place for Ann (Ltd); these are locked: R-8, row 9"


def test_a_name_that_looks_like_a_row_is_not_replaced_again() -> None:
    plan = [PlanEntry(name="Reservations[1]", arrival=NIGHT, length=1), PLAN[0]]
    assert with_names("for Reservations[0]", plan) == "for Reservations[1]"
