"""Laws that relate the answers to two hotels: changes without effect, and changes that never cost more."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, natural_key
from optimizer_core.objective import score
from optimizer_core.plugins import BackendAnswer, Capability
from optimizer_core.testing.strategies import tiny_hotels
from optimizer_core.testing.subject import Subject, repeatable


class LawTests(Subject):
    """Metamorphic laws; those about cost hold for backends that prove optimality."""

    @repeatable(25)
    @given(st.data())
    def test_order_of_rows_changes_nothing(self, data: st.DataObject) -> None:
        """The same rooms and stays in another order get the same plan."""
        problem = data.draw(tiny_hotels(self.features()), label="problem")
        order = data.draw(st.randoms(use_true_random=False))
        assert self.solve(shuffled(problem, order)).plan == self.solve(problem).plan

    def test_order_of_rows_changes_nothing_on_a_larger_hotel(self) -> None:
        """A hotel with many plans that are equally good gets the same one for any order of its rows."""
        hotel = self.hotel(15, 40, num_types=2)
        expected = self.solve(hotel).plan
        for seed in range(3):
            assert self.solve(shuffled(hotel, random.Random(seed))).plan == expected

    @repeatable(25)
    @given(st.data())
    def test_shift_by_a_week_changes_nothing(self, data: st.DataObject) -> None:
        """All dates a week later give the same plan."""
        problem = data.draw(tiny_hotels(self.features()), label="problem")
        assert self.solve(a_week_later(problem)).plan == self.solve(problem).plan

    @repeatable(25)
    @given(st.data())
    def test_new_room_numbers_change_nothing(self, data: st.DataObject) -> None:
        """New room numbers in the same order give the same plan under the new numbers."""
        problem = data.draw(tiny_hotels(self.features()), label="problem")
        numbers = sorted((room.number for room in problem.rooms), key=natural_key)
        new = {number: f"New {index:03d}" for index, number in enumerate(numbers)}
        plan = self.solve(problem).plan
        expected = None
        if plan is not None:
            expected = Plan({stay_id: new[number] for stay_id, number in plan.room_by_stay.items()})
        assert self.solve(renumbered(problem, new)).plan == expected

    @repeatable(25)
    @given(st.data())
    def test_another_room_never_costs_more(self, data: st.DataObject) -> None:
        """A hotel with one more room has a plan that is at least as good."""
        self.need(Capability.PROVES_OPTIMALITY)
        problem = data.draw(tiny_hotels(self.features()), label="problem")
        room_type = data.draw(st.sampled_from(problem.room_types), label="type of the new room")
        larger = problem.replace(rooms=(*problem.rooms, Room("999", room_type)))
        self._assert_not_worse(problem, larger)

    @repeatable(25)
    @given(st.data())
    def test_no_locks_never_cost_more(self, data: st.DataObject) -> None:
        """Without its locks a hotel has a plan that is at least as good."""
        self.need(Capability.PROVES_OPTIMALITY, Capability.LOCKS)
        problem = data.draw(tiny_hotels(self.features()), label="problem")
        stays = tuple(replace(stay, is_locked=False) for stay in problem.stays)
        self._assert_not_worse(problem, problem.replace(stays=stays, movable_first=None, movable_last=None))

    def _assert_not_worse(self, problem: Problem, easier: Problem) -> None:
        before, after = self.solve(problem), self.solve(easier)
        if before.plan is not None:
            assert after.plan is not None, "the easier hotel has no plan"
            assert _cost(easier, after) <= _cost(problem, before)


def _cost(problem: Problem, answer: BackendAnswer) -> tuple[int, object]:
    assert answer.plan is not None
    upgrades, value, _ = score(problem, answer.plan).rank
    return upgrades, value


def shuffled(problem: Problem, order: random.Random) -> Problem:
    """Return the problem made from its rooms and stays in another order."""
    rooms, stays = list(problem.rooms), list(problem.stays)
    order.shuffle(rooms)
    order.shuffle(stays)
    return problem.replace(rooms=tuple(rooms), stays=tuple(stays))


def a_week_later(problem: Problem) -> Problem:
    """Return the problem with all its dates seven days later, so that the weekdays do not change."""
    week = timedelta(7)
    minimum = problem.minimum_stay
    periods = tuple(
        replace(period, first=period.first + week, last=period.last + week) for period in minimum.by_period
    )
    return problem.replace(
        stays=tuple(
            replace(stay, arrival=stay.arrival + week, departure=stay.departure + week)
            for stay in problem.stays
        ),
        minimum_stay=MinimumStay(minimum.default_nights, minimum.by_weekday, periods),
        movable_first=None if problem.movable_first is None else problem.movable_first + week,
        movable_last=None if problem.movable_last is None else problem.movable_last + week,
    )


def renumbered(problem: Problem, new: Mapping[str, str]) -> Problem:
    """Return the problem with other room numbers."""
    rooms = tuple(
        Room(new[room.number], room.room_type, frozenset(new[number] for number in room.adjacent))
        for room in problem.rooms
    )
    stays = tuple(
        replace(stay, current_room=new.get(stay.current_room or "", stay.current_room))
        for stay in problem.stays
    )
    return problem.replace(rooms=rooms, stays=stays)
