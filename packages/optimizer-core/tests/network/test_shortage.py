from collections.abc import Callable
from datetime import date

from optimizer_core.domain import RUN_OF_HOUSE, Limits, Problem, Shortage
from optimizer_core.network import MilpSolver
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.shortage import fewest_unhoused, find_shortages

Chart = Callable[..., Problem]


def plain(problem: Problem) -> list[Shortage]:
    grid = Grid(problem)
    return [shortage for part in find_components(grid) for shortage in find_shortages(grid, part)]


def proved(problem: Problem, solve_milp: MilpSolver) -> list[Shortage]:
    grid = Grid(problem)
    arcs = gap_arcs(grid)
    parts = find_components(grid)
    return [s for part in parts for s in fewest_unhoused(grid, arcs, part, solve_milp, Limits(), 0)]


def test_a_full_hotel_is_not_short(chart: Chart) -> None:
    assert plain(chart("1 aabb", "2 cccc")) == []


def test_overbooked_nights_are_one_run(chart: Chart) -> None:
    """Three stays for two rooms on Tuesday, four on Wednesday: short of 2 rooms at the worst."""
    (shortage,) = plain(chart("1 aaa", "2 .LL", "- .cc", "- ..d"))
    assert shortage == Shortage(("A",), date(2027, 3, 2), date(2027, 3, 3), 2, ("a", "c", "d"), ("L",))
    assert "short of 2 rooms" in str(shortage)


def test_other_types_do_not_help_those_who_may_not_use_them(chart: Chart) -> None:
    (shortage,) = plain(chart("1:A a", "2:B .", "- b"))
    assert (shortage.room_types, shortage.rooms_short) == (("A",), 1)


def test_types_are_short_together(chart: Chart) -> None:
    """Each type alone has enough rooms; those who may use either are one too many for both."""
    flexible = {"further_types": ("B",)}
    (shortage,) = plain(chart("1:A a", "2:B b", "- c", c=flexible, a=flexible))
    assert (shortage.room_types, sorted(shortage.stay_ids)) == (("A", "B"), ["a", "b", "c"])
    house = {"room_type": RUN_OF_HOUSE}
    assert plain(chart("1:A a", "2:B b", "- c", a=house, b=house, c=house))[0].rooms_short == 1


def test_locks_that_leave_no_room_for_a_stay_are_named(chart: Chart) -> None:
    """There are rooms enough on each night; the locks on both sides are in the way."""
    shortages = plain(chart("1 ..LL", "2 KK..", "- .aa."))
    assert [(s.first, s.rooms_short, s.stay_ids, s.lock_ids) for s in shortages] == [
        (date(2027, 3, 2), 1, ("a",), ("K", "L")),
        (date(2027, 3, 3), 1, ("a",), ("K", "L")),
    ]


def test_what_no_single_night_shows_is_proved_by_the_model(chart: Chart, solve_milp: MilpSolver) -> None:
    """On each night everybody fits; but b needs room 2, c room 1, and between them is no place for a."""
    problem = chart("1 K...", "2 ...L", "- .aa.", "- bb..", "- ..cc")
    assert plain(problem) == []
    (shortage,) = proved(problem, solve_milp)
    assert shortage.rooms_short == 1


def test_nobody_is_left_out_of_a_hotel_with_a_plan(chart: Chart, solve_milp: MilpSolver) -> None:
    assert proved(chart("1 aabb", "2 ccLL"), solve_milp) == []


def test_the_fewest_are_left_out(chart: Chart, solve_milp: MilpSolver) -> None:
    """Leaving out the one long stay is enough for the two short ones."""
    (shortage,) = proved(chart("1 aaaa", "- bb", "- ..cc"), solve_milp)
    assert (shortage.stay_ids, shortage.rooms_short) == (("a",), 1)
    assert (shortage.first, shortage.last) == (date(2027, 3, 1), date(2027, 3, 4))


def test_a_cancelled_explanation_is_empty(chart: Chart, solve_milp: MilpSolver) -> None:
    grid = Grid(chart("1 aa", "- bb"))
    (part,) = find_components(grid)
    limits = Limits(is_cancelled=lambda: True)
    assert fewest_unhoused(grid, gap_arcs(grid), part, solve_milp, limits, 0) == []
