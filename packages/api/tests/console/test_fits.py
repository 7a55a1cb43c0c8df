from collections.abc import Callable
from datetime import date
from typing import Any

from bookingopt_api.console.fits import best_offer, fit_view, with_offer
from optimizer_core.picture import Side, chart_of
from optimizer_core.wire import RequestEntry, ResultDocument
from optimizer_core.wire.request_answer import (
    FitEntry,
    FreeRoomEntry,
    MadeMoveEntry,
    MarginalCostEntry,
    OfferEntry,
    PieceEntry,
    RefusalEntry,
    SplitEntry,
)
from optimizer_core.wire.shortages import ShortageEntry

Small = Callable[..., ResultDocument]
ARRIVAL = date(2027, 5, 4)


def piece(room: str, arrival: date = ARRIVAL, length: int = 2) -> PieceEntry:
    return PieceEntry(room=room, room_type="Lake", arrival=arrival, length=length)


def answer(*types: FitEntry, fits: bool = True, **fields: Any) -> RequestEntry:
    given: dict[str, Any] = {"arrival": ARRIVAL, "length": 2, "room_type": "Lake", "proved": True}
    return RequestEntry(fits=fits, message="a message", types=list(types), **given | fields)


def lake(**fields: Any) -> FitEntry:
    return FitEntry(room_types=["Lake"], **fields)


BOB_LEAVES = OfferEntry(
    pieces=[piece("1")],
    moves=[MadeMoveEntry(reservation=1, from_room="1", to_room="2")],
    moves_bound=1,
    gap_change=-4.5,
)


def test_a_place_without_moves_is_the_first_choice(small: Small) -> None:
    in_place = OfferEntry(pieces=[piece("2")], gap_change=0.25)
    free = [FreeRoomEntry(room="2", gap_change=0.25), FreeRoomEntry(room="3", gap_change=4.0)]
    entry = answer(lake(in_place=in_place, free_rooms=free, cost=MarginalCostEntry(lower=0.0, upper=0.0)))
    view = fit_view(entry, small().optimized_plan)
    assert view.headline == "It fits into room 2, no stay moves"
    assert view.moves == ()
    assert view.facts == (
        "Gap cost of the rooms as they are: +0.25 points.",
        "After the best re-arrangement of the whole hotel: +0 points.",
        "Free as it is, with the change of gap cost: 2 (+0.25), 3 (+4).",
    )


def test_moves_are_told_by_name_and_proved_where_they_are_the_fewest(small: Small) -> None:
    view = fit_view(answer(lake(with_moves=BOB_LEAVES)), small().optimized_plan)
    assert view.headline == "It fits into room 1 if 1 stay moves"
    assert [(move.name, move.from_room, move.to_room) for move in view.moves] == [("Bob", "1", "2")]
    assert "Proved: it cannot be done with fewer moves." in view.facts


def test_a_split_is_told_by_its_changes_of_room(small: Small) -> None:
    split = OfferEntry(pieces=[piece("1", length=1), piece("2", date(2027, 5, 5), 1)])
    entry = answer(lake(), split=SplitEntry(offer=split))
    view = fit_view(entry, small().optimized_plan)
    assert view.headline == "It fits with 1 change of room"
    assert [part.room for part in view.pieces] == ["1", "2"]
    assert best_offer(entry) == (None, split)


def test_a_refusal_tells_what_is_short_and_which_locks_are_in_the_way(small: Small) -> None:
    shortage = ShortageEntry(
        room_types=["Lake"], first=ARRIVAL, last=ARRIVAL, rooms_short=1, reservations=[1]
    )
    refusal = RefusalEntry(proved=True, shortages=[shortage], locks_to_release=[2], fewest_locks=True)
    view = fit_view(answer(lake(refusal=refusal), fits=False), small().optimized_plan)
    assert view.headline == "It does not fit"
    assert view.reasons == (
        "Short of 1 room of type Lake, night of 2027-05-04; stays that compete: Bob",
        "It would fit if the locks of these were released: Cem, and no smaller set would do.",
    )


def test_what_is_not_proved_is_not_called_impossible(small: Small) -> None:
    entry = answer(fits=False, proved=False)
    view = fit_view(entry, small().optimized_plan)
    assert "not proved" in view.headline
    assert view.reasons == ("a message",)


def test_the_chart_shows_what_the_offer_does_to_the_plan(small: Small) -> None:
    chart = with_offer(chart_of(small()), answer(lake(with_moves=BOB_LEAVES)))
    rooms = {stay.name: (stay.room(Side.BEFORE), stay.room(Side.AFTER)) for stay in chart.stays}
    assert rooms == {
        "Ann": ("1", "1"),
        "Bob": ("1", "2"),
        "Cem": ("2", "2"),
        "Dee": ("3", "3"),
        "New stay": (None, "1"),
    }
    assert [stay.name for stay in chart.stays if stay.is_moved] == ["Bob"]
    assert [stay.name for stay in chart.stays if stay.is_new] == ["New stay"]


def test_without_an_offer_nobody_moves_on_the_chart(small: Small) -> None:
    chart = with_offer(chart_of(small()), answer(fits=False))
    assert not any(stay.is_moved or stay.is_new for stay in chart.stays)


def test_the_chart_shows_the_nights_around_the_request(ten_rooms: ResultDocument) -> None:
    entry = answer(fits=False).model_copy(update={"arrival": date(2027, 6, 15)})
    chart = with_offer(chart_of(ten_rooms), entry)
    assert (chart.start, chart.end) == (date(2027, 6, 5), date(2027, 6, 20))
