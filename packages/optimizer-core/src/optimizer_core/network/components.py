"""Components: room types linked by stays that may use several; others are planned separately."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer_core.network.grid import NOWHERE, Grid


@dataclass(frozen=True, slots=True)
class Component:
    """Types connected by stays that may use several of them, with the stays that may move.

    Parameters
    ----------
    kinds
        Positions of the types.
    stays
        Positions of the movable stays.
    """

    kinds: tuple[int, ...]
    stays: tuple[int, ...]


def find_components(grid: Grid, *, with_groups: bool = True, own_types: bool = False) -> list[Component]:
    """Return the components in order of their first type.

    Parameters
    ----------
    grid
        The hotel.
    with_groups
        Whether an adjacency group links the types that its members may use, because their rooms depend on
        each other. True by default.
    own_types
        Whether stays are bound to their own type, as in plans without upgrades.
    """
    parent = list(range(len(grid.problem.room_types)))

    def root(kind: int) -> int:
        while parent[kind] != kind:
            parent[kind] = parent[parent[kind]]
            kind = parent[kind]
        return kind

    def link(one: int, other: int) -> None:
        first, second = sorted((root(one), root(other)))
        parent[second] = first

    types = grid.types_of_stay
    if own_types:
        types = [
            (found[0],) if grid.own_type(stay) == found[0] else found for stay, found in enumerate(types)
        ]
    for kinds in set(types):
        for kind in kinds[1:]:
            link(kinds[0], kind)
    for members in grid.problem.groups.values() if with_groups else ():
        first = types[grid.problem.stay_index[members[0].stay_id]][0]
        for member in members[1:]:
            link(first, types[grid.problem.stay_index[member.stay_id]][0])
    members_of: dict[int, list[int]] = {}
    stays_of: dict[int, list[int]] = {}
    for kind in range(len(parent)):
        members_of.setdefault(root(kind), []).append(kind)
        stays_of.setdefault(root(kind), [])
    for stay, kinds in enumerate(types):
        if grid.fixed_room[stay] == NOWHERE:
            stays_of[root(kinds[0])].append(stay)
    return [Component(tuple(members_of[key]), tuple(stays_of[key])) for key in sorted(members_of)]
