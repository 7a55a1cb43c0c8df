"""Plans are compared by upgrades, then cost, then moves, unless the policy sets a price."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from optimizer_core.domain import MinimumStay, Plan, Policy, Problem, Room, Stay, current_plan
from optimizer_core.objective import difference, score

MakeStay = Callable[..., Stay]


@pytest.fixture
def hotel(stay: MakeStay) -> Problem:
    """Return two rooms of type A with an orphan night in each plan but one, and a room of type B."""
    rooms = (Room("1", "A", frozenset({"2"})), Room("2", "A"), Room("9", "B"))
    stays = (
        stay("a", 0, 2, "1", room_type="A", group="g"),
        stay("b", 3, 2, "1", room_type="A", group="g"),
        stay("c", 2, 1, "2", room_type="A", further_types=("B",)),
    )
    return Problem("score", rooms, stays, MinimumStay(3))


GIVEN = {"a": "1", "b": "1", "c": "2"}
FILLED = {**GIVEN, "c": "1"}
UPGRADED = {**GIVEN, "c": "9"}


def test_the_terms_of_a_plan(hotel: Problem) -> None:
    found = score(hotel, Plan(GIVEN))
    assert [(term.name, term.total) for term in found.terms] == [
        ("upgrades", 0),
        ("adjacency", 2 * 100 * 8 * 8),
        ("gaps", 8 * 8),
        ("moves", 0),
    ]
    assert found.gap_cost == 8
    assert found.value == 2 * 100 * 8 + 8


def test_upgrades_come_before_cost_and_cost_before_moves(hotel: Problem) -> None:
    given, filled, upgraded = (score(hotel, Plan(rooms)).rank for rooms in (GIVEN, FILLED, UPGRADED))
    assert filled < given < upgraded
    assert filled == (0, Fraction(1600), 1)
    assert upgraded == (1, Fraction(1608), 1)


def test_a_price_takes_a_term_out_of_the_order(hotel: Problem) -> None:
    priced = hotel.replace(policy=Policy(upgrade_price=Fraction(1, 2), move_price=Fraction(3, 8)))
    found = score(priced, Plan(UPGRADED))
    assert found.value == 1608 + Fraction(1, 2) + Fraction(3, 8)
    assert found.rank == (0, found.value, 1)
    assert score(priced, Plan(FILLED)).value == 1600 + Fraction(3, 8)


def test_a_move_is_worth_its_price_or_not(hotel: Problem) -> None:
    for price, is_worth_it in ((7, True), (9, False)):
        priced = hotel.replace(policy=Policy(move_price=Fraction(price)))
        assert (score(priced, Plan(FILLED)).rank < score(priced, Plan(GIVEN)).rank) == is_worth_it


def test_a_difference_names_what_only_one_plan_has(hotel: Problem) -> None:
    changes = difference(score(hotel, current_plan(hotel)), score(hotel, Plan(FILLED)))
    assert {name: (len(old), len(new)) for name, (old, new) in changes.items()} == {
        "upgrades": (0, 0),
        "adjacency": (0, 0),
        "gaps": (1, 0),
        "moves": (0, 1),
    }


def test_a_plan_does_not_differ_from_itself(hotel: Problem) -> None:
    found = score(hotel, Plan(FILLED))
    assert all(change == ((), ()) for change in difference(found, found).values())
