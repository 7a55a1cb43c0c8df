from collections.abc import Callable

from bookingopt_api.console.cards import cards
from optimizer_core.picture import chart_of
from optimizer_core.wire import ResultDocument

Small = Callable[..., ResultDocument]


def test_a_card_tells_where_a_stay_goes_and_why_with_names(small: Small) -> None:
    result = small()
    found = cards(result, chart_of(result))
    assert found["1"] == {
        "name": "Bob",
        "id": 12,
        "arrival": "2027-05-04",
        "departure": "2027-05-06",
        "nights": 2,
        "booked": "Lake",
        "before": "2",
        "after": "1",
        "type": "Lake",
        "why": "it makes way in room 2 for Cem",
    }


def test_what_does_not_hold_of_a_stay_is_left_out(small: Small) -> None:
    result = small()
    found = cards(result, chart_of(result))
    assert found["2"]["locked"] is True
    assert "locked" not in found["0"]
    assert "why" not in found["0"]


def test_one_room_is_told_of_a_stay_that_does_not_move(small: Small) -> None:
    result = small()
    assert {"after": "2"}.items() <= cards(result, chart_of(result))["2"].items()
    assert not {"before", "type"} & cards(result, chart_of(result))["2"].keys()
    given = [stay.model_copy(update={"assigned_room": stay.current_room}) for stay in result.optimized_plan]
    unplanned = small(optimized_plan=[], initial_plan=given)
    card = cards(unplanned, chart_of(unplanned))["2"]
    assert (card["before"], "after" in card) == ("2", False)


def test_an_id_of_zero_is_one(small: Small) -> None:
    plan = small().optimized_plan
    result = small(optimized_plan=[plan[0].model_copy(update={"id": 0}), *plan[1:]])
    assert cards(result, chart_of(result))["0"]["id"] == 0


def test_each_stay_has_a_card(ten_rooms: ResultDocument) -> None:
    assert len(cards(ten_rooms, chart_of(ten_rooms))) == len(ten_rooms.optimized_plan)
