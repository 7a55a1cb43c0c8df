from collections.abc import Callable

from optimizer_core.domain import Problem
from optimizer_core.network.arcs import day_node, end_node, idle_node
from optimizer_core.network.grid import Grid
from optimizer_core.network.windows import Window, windows_of_rooms

Chart = Callable[..., Problem]


def test_a_room_without_locks_is_one_window(chart: Chart) -> None:
    """From the idle start to the idle end: movable stays cut nothing."""
    assert windows_of_rooms(Grid(chart("1 aa.bb")), [0]) == [Window(0, idle_node(0), end_node(5))]


def test_a_lock_cuts_a_room_in_two(chart: Chart) -> None:
    """The nights of the lock belong to no window; the two windows meet it at day nodes."""
    windows = windows_of_rooms(Grid(chart("1 aaLLbb")), [0])
    assert windows == [Window(0, idle_node(0), day_node(2)), Window(0, day_node(4), end_node(6))]
    assert [window.nights for window in windows] == [range(2), range(4, 6)]


def test_locks_that_touch_leave_no_window_between_them(chart: Chart) -> None:
    assert [w.nights for w in windows_of_rooms(Grid(chart("1 .KKLL.", "2 a....b")), [0])] == [
        range(1),
        range(5, 6),
    ]


def test_a_lock_on_the_first_morning_leaves_no_window_before_it(chart: Chart) -> None:
    windows = windows_of_rooms(Grid(chart("1 LLa")), [0])
    assert windows == [Window(0, day_node(2), end_node(3))]


def test_a_lock_to_the_last_morning_leaves_no_window_after_it(chart: Chart) -> None:
    """A room that is held from the first to the last night has no window at all."""
    assert windows_of_rooms(Grid(chart("1 LLMM")), [0]) == []


def test_a_window_holds_what_lies_between_its_locks(chart: Chart) -> None:
    """The last night before a lock is free, the first night of the lock is not."""
    before, after = windows_of_rooms(Grid(chart("1 ..LL..", "2 a....b")), [0])
    assert before.holds(0, 2)
    assert not before.holds(0, 3)
    assert after.holds(4, 6)
    assert not after.holds(3, 5)
    assert before.span == day_node(2) - idle_node(0)


def test_windows_come_by_room_and_date(chart: Chart) -> None:
    grid = Grid(chart("1 .L.", "2 a.b", "3 ..K"))
    assert [(w.room, w.nights.start) for w in windows_of_rooms(grid, [2, 0])] == [(2, 0), (0, 0), (0, 2)]
