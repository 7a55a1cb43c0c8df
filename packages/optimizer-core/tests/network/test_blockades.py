from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import Problem
from optimizer_core.network.arcs import day_node
from optimizer_core.network.blockades import Blockade, find_blockades
from optimizer_core.network.commodities import StayClass, stay_classes
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.windows import Window, windows_of_rooms

Chart = Callable[..., Problem]


def blockades(problem: Problem) -> tuple[list[Blockade], tuple[StayClass, ...]]:
    grid = Grid(problem)
    classes = stay_classes(grid, [s for s, room in enumerate(grid.fixed_room) if room == NOWHERE])
    windows = windows_of_rooms(grid, grid.rooms_of_type[0])
    units = {index: len(c.stays) for index, c in enumerate(classes)}
    return find_blockades(0, windows, classes, units, grid.num_nights), classes


def test_stays_that_fit_have_no_blockade(chart: Chart) -> None:
    assert blockades(chart("1 aa.LL", "2 bbbbb"))[0] == []


def test_a_stay_across_the_locks_of_every_room_is_blocked(chart: Chart) -> None:
    """One of two rooms is free on every night of the stay, but none for all of them."""
    found, _ = blockades(chart("1 ..LL", "2 KK..", "- .aa."))
    assert found == [
        Blockade(0, 1, frozenset({0}), 0),
        Blockade(0, 2, frozenset({0}), 0),
    ]


def test_two_long_stays_need_two_long_windows(chart: Chart) -> None:
    """Room 2 is free for the short stay only, so one of the long ones is left over."""
    found, classes = blockades(chart("1 ....", "2 ..LL", "- aaaa", "- bbb.", "- cc"))
    assert {(classes[c].arrival, classes[c].departure) for c in found[0].classes} == {(0, 3), (0, 4)}
    assert (found[0].night, found[0].num_windows) == (0, 1)


def test_the_blocked_classes_are_all_that_compete(chart: Chart) -> None:
    """A class that fits into none but the contested windows counts, though it is not left over itself."""
    found, _ = blockades(chart("1 .....", "2 ..LLL", "- aaaa.", "- bbbbb"))
    assert [(b.night, sorted(b.classes), b.num_windows) for b in found] == [
        (night, [0, 1], 1) for night in range(4)
    ]


@st.composite
def nights_and_windows(draw: st.DrawFn) -> tuple[list[Window], list[tuple[int, int]]]:
    """Draw windows and stays that all cover night 3 of a week."""
    starts, ends = st.integers(0, 3), st.integers(4, 7)
    spans = draw(st.lists(st.tuples(starts, ends), min_size=1, max_size=4))
    windows = [Window(room, day_node(first), day_node(last)) for room, (first, last) in enumerate(spans)]
    return windows, draw(st.lists(st.tuples(starts, ends), min_size=1, max_size=4))


@pytest.mark.property
@given(nights_and_windows())
@settings(derandomize=True, database=None, deadline=None, max_examples=300)
def test_a_blockade_is_there_where_no_matching_is(
    drawn: tuple[list[Window], list[tuple[int, int]]],
) -> None:
    """Found exactly where no assignment of stays to windows works, and then a cut that none breaks."""
    windows, spans = drawn
    classes = tuple(
        StayClass(
            arrival, departure, (0,), tuple(i for i, s in enumerate(spans) if s == (arrival, departure))
        )
        for arrival, departure in sorted(set(spans))
    )
    units = {index: len(c.stays) for index, c in enumerate(classes)}
    can = any(
        len(set(chosen)) == len(spans)
        and all(windows[w].holds(*span) for w, span in zip(chosen, spans, strict=True))
        for chosen in product(range(len(windows)), repeat=len(spans))
    )
    found = [b for b in find_blockades(0, windows, classes, units, 7) if b.night == 3]
    assert bool(found) == (not can)
    for blockade in found:
        fitting = {w for c in blockade.classes for w in windows if w.holds(*_span(classes[c]))}
        assert len(fitting) == blockade.num_windows < sum(units[c] for c in blockade.classes)


def _span(stay_class: StayClass) -> tuple[int, int]:
    return stay_class.arrival, stay_class.departure
