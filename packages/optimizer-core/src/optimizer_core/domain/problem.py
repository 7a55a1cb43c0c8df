"""A hotel and its stays: all input that determines the best plan."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from optimizer_core.domain.faults import find_faults
from optimizer_core.domain.inventory import Room
from optimizer_core.domain.minimum_stay import LONGEST_HALVING_NIGHTS, MinimumStay
from optimizer_core.domain.policy import Policy
from optimizer_core.domain.stay import Stay
from optimizer_core.domain.wrong_types import check_all, check_date, check_kind, check_text, check_whole
from optimizer_core.errors import InvalidProblem


@dataclass(frozen=True)
class Problem:
    """A hotel to plan; validated, and in canonical order.

    Rooms are ordered by type and number, stays by arrival, departure, type, current room and id, so
    that the order of the input never matters.

    Parameters
    ----------
    problem_id
        Label of this run.
    rooms
        At least one room, numbers unique.
    stays
        Stays with unique ids; may be empty. Nights on which a room cannot be used are among them, as
        `RoomBlock`; `guest_stays` leaves these out.
    minimum_stay
        Minimum stay by night.
    movable_first, movable_last
        Only stays whose nights all lie from the first to the last of these nights, both inclusive, may
        move; None for no limit.
    policy
        Prices and budgets.
    schedule_start, schedule_end
        First night of the schedule and the morning after its last night; None for the first arrival and the
        last departure. Every stay lies between them. Free nights at the edges of the schedule cost nothing.
    today
        Day of the plan. A stay that arrives before it keeps its room, if it has one; no request may arrive
        before it, and no restriction is for an earlier day. None if the day plays no part.
    freeze_days
        Days of arrivals, from `today` on, whose stays keep their rooms too; 0 by default.
    source
        The document that it was read from, set by `optimizer_core.read_hotel`; None where it was made in
        Python, and in what `replace` returns.

    Raises
    ------
    InvalidProblem
        If rooms, stays and rules contradict each other; lists every contradiction.
    TypeError
        If a value is of a wrong type.
    """

    problem_id: str
    rooms: tuple[Room, ...]
    stays: tuple[Stay, ...]
    minimum_stay: MinimumStay = field(default_factory=MinimumStay)
    movable_first: date | None = None
    movable_last: date | None = None
    policy: Policy = field(default_factory=Policy)
    schedule_start: date | None = None
    schedule_end: date | None = None
    today: date | None = None
    freeze_days: int = 0
    source: object = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the types, then the parts against each other, and put them in canonical order."""
        self._check_types()
        faults = find_faults(
            self.rooms,
            self.stays,
            self.minimum_stay,
            self.movable_first,
            self.movable_last,
            schedule=(self.schedule_start, self.schedule_end),
            today=self.today,
            freeze_days=self.freeze_days,
        )
        if faults:
            raise InvalidProblem(faults)
        object.__setattr__(self, "rooms", tuple(sorted(_symmetric(self.rooms), key=Room.sort_key)))
        object.__setattr__(self, "stays", tuple(sorted(self.stays, key=Stay.sort_key)))

    def _check_types(self) -> None:
        check_text("Problem.problem_id", self.problem_id)
        check_all("Problem.rooms", self.rooms, Room)
        check_all("Problem.stays", self.stays, Stay)
        check_kind("Problem.minimum_stay", self.minimum_stay, MinimumStay, "MinimumStay(3)")
        check_date("Problem.movable_first", self.movable_first, or_none=True)
        check_date("Problem.movable_last", self.movable_last, or_none=True)
        check_kind("Problem.policy", self.policy, Policy, "Policy(max_moves=3)")
        check_date("Problem.schedule_start", self.schedule_start, or_none=True)
        check_date("Problem.schedule_end", self.schedule_end, or_none=True)
        check_date("Problem.today", self.today, or_none=True)
        check_whole("Problem.freeze_days", self.freeze_days)

    def replace(self, **changes: Any) -> Problem:
        """Return a copy with some fields changed, checked again."""
        return replace(self, **changes)

    @cached_property
    def start(self) -> date:
        """First night of the schedule, by default the first arrival; the epoch if there are no stays."""
        if self.schedule_start is not None:
            return self.schedule_start
        first = date(1970, 1, 1) if self.schedule_end is None else self.schedule_end
        return min((stay.arrival for stay in self.stays), default=first)

    @cached_property
    def end(self) -> date:
        """Morning after the last night of the schedule, by default the last departure."""
        if self.schedule_end is not None:
            return self.schedule_end
        return max((stay.departure for stay in self.stays), default=self.start)

    @cached_property
    def num_nights(self) -> int:
        """Nights of the horizon ``[start, end)``."""
        return (self.end - self.start).days

    def night(self, day: date) -> int:
        """Return the position of a date in the horizon; the first night is 0."""
        return (day - self.start).days

    @cached_property
    def frozen_until(self) -> date | None:
        """First day whose arrivals may move; None without `today`."""
        return None if self.today is None else self.today + timedelta(self.freeze_days)

    def date(self, night: int) -> date:
        """Return the date of a position in the horizon."""
        return self.start + timedelta(night)

    @cached_property
    def minimum_stays(self) -> tuple[int, ...]:
        """Minimum stay in nights by position in the horizon."""
        return tuple(self.minimum_stay.on(self.date(night)) for night in range(self.num_nights))

    @cached_property
    def cost_scale(self) -> int:
        """Units of cost in one point of gap cost: 2^max(m), so that every gap cost is a whole number.

        It is at most 2^`LONGEST_HALVING_NIGHTS`.
        """
        longest = max((*self.minimum_stays, self.minimum_stay.default_nights))
        return 1 << min(longest, LONGEST_HALVING_NIGHTS)

    @cached_property
    def room_types(self) -> tuple[str, ...]:
        """Room types in canonical order."""
        return tuple(dict.fromkeys(room.room_type for room in self.rooms))

    @cached_property
    def room_index(self) -> Mapping[str, int]:
        """Position of each room number in `rooms`."""
        return {room.number: index for index, room in enumerate(self.rooms)}

    @cached_property
    def stay_index(self) -> Mapping[str, int]:
        """Position of each stay id in `stays`."""
        return {stay.stay_id: index for index, stay in enumerate(self.stays)}

    @cached_property
    def guest_stays(self) -> tuple[Stay, ...]:
        """The stays of guests: all that are no blocks."""
        return tuple(stay for stay in self.stays if not stay.is_block)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Stay, ...]]:
        """Adjacency groups of at least two members, by label."""
        members: dict[str, list[Stay]] = {}
        for stay in self.stays:
            if stay.group is not None:
                members.setdefault(stay.group, []).append(stay)
        return {label: tuple(stays) for label, stays in sorted(members.items()) if len(stays) > 1}

    def is_fixed(self, stay: Stay) -> bool:
        """Return whether the stay must keep its room.

        It is locked, a block, in house, outside the movable nights, or it arrives before the end of the
        frozen days and has a room.
        """
        if stay.is_locked or stay.is_block or stay.is_in_house:
            return True
        if (
            self.frozen_until is not None
            and stay.arrival < self.frozen_until
            and stay.current_room in self.room_index
        ):
            return True
        if self.movable_first is not None and stay.arrival < self.movable_first:
            return True
        return self.movable_last is not None and (stay.departure - self.movable_last).days > 1

    def allowed_types(self, stay: Stay) -> tuple[str, ...]:
        """Return the types that the hotel has and the stay may use, in canonical order."""
        return tuple(room_type for room_type in self.room_types if stay.may_use(room_type))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, equal for equal problems in any order of rows."""
        parts: tuple[object, ...] = (
            self.problem_id,
            self.rooms_in_text(),
            self.stays,
            self.minimum_stay,
            self.movable_first,
        )
        parts = (*parts, self.movable_last, self.policy)
        calendar = (self.schedule_start, self.schedule_end, self.today, self.freeze_days)
        if calendar != (None, None, None, 0):
            parts = (*parts, calendar)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def rooms_in_text(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Return the rooms with their neighbors in a fixed order (sets print in any order)."""
        return tuple((room.number, room.room_type, tuple(sorted(room.adjacent))) for room in self.rooms)


def _symmetric(rooms: tuple[Room, ...]) -> list[Room]:
    """Return the rooms with the adjacency made symmetric and unknown numbers dropped."""
    near: dict[str, set[str]] = {room.number: set() for room in rooms}
    for room in rooms:
        for number in room.adjacent:
            if number in near and number != room.number:
                near[room.number].add(number)
                near[number].add(room.number)
    return [replace(room, adjacent=frozenset(near[room.number])) for room in rooms]
