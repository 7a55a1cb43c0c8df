"""Room types that stays may choose between belong together; the rest can be planned apart."""

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


def find_components(grid: Grid) -> list[Component]:
    """Return the components in order of their first type."""
    parent = list(range(len(grid.problem.room_types)))

    def root(kind: int) -> int:
        while parent[kind] != kind:
            parent[kind] = parent[parent[kind]]
            kind = parent[kind]
        return kind

    for kinds in set(grid.types_of_stay):
        for kind in kinds[1:]:
            first, second = sorted((root(kinds[0]), root(kind)))
            parent[second] = first
    # An adjacency group links the types its members may use: which of them are next door decides.
    for members in grid.problem.groups.values():
        first = grid.types_of_stay[grid.problem.stay_index[members[0].stay_id]][0]
        for member in members[1:]:
            other = grid.types_of_stay[grid.problem.stay_index[member.stay_id]][0]
            low, high = sorted((root(first), root(other)))
            parent[high] = low
    members_of: dict[int, list[int]] = {}
    stays_of: dict[int, list[int]] = {}
    for kind in range(len(parent)):
        members_of.setdefault(root(kind), []).append(kind)
        stays_of.setdefault(root(kind), [])
    for stay, kinds in enumerate(grid.types_of_stay):
        if grid.fixed_room[stay] == NOWHERE:
            stays_of[root(kinds[0])].append(stay)
    return [Component(tuple(members_of[key]), tuple(stays_of[key])) for key in sorted(members_of)]
