"""Brute force: the best plan of a tiny hotel, by methods simple enough to check by reading.

Two oracles. `enumerate_plans` tries every assignment with the verifier and the score; it shares the
definition of the objective with the library. `best_plan` shares nothing: it places the stays in order of
arrival, remembers equal situations, and counts by the formulas of the problem statement.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from optimizer_core.domain import Plan, Problem, Stay
from optimizer_core.objective import score
from optimizer_core.verification import verify

Rank = tuple[int, Fraction, int]
"""The type of `optimizer_core.objective.Score.rank`: ranked upgrades, value in points, moves."""


@dataclass(frozen=True, slots=True)
class BestPlan:
    """A plan that no other plan beats.

    Parameters
    ----------
    rank
        Its rank; the smaller, the better.
    plan
        One of the plans of this rank.
    """

    rank: Rank
    plan: Plan


def enumerate_plans(problem: Problem) -> BestPlan | None:
    """Return the best plan by trying all, None if no plan exists; for about 3 rooms and 7 stays."""
    budget = problem.policy.max_moves
    numbers = [room.number for room in problem.rooms]
    best: BestPlan | None = None
    for rooms in itertools.product(numbers, repeat=len(problem.stays)):
        plan = Plan({stay.stay_id: number for stay, number in zip(problem.stays, rooms, strict=True)})
        if verify(problem, plan):
            continue
        found = score(problem, plan)
        if (budget is None or found.moves.total <= budget) and (best is None or found.rank < best.rank):
            best = BestPlan(found.rank, plan)
    return best


def best_plan(problem: Problem) -> BestPlan | None:
    """Return the best plan by dynamic programming, or None; for about 5 rooms and 15 stays.

    The stays are placed in order of arrival. The cost of the rest depends on the last departure of each room,
    on the rooms of incomplete groups, and on the moves left; equal states are computed once. Ranks add up
    term by term, and adding the same rank to two others keeps their order, so the best rest gives the best
    whole.
    """
    search = _Search(problem)
    found = search.rest(0, tuple(None for _ in problem.rooms), (), problem.policy.max_moves)
    if found is None:
        return None
    rank, rooms = found
    assignment = {
        stay.stay_id: problem.rooms[room].number for stay, room in zip(problem.stays, rooms, strict=True)
    }
    return BestPlan(rank, Plan(assignment))


class _Search:
    """The recursion of `best_plan`."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._last_member = {
            label: max(problem.stay_index[member.stay_id] for member in members)
            for label, members in problem.groups.items()
        }
        self.rest = cache(self._rest)

    def _rest(
        self,
        index: int,
        departures: tuple[int | None, ...],
        members: tuple[tuple[str, int], ...],
        moves_left: int | None,
    ) -> tuple[Rank, tuple[int, ...]] | None:
        """Return the best rank of the stays from `index` on, and their rooms; None if one has no room.

        Parameters
        ----------
        index
            Position of the next stay to place.
        departures
            Last departure of each room; None before its first stay.
        members
            Group and room of the members placed so far, of groups that are not complete.
        moves_left
            Number of further stays that may move; None for no limit.
        """
        if index == len(self._problem.stays):
            return (0, Fraction(0), 0), ()
        stay = self._problem.stays[index]
        arrival, departure = self._problem.night(stay.arrival), self._problem.night(stay.departure)
        best: tuple[Rank, tuple[int, ...]] | None = None
        for room, since in enumerate(departures):
            moves = self._moves(stay, room)
            if not self._may_have(stay, room) or (since is not None and since > arrival):
                continue
            if moves_left is not None and moves > moves_left:
                continue
            now_members, apart = self._with_member(index, stay, room, members)
            rest = self.rest(
                index + 1,
                (*departures[:room], departure, *departures[room + 1 :]),
                now_members,
                None if moves_left is None else moves_left - moves,
            )
            if rest is None:
                continue
            points = self._gap_points(since, arrival) + apart * self._points_apart()
            rank = _sum(self._own_rank(stay, room, points, moves), rest[0])
            if best is None or rank < best[0]:
                best = rank, (room, *rest[1])
        return best

    def _may_have(self, stay: Stay, room: int) -> bool:
        allowed = self._problem.rooms[room]
        if self._problem.is_fixed(stay):
            return allowed.number == stay.current_room
        return stay.room_type is None or allowed.room_type in {stay.room_type, *stay.further_types}

    def _moves(self, stay: Stay, room: int) -> int:
        known = {other.number for other in self._problem.rooms}
        return int(stay.current_room in known and stay.current_room != self._problem.rooms[room].number)

    def _gap_points(self, since: int | None, arrival: int) -> Fraction:
        """Return 2^(m-L+1) for L < m, 2^(m-L) for m <= L <= 2m, 0 beyond; 0 without a gap."""
        if since is None or since == arrival:
            return Fraction(0)
        minimum = self._problem.minimum_stay.on(self._problem.date(since))
        length = arrival - since
        if length > 2 * minimum:
            return Fraction(0)
        orphan = 2 if length < minimum else 1
        if minimum <= 21:
            return orphan * Fraction(2) ** (minimum - length)
        equal = Fraction(21 * length, minimum)  # nights that count as much at a minimum stay of 21
        whole = equal.__floor__()
        line = Fraction(2) ** (21 - whole) * (1 - (equal - whole) / 2)
        return Fraction((orphan * line * 2**21).__floor__() + 2 * minimum - length, 2**21)

    def _points_apart(self) -> int:
        """Return the penalty of a member without a neighbor: 100 * 2^m, m the default minimum stay."""
        return 100 << min(self._problem.minimum_stay.default_nights, 21)

    def _with_member(
        self, index: int, stay: Stay, room: int, members: tuple[tuple[str, int], ...]
    ) -> tuple[tuple[tuple[str, int], ...], int]:
        """Return the open groups after placing a stay, and the separated members of a completed group."""
        label = stay.group
        if label is None or label not in self._last_member:
            return members, 0
        members = (*members, (label, room))
        if index < self._last_member[label]:
            return tuple(sorted(members)), 0
        rooms = [placed for other, placed in members if other == label]
        apart = sum(
            not any(self._are_adjacent(one, two) for position, two in enumerate(rooms) if position != me)
            for me, one in enumerate(rooms)
        )
        return tuple(member for member in members if member[0] != label), apart

    def _are_adjacent(self, one: int, two: int) -> bool:
        return self._problem.rooms[two].number in self._problem.rooms[one].adjacent

    def _own_rank(self, stay: Stay, room: int, points: Fraction, moves: int) -> Rank:
        policy = self._problem.policy
        upgrades = int(stay.room_type not in {None, self._problem.rooms[room].room_type})
        points += (policy.move_price or 0) * moves
        if policy.upgrade_price is None:
            return upgrades, points, moves
        return 0, points + policy.upgrade_price * upgrades, moves


def _sum(one: Rank, two: Rank) -> Rank:
    return one[0] + two[0], one[1] + two[1], one[2] + two[2]
