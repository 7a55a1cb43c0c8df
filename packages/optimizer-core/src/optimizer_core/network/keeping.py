"""Fewer moves at no cost: swaps that bring stays back to the rooms they have."""

from __future__ import annotations

from collections import deque

from optimizer_core.domain import Limits
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.timelines import Timelines


def keep_rooms(grid: Grid, timelines: Timelines, limits: Limits) -> int:
    """Swap stretches of rooms as long as more stays come to keep their room; return how many more.

    Parameters
    ----------
    grid
        The hotel.
    timelines
        A plan; changed in place. Its cost never rises.
    limits
        Ends the search early.
    """
    current = grid.current_room
    queue = deque(
        stay
        for stay, room in enumerate(current)
        if room != NOWHERE and grid.fixed_room[stay] == NOWHERE and timelines.room_of[stay] != room
    )
    waiting = set(queue)
    gained = 0
    while queue:
        stay = queue.popleft()
        waiting.discard(stay)
        room, home = timelines.room_of[stay], current[stay]
        segment = timelines.segment(stay, home)
        if room == home or segment is None:
            continue
        gain = timelines.gain(room, home, *segment)
        if gain <= 0:
            continue
        timelines.swap(room, home, *segment)
        gained += gain
        if gained % 64 == 0 and limits.is_over():
            break
        # The cuts of both rooms have changed: whoever wants to come or go there may have a way now.
        for other in (*timelines.stays_of(room), *timelines.stays_of(home)):
            is_away = current[other] not in (NOWHERE, timelines.room_of[other])
            if is_away and grid.fixed_room[other] == NOWHERE and other not in waiting:
                waiting.add(other)
                queue.append(other)
    return gained
