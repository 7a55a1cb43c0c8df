"""A problem as positions: nights, rooms, types and stays counted from 0."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from optimizer_core.domain import Problem, Stay

NOWHERE = -1
"""Room position of a stay without a room."""


@dataclass(frozen=True)
class Grid:
    """A problem by positions; stays and rooms keep their positions in the problem.

    Parameters
    ----------
    problem
        The hotel.
    held
        Further stays to keep in a room, with that room: trial choices of the method.
    """

    problem: Problem
    held: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def cost_scale(self) -> int:
        """Units of cost in one point: fine enough for gap costs and for the prices of the policy."""
        policy, scale = self.problem.policy, self.problem.cost_scale
        prices = [price for price in (policy.move_price, policy.upgrade_price) if price is not None]
        return scale * math.lcm(*((price * scale).denominator for price in prices))

    @cached_property
    def num_nights(self) -> int:
        """Nights of the horizon."""
        return self.problem.num_nights

    @cached_property
    def arrival(self) -> list[int]:
        """First night of each stay."""
        start = self.problem.start.toordinal()
        return [stay.arrival.toordinal() - start for stay in self.problem.stays]

    @cached_property
    def departure(self) -> list[int]:
        """Night after the last one of each stay."""
        start = self.problem.start.toordinal()
        return [stay.departure.toordinal() - start for stay in self.problem.stays]

    @cached_property
    def room_type(self) -> list[int]:
        """Type of each room."""
        return [self._type_position[room.room_type] for room in self.problem.rooms]

    @cached_property
    def _type_position(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.problem.room_types)}

    @cached_property
    def rooms_of_type(self) -> list[list[int]]:
        """Rooms of each type."""
        rooms: list[list[int]] = [[] for _ in self.problem.room_types]
        for room, kind in enumerate(self.room_type):
            rooms[kind].append(room)
        return rooms

    @cached_property
    def fixed_room(self) -> list[int]:
        """Room that each stay must keep; `NOWHERE` for a stay that may move."""
        index, problem = self.problem.room_index, self.problem
        rooms = [
            index[stay.current_room] if problem.is_fixed(stay) and stay.current_room is not None else NOWHERE
            for stay in problem.stays
        ]
        for stay, room in self.held.items():
            rooms[stay] = room
        return rooms

    @cached_property
    def current_room(self) -> list[int]:
        """Current room of each stay; `NOWHERE` without a known room."""
        index = self.problem.room_index
        return [
            NOWHERE if stay.current_room is None else index.get(stay.current_room, NOWHERE)
            for stay in self.problem.stays
        ]

    @cached_property
    def types_of_stay(self) -> list[tuple[int, ...]]:
        """Types that each stay may be given, its own first; the type of its room if it is fixed."""
        position = self._type_position
        known: dict[tuple[str | None, tuple[str, ...]], tuple[int, ...]] = {}
        types = []
        for stay, room in zip(self.problem.stays, self.fixed_room, strict=True):
            key = (stay.room_type, stay.further_types)
            if key not in known:
                own_first = sorted(self.problem.allowed_types(stay), key=lambda name: _preference(stay, name))
                known[key] = tuple(position[name] for name in own_first)
            types.append(known[key] if room == NOWHERE else (self.room_type[room],))
        return types

    def own_type(self, stay: int) -> int:
        """Return the type that a stay booked; `NOWHERE` for run of house and for an unknown type."""
        booked = self.problem.stays[stay].room_type
        return NOWHERE if booked is None else self._type_position.get(booked, NOWHERE)

    def upgrade_cost(self, stay: int, kind: int) -> int:
        """Return 1 if a room of this type is not the stay's own type, else 0."""
        return int(self.problem.stays[stay].is_upgrade(self.problem.room_types[kind]))

    def count_upgrades(self, rooms: Mapping[int, int]) -> int:
        """Return how many stays are outside their own type, given the room of each."""
        return sum(self.upgrade_cost(stay, self.room_type[room]) for stay, room in rooms.items())

    @cached_property
    def fixed_of_room(self) -> dict[int, list[int]]:
        """Stays that must keep each room, in order of arrival."""
        fixed: dict[int, list[int]] = defaultdict(list)
        for stay, room in enumerate(self.fixed_room):
            if room != NOWHERE:
                fixed[room].append(stay)
        return dict(fixed)

    @cached_property
    def current_gaps(self) -> dict[int, list[tuple[int, int]]]:
        """Current gaps of each room: mornings of a departure and of the next arrival."""
        gaps: dict[int, list[tuple[int, int]]] = {}
        last: dict[int, int] = {}
        for stay, room in enumerate(self.current_room):  # in order of arrival
            if room == NOWHERE:
                continue
            before = last.get(room)
            if before is not None and self.departure[before] < self.arrival[stay]:
                gaps.setdefault(room, []).append((self.departure[before], self.arrival[stay]))
            last[room] = stay
        return gaps


def _preference(stay: Stay, room_type: str) -> int:
    """Return the rank of a type for a stay: its own, then the further ones as listed."""
    return stay.further_types.index(room_type) + 1 if stay.is_upgrade(room_type) else 0
