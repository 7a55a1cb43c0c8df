from collections.abc import Callable

from optimizer_core.domain import RUN_OF_HOUSE, Problem
from optimizer_core.network.arcs import day_node, end_node, idle_node
from optimizer_core.network.commodities import (
    Commodity,
    Habits,
    StayClass,
    serving,
    split_windows,
    stay_classes,
)
from optimizer_core.network.grid import Grid
from optimizer_core.network.windows import Window, windows_of_rooms

Chart = Callable[..., Problem]


def test_stays_with_equal_nights_and_types_are_one_class(chart: Chart) -> None:
    """Who they are, and which rooms they have now, makes no difference to the flow."""
    grid = Grid(chart("1 aa.c", "2 bb.d", "3:B ee"))
    classes = stay_classes(grid, range(5))
    assert [(c.arrival, c.departure, c.types, len(c.stays)) for c in classes] == [
        (0, 2, (0,), 2),
        (0, 2, (1,), 1),
        (3, 4, (0,), 2),
    ]


def test_equal_types_with_another_own_type_are_another_class(chart: Chart) -> None:
    """In the same room one of them is upgraded and the run-of-house stay is not."""
    problem = chart(
        "1:A a", "2:B b", a={"further_types": ("B",)}, b={"room_type": RUN_OF_HOUSE, "further_types": ()}
    )
    assert len(stay_classes(Grid(problem), (0, 1))) == 2


def test_a_given_type_leaves_no_choice(chart: Chart) -> None:
    """Once types are decided, only nights and type count."""
    problem = chart("1:A a", "2:B b", a={"further_types": ("B",)})
    classes = stay_classes(Grid(problem), (0, 1), {0: 1, 1: 1})
    assert [(c.types, c.stays) for c in classes] == [((1,), (0, 1))]


def test_windows_of_their_own_leave_the_pool_and_equal_ones_merge() -> None:
    long, short, twin = Window(0, 0, 30), Window(1, 3, 9), Window(2, 3, 9)
    assert split_windows(4, [long, short, twin], {short, twin}) == [
        Commodity(4, (long,)),
        Commodity(4, (short, twin)),
    ]
    assert split_windows(4, [short], {short}) == [Commodity(4, (short,))]
    assert split_windows(4, [], ()) == []


def test_a_commodity_spans_its_windows() -> None:
    commodity = Commodity(0, (Window(0, 5, 9), Window(1, 3, 7)))
    assert (commodity.source, commodity.sink) == (3, 9)


def test_a_pool_serves_only_what_fits_into_one_of_its_windows(chart: Chart) -> None:
    """The pool forgets which room is which, but a stay across every lock needs another type."""
    grid = Grid(chart("1 ..L..", "2 .M...", "- aaa..", "- ...bb"))
    classes = stay_classes(grid, [s for s, fixed in enumerate(grid.fixed_room) if fixed < 0])
    pool = split_windows(0, windows_of_rooms(grid, [0, 1]), ())
    assert [(c.arrival, c.departure) for c in classes] == [(0, 3), (3, 5)]
    served, users = serving(pool, classes)
    assert served == [[1]]
    assert users == [0, 1]


def test_each_commodity_that_may_serve_a_class_is_counted() -> None:
    """A class of one commodity is a constant; a class of two is decided."""
    first, second = Window(0, idle_node(0), day_node(4)), Window(1, idle_node(0), end_node(8))
    parts = split_windows(0, [first, second], {first})

    classes = [StayClass(0, 4, (0,), (0,)), StayClass(0, 5, (0,), (1,))]
    assert serving(parts, classes) == ([[0, 1], [0]], [2, 1])


def test_habits_count_what_they_can_reward() -> None:
    window = Window(0, 0, 9)
    assert Habits({window: frozenset({1, 2})}, {window: ((3, 5),)}).most == 3
