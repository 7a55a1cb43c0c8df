from collections.abc import Callable
from fractions import Fraction

from optimizer_core.domain import RUN_OF_HOUSE, MinimumStay, Policy, Problem
from optimizer_core.network.grid import NOWHERE, Grid

Chart = Callable[..., Problem]


def test_nights_are_counted_from_the_first_arrival(chart: Chart) -> None:
    """The horizon begins with the first stay, not with the date of the chart."""
    grid = Grid(chart("1 ..aa.bbb"))
    assert (grid.num_nights, grid.arrival, grid.departure) == (6, [0, 3], [2, 6])


def test_rooms_are_grouped_by_type(chart: Chart) -> None:
    grid = Grid(chart("3:A a", "1:B b", "2:A c"))
    assert grid.rooms_of_type == [[0, 1], [2]]
    assert grid.room_type == [0, 0, 1]


def test_only_locked_and_held_stays_keep_a_room(chart: Chart) -> None:
    """A trial choice holds a stay like a lock does, and leaves its current room what it was."""
    grid = Grid(chart("1 aB", "2 .c"))
    assert grid.fixed_room == [NOWHERE, 0, NOWHERE]
    held = Grid(grid.problem, {0: 1})
    assert held.fixed_room == [1, 0, NOWHERE]
    assert held.fixed_of_room == {1: [0], 0: [1]}
    assert held.current_room == [0, 0, 1]


def test_a_current_room_that_is_not_there_is_none(chart: Chart) -> None:
    assert Grid(chart("1 a.b", b={"current_room": "99"})).current_room == [0, NOWHERE]


def test_types_of_a_stay_come_own_first_then_as_listed(chart: Chart) -> None:
    """The order of the further types is the guest's, not that of the hotel; absent types are left out."""
    problem = chart(
        "1:A a.", "2:B b.", "3:C .C", b={"further_types": ("C", "none", "A")}, C={"further_types": ("A",)}
    )
    grid = Grid(problem)
    assert grid.types_of_stay == [(0,), (1, 2, 0), (2,)]


def test_a_fixed_stay_has_the_type_of_its_room_alone(chart: Chart) -> None:
    """A locked stay in a further type is an upgrade that nobody decides any more."""
    grid = Grid(chart("1:A .", "2:B L", L={"room_type": "A", "further_types": ("B",)}))
    assert grid.types_of_stay == [(1,)]
    assert (grid.own_type(0), grid.upgrade_cost(0, 1), grid.upgrade_cost(0, 0)) == (0, 1, 0)


def test_run_of_house_is_never_an_upgrade(chart: Chart) -> None:
    grid = Grid(chart("1:A a", "2:B .", a={"room_type": RUN_OF_HOUSE}))
    assert grid.types_of_stay == [(0, 1)]
    assert grid.own_type(0) == NOWHERE
    assert [grid.upgrade_cost(0, kind) for kind in (0, 1)] == [0, 0]


def test_the_scale_makes_gap_costs_and_prices_whole(chart: Chart) -> None:
    """2^max(m) for gaps, times what the denominators of the prices lack."""
    assert Grid(chart("1 a", minimum=MinimumStay(2, {0: 4}))).cost_scale == 16
    policy = Policy(move_price=Fraction(1, 16), upgrade_price=Fraction(1, 32))
    scale = Grid(chart("1 a", minimum=3, policy=policy)).cost_scale
    assert scale == 8 * 4
    assert (scale * Fraction(1, 16)).denominator == (scale * Fraction(1, 32)).denominator == 1
