from collections.abc import Callable

from optimizer_core.domain import Problem
from optimizer_core.network.arcs import day_node
from optimizer_core.network.grid import Grid
from optimizer_core.network.tasks import find_habits, rooms_of_stays, type_task
from optimizer_core.network.windows import Window, windows_of_rooms

Chart = Callable[..., Problem]


def test_a_task_holds_one_type(chart: Chart) -> None:
    """Its windows, and the stays that it is given, whatever other types they may use."""
    problem = chart("1:A aa.b", "2:B cc.d", b={"further_types": ("B",)})
    task = type_task(Grid(problem), 1, [1, 2, 3])
    assert [window.room for window in task.windows] == [1]
    assert [(c.types, c.stays) for c in task.classes] == [((1,), (1,)), ((1,), (2, 3))]


def test_habits_are_stays_at_home_and_gaps_as_they_are(chart: Chart) -> None:
    grid = Grid(chart("1 aa.bb", "2 ...cc", "3 d"))
    task = type_task(grid, 0, range(4))
    by_room = {window.room: window for window in task.windows}
    classes = {stay: index for index, c in enumerate(task.classes) for stay in c.stays}
    a, b, c, d = (grid.problem.stay_index[letter] for letter in "abcd")
    assert task.habits.wanted[by_room[0]] == {classes[a], classes[b]}
    assert task.habits.wanted[by_room[1]] == {classes[c]} == {classes[b]}
    assert task.habits.wanted[by_room[2]] == {classes[d]}
    assert task.habits.usual[by_room[0]] == ((day_node(2), day_node(3)),)
    assert task.habits.usual[by_room[1]] == ()


def test_habits_keep_to_their_window(chart: Chart) -> None:
    """A lock parts a room: what lies before it is no habit of what comes after."""
    grid = Grid(chart("1 a.bLc.d"))
    windows = windows_of_rooms(grid, [0])
    habits = find_habits(grid, windows, type_task(grid, 0, [0, 1, 3, 4]).classes)
    assert [len(habits.wanted[window]) for window in windows] == [2, 2]
    assert [habits.usual[window] for window in windows] == [
        ((day_node(1), day_node(2)),),
        ((day_node(5), day_node(6)),),
    ]


def test_stays_of_a_class_keep_their_rooms_where_they_can(chart: Chart) -> None:
    """Which of two equal stays goes where is free; the rest get the free rooms in order."""
    grid = Grid(chart("1 aa", "2 bb", "3 cc", "4 .."))
    task = type_task(grid, 0, range(3))
    steps = ((day_node(0), day_node(2), 0),)
    paths = [steps if window.room in (1, 2, 3) else () for window in task.windows]
    assert rooms_of_stays(grid, task, paths) == {1: 1, 2: 2, 0: 3}


def test_a_stay_without_a_room_takes_the_first_free_one(chart: Chart) -> None:
    grid = Grid(chart("1 ..", "2 ..", "- aa"))
    task = type_task(grid, 0, [0])
    path = ((day_node(0), day_node(2), 0),)
    assert rooms_of_stays(grid, task, [(), path]) == {0: 1}
    assert task.windows[0] == Window(0, 0, 6)
