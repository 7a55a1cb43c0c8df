from collections.abc import Callable

from optimizer_core.domain import RUN_OF_HOUSE, Problem
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import Grid

Chart = Callable[..., Problem]


def kinds(problem: Problem) -> list[tuple[int, ...]]:
    return [component.kinds for component in find_components(Grid(problem))]


def test_types_that_share_nothing_are_planned_apart(chart: Chart) -> None:
    """Locked stays are no decision, so they are in no component."""
    assert find_components(Grid(chart("1:A aL", "2:B bb", "3:C .."))) == [
        Component((0,), (0,)),
        Component((1,), (1,)),
        Component((2,), ()),
    ]


def test_a_stay_with_a_choice_joins_its_types(chart: Chart) -> None:
    problem = chart("1:A a", "2:B b", "3:C c", a={"further_types": ("C",)})
    assert kinds(problem) == [(0, 2), (1,)]


def test_choices_chain(chart: Chart) -> None:
    """A with B and B with C make one component of three."""
    problem = chart("1:A a", "2:B b", "3:C c", a={"further_types": ("B",)}, b={"further_types": ("C",)})
    assert kinds(problem) == [(0, 1, 2)]


def test_a_locked_stay_joins_nothing(chart: Chart) -> None:
    """Its choice is made."""
    assert kinds(chart("1:A L", "2:B b", L={"further_types": ("B",)})) == [(0,), (1,)]


def test_run_of_house_joins_the_hotel(chart: Chart) -> None:
    assert kinds(chart("1:A a", "2:B b", "3:C c", b={"room_type": RUN_OF_HOUSE})) == [(0, 1, 2)]


def test_a_group_joins_the_types_of_its_members(chart: Chart) -> None:
    """Which rooms are next door decides, whatever their types."""
    problem = chart("1:A a", "2:B b", "3:C C", a={"group": "g"}, b={"group": "g"}, C={"group": "g"})
    assert kinds(problem) == [(0, 1, 2)]
    alone = chart("1:A a", "2:B b", a={"group": "g"}, b={"group": "h"})
    assert kinds(alone) == [(0,), (1,)]
