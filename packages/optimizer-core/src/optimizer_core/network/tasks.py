"""Makes the task of one room type, and turns its paths into rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimizer_core.network.arcs import day_node
from optimizer_core.network.commodities import Habits, StayClass, stay_classes
from optimizer_core.network.grid import Grid
from optimizer_core.network.identity import Step, TypeTask
from optimizer_core.network.windows import Window, windows_of_rooms


def type_task(grid: Grid, kind: int, stays: Sequence[int]) -> TypeTask:
    """Return the task of placing some movable stays in the rooms of one type.

    Parameters
    ----------
    grid
        The hotel.
    kind
        Position of the type.
    stays
        Positions of the stays that are given this type.
    """
    rooms = grid.rooms_of_type[kind]
    windows = tuple(windows_of_rooms(grid, rooms))
    classes = stay_classes(grid, stays, dict.fromkeys(stays, kind))
    return TypeTask(kind, windows, classes, find_habits(grid, windows, classes))


def find_habits(grid: Grid, windows: Sequence[Window], classes: Sequence[StayClass]) -> Habits:
    """Return the current use of the rooms of some windows.

    Parameters
    ----------
    grid
        The hotel.
    windows
        The windows.
    classes
        Classes of the stays that may move; a current room of another type is ignored.
    """
    wanted: dict[int, set[int]] = {}
    for index, stay_class in enumerate(classes):
        for stay in stay_class.stays:
            wanted.setdefault(grid.current_room[stay], set()).add(index)
    want_of, gaps_of = {}, {}
    for window in windows:
        inside = [
            index
            for index in wanted.get(window.room, ())
            if window.holds(classes[index].arrival, classes[index].departure)
        ]
        want_of[window] = frozenset(inside)
        gaps_of[window] = tuple(
            (day_node(leaving), day_node(arriving))
            for leaving, arriving in grid.current_gaps.get(window.room, ())
            if window.holds(leaving, arriving)
        )
    return Habits(want_of, gaps_of)


def rooms_of_stays(grid: Grid, task: TypeTask, paths: Sequence[Sequence[Step]]) -> Mapping[int, int]:
    """Return the room of each stay of a task: within a class, stays keep their room where possible."""
    takers: dict[int, list[int]] = {}
    for window, path in zip(task.windows, paths, strict=True):
        for _, _, stay_class in path:
            if stay_class is not None:
                takers.setdefault(stay_class, []).append(window.room)
    rooms: dict[int, int] = {}
    for stay_class, free in takers.items():
        free.sort()
        rest = []
        for stay in task.classes[stay_class].stays:
            if grid.current_room[stay] in free:
                rooms[stay] = grid.current_room[stay]
                free.remove(rooms[stay])
            else:
                rest.append(stay)
        rooms.update(zip(rest, free, strict=True))
    return rooms
