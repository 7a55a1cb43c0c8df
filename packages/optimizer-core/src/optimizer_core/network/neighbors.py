"""Adjacency groups at scale: swaps at no cost that bring members next door.

Starting from a best plan that ignores the groups, each group is joined by swaps of `Timelines`, which do not
change the gap cost. If all groups are joined, the plan is proved best, because it costs no more than the plan
without groups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from optimizer_core.domain import Limits
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.timelines import Timelines

MOST_WAYS_TRIED = 60
"""Pairs of swaps that are tried for one member, those that keep most stays in their rooms first."""

MOST_CHAINS_TRIED = 300
"""Chains of rooms that are tried for a whole group."""


class Neighbors:
    """Which rooms are next to each other, and which members each group has.

    Parameters
    ----------
    grid
        The hotel.
    stays
        Movable stays of the component; it includes the groups of its stays.
    """

    def __init__(self, grid: Grid, stays: Collection[int]) -> None:
        problem, here = grid.problem, frozenset(stays)
        self.adjacent = [
            tuple(sorted(problem.room_index[number] for number in room.adjacent)) for room in problem.rooms
        ]
        groups = [
            tuple(problem.stay_index[member.stay_id] for member in members)
            for members in problem.groups.values()
        ]
        self.groups = [members for members in groups if not here.isdisjoint(members)]

    def apart(self, members: Sequence[int], room_of: dict[int, int]) -> list[int]:
        """Return the members without another member in an adjacent room."""
        rooms = {member: room_of[member] for member in members}
        return [
            member
            for member in members
            if not any(rooms[other] in self.adjacent[rooms[member]] for other in members if other != member)
        ]


def bring_together(grid: Grid, timelines: Timelines, neighbors: Neighbors, limits: Limits) -> list[int]:
    """Swap stretches of rooms until each group is side by side; return the groups that are not.

    Members of groups that are together are pinned, so that no later swap separates them.

    Parameters
    ----------
    grid, timelines, neighbors
        The hotel, its plan (changed in place) and its groups.
    limits
        Ends the search early.
    """
    failed = []
    order = sorted(range(len(neighbors.groups)), key=lambda g: (-len(neighbors.groups[g]), g))
    for group in order:
        members = neighbors.groups[group]
        while neighbors.apart(members, timelines.room_of) and not limits.is_over():
            if not _join_one(grid, timelines, neighbors, members):
                _join_all(grid, timelines, neighbors, members)
                break
        if neighbors.apart(members, timelines.room_of):
            failed.append(group)
        for member in members:
            if grid.fixed_room[member] == NOWHERE:
                timelines.pin(member)
    return sorted(failed)


def _join_one(grid: Grid, timelines: Timelines, neighbors: Neighbors, members: Sequence[int]) -> bool:
    """Bring a separated member next to another one; return whether a way was found."""
    apart = neighbors.apart(members, timelines.room_of)
    ways = []
    for member in apart:
        here = _reachable(grid, timelines, member)
        for other in members:
            if other != member:
                there = _reachable(grid, timelines, other)
                ways += [
                    (-here[near] - there[by], near, by, member, other)
                    for near in here
                    for by in neighbors.adjacent[near]
                    if by in there
                ]
    for _, near, by, member, other in sorted(ways)[:MOST_WAYS_TRIED]:
        done = _move(timelines, member, near) + _move(timelines, other, by)
        if len(neighbors.apart(members, timelines.room_of)) < len(apart):
            return True
        for one, two, first, last in reversed(done):  # a swap undoes itself
            timelines.swap(one, two, first, last)
    return False


def _join_all(grid: Grid, timelines: Timelines, neighbors: Neighbors, members: Sequence[int]) -> bool:
    """Bring a whole group to a chain of adjacent rooms; return whether one was found."""
    reachable = [_reachable(grid, timelines, member) for member in members]
    for chain in islice(chains(reachable, neighbors), MOST_CHAINS_TRIED):
        done: list[tuple[int, int, int, int]] = []
        for member, room in zip(members, chain, strict=True):
            done += _move(timelines, member, room)
        if not neighbors.apart(members, timelines.room_of):
            return True
        for one, two, first, last in reversed(done):
            timelines.swap(one, two, first, last)
    return False


def chains(
    reachable: Sequence[Mapping[int, int]], neighbors: Neighbors, chosen: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    """Yield rooms for all members, each adjacent to one chosen before.

    Parameters
    ----------
    reachable
        For each member, the rooms that it may have, each with a preference.
    neighbors
        Which rooms are next to each other.
    chosen
        Rooms of the first members.
    """
    if len(chosen) == len(reachable):
        yield chosen
        return
    here = reachable[len(chosen)]
    for room in sorted(here, key=lambda room: (-here[room], room)):
        if not chosen or (room not in chosen and any(room in neighbors.adjacent[near] for near in chosen)):
            yield from chains(reachable, neighbors, (*chosen, room))


def _reachable(grid: Grid, timelines: Timelines, stay: int) -> dict[int, int]:
    """Return the rooms that a stay reaches by one swap, each with the gain in stays that keep their room."""
    mine = timelines.room_of[stay]
    reachable = {mine: 0}
    if grid.fixed_room[stay] == NOWHERE:
        for room in grid.rooms_of_type[grid.room_type[mine]]:
            segment = timelines.segment(stay, room)
            if segment is not None:
                reachable[room] = timelines.gain(mine, room, *segment)
    return reachable


def _move(timelines: Timelines, stay: int, room: int) -> list[tuple[int, int, int, int]]:
    """Bring a stay to a room if a swap still can; return the swap as (room, room, first, last)."""
    segment = timelines.segment(stay, room)
    if segment is None:
        return []
    swap = (timelines.room_of[stay], room, *segment)
    timelines.swap(*swap)
    return [swap]
