"""Windows: the nights of a room between the stays that must keep it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer_core.network.arcs import day_node, end_node, idle_node
from optimizer_core.network.grid import Grid


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one room from the end of one fixed stay to the start of the next.

    Parameters
    ----------
    room
        Position of the room.
    source, sink
        Nodes: the idle start before the room's first fixed stay, the idle end after its last one,
        day nodes otherwise.
    """

    room: int
    source: int
    sink: int

    @property
    def span(self) -> int:
        """Length in nodes, about twice the nights."""
        return self.sink - self.source

    @property
    def nights(self) -> range:
        """Positions of its nights."""
        return range(self.source // 2, (self.sink - 1) // 2)

    def holds(self, arrival: int, departure: int) -> bool:
        """Return whether a stay with these nights fits into it."""
        return self.source <= day_node(arrival) and day_node(departure) <= self.sink


def windows_of_rooms(grid: Grid, rooms: list[int]) -> list[Window]:
    """Return the windows of some rooms by room and date; adjoining fixed stays leave no window."""
    windows = []
    for room in rooms:
        source = idle_node(0)
        for stay in grid.fixed_of_room.get(room, ()):
            sink = day_node(grid.arrival[stay])
            if sink - source > 1:  # else the stays touch, or the first one arrives on the first morning
                windows.append(Window(room, source, sink))
            source = day_node(grid.departure[stay])
        sink = end_node(grid.num_nights)
        if sink - source > 1:
            windows.append(Window(room, source, sink))
    return windows
