from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.backends.rack import NEVER_USED, NO_FIXED_STAY, PlacedStay, RoomRack


def placed(index: int, arrival: int, departure: int, *types: str) -> PlacedStay:
    return PlacedStay(index, arrival, departure, tuple((name,) for name in types or ("A",)))


def idle(rack: RoomRack) -> dict[tuple[int, int], list[int]]:
    return {spell: list(rooms) for spell, rooms in rack.idle_rooms("A").items()}


def test_rooms_are_idle_from_the_beginning() -> None:
    """Before anything happens every room is idle, until its first fixed stay."""
    rack = RoomRack(["A", "A", "A"], {1: [(2, 4)]})
    assert idle(rack) == {(NEVER_USED, NO_FIXED_STAY): [0, 2], (NEVER_USED, 2): [1]}


def test_stay_leaves_on_its_departure() -> None:
    """A room is busy on the nights of its stay and idle from the departure on."""
    rack = RoomRack(["A"], {})
    rack.advance(0)
    rack.place(placed(0, 0, 3), 0)
    rack.advance(2)
    assert (idle(rack), rack.idle_spell(0)) == ({}, None)
    rack.advance(3)
    assert idle(rack) == {(3, NO_FIXED_STAY): [0]}


def test_fixed_stays_that_touch_leave_no_spell() -> None:
    """Between two fixed stays that touch the room is never idle."""
    rack = RoomRack(["A"], {0: [(1, 3), (3, 5)]})
    seen = []
    for night in range(7):
        rack.advance(night)
        seen.append(rack.idle_spell(0))
    assert seen == [(NEVER_USED, 1), None, None, None, None, (5, NO_FIXED_STAY), (5, NO_FIXED_STAY)]


def test_stay_up_to_a_fixed_stay() -> None:
    """A stay may leave on the day on which the fixed stay arrives."""
    rack = RoomRack(["A"], {0: [(2, 4)]})
    rack.advance(0)
    rack.place(placed(0, 0, 2), 0)
    rack.advance(4)
    assert idle(rack) == {(4, NO_FIXED_STAY): [0]}


def test_place_is_made_by_moving_somebody_in_house() -> None:
    """The long stay needs the room without a lock, so the short one that has it moves to the other."""
    rack = RoomRack(["A", "A"], {0: [(3, 5)]})
    rack.advance(0)
    rack.place(placed(0, 0, 2), 1)
    assert rack.make_place(placed(1, 0, 6), ["A"]) == {0: 0, 1: 1}
    rack.advance(2)
    assert idle(rack) == {(2, 3): [0]}


def test_nobody_moves_into_a_room_that_was_taken_when_he_arrived() -> None:
    """A stay may only go where it could have been since its arrival."""
    rack = RoomRack(["A", "A"], {0: [(0, 1), (3, 5)]})
    rack.advance(0)
    rack.place(placed(0, 0, 2), 1)
    rack.advance(1)
    assert rack.make_place(placed(1, 1, 6), ["A"]) is None
    rack.advance(2)
    assert idle(rack) == {(1, 3): [0], (2, NO_FIXED_STAY): [1]}


def test_others_may_go_to_their_further_types() -> None:
    """The new stay keeps to the given types; one that makes place may use all of its own."""
    rack = RoomRack(["A", "B"], {})
    rack.advance(0)
    rack.place(placed(0, 0, 2, "A", "B"), 0)
    assert rack.make_place(placed(1, 0, 2, "A", "B"), ["A"]) == {0: 1, 1: 0}


def _every_plan(
    stays: list[PlacedStay], fixed: dict[int, list[tuple[int, int]]], rooms: int
) -> Iterator[bool]:
    """Yield whether some plan houses all stays, by trying room after room."""

    def fits(stay: PlacedStay, room: int, plan: tuple[int, ...]) -> bool:
        others = [
            (one.arrival, one.departure) for one, where in zip(stays, plan, strict=False) if where == room
        ]
        return all(
            end <= stay.arrival or stay.departure <= first for first, end in others + fixed.get(room, [])
        )

    def extend(plan: tuple[int, ...]) -> bool:
        if len(plan) == len(stays):
            return True
        return any(extend((*plan, room)) for room in range(rooms) if fits(stays[len(plan)], room, plan))

    yield extend(())


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=5),
    st.dictionaries(st.integers(0, 2), st.tuples(st.integers(0, 4), st.integers(1, 3)), max_size=3),
)
def test_arrivals_of_one_day_are_housed_if_they_can_be(
    lengths: list[int], locks: dict[int, tuple[int, int]]
) -> None:
    """Stays that arrive together are matched to rooms completely, exactly if that is possible."""
    fixed = {room: [(first, first + nights)] for room, (first, nights) in locks.items()}
    stays = [placed(index, 0, nights) for index, nights in enumerate(lengths)]
    rack = RoomRack(["A"] * 3, fixed)
    rack.advance(0)
    housed = all(rack.make_place(stay, ["A"]) is not None for stay in stays)
    assert housed == next(_every_plan(stays, fixed, 3))
