"""What a stay may use, and its place in the canonical order."""

from collections.abc import Callable

from optimizer_core.domain import RUN_OF_HOUSE, Stay

MakeStay = Callable[..., Stay]


def test_the_departure_is_no_night(stay: MakeStay) -> None:
    assert stay("a", 0, 3).los_nights == 3
    assert stay("a", 0, 0).los_nights == 0


def test_a_stay_may_use_its_own_and_its_further_types(stay: MakeStay) -> None:
    one = stay("a", 0, 1, room_type="A", further_types=("B",))
    assert [one.may_use(name) for name in "ABC"] == [True, True, False]
    assert [one.is_upgrade(name) for name in "AB"] == [False, True]


def test_run_of_house_may_use_any_type_and_is_never_upgraded(stay: MakeStay) -> None:
    one = stay("a", 0, 1, room_type=RUN_OF_HOUSE)
    assert one.may_use("anything")
    assert not one.is_upgrade("anything")


def test_stays_are_ordered_by_content_the_id_coming_last(stay: MakeStay) -> None:
    in_order = [
        stay("9", 0, 1),
        stay("8", 0, 2),
        stay("7", 1, 1, "9"),
        stay("6", 1, 1, "10", is_locked=True),
        stay("5", 1, 1, "10"),
        stay("2", 2, 1),
        stay("10", 2, 1),
    ]
    assert sorted(in_order, key=Stay.sort_key) == in_order
