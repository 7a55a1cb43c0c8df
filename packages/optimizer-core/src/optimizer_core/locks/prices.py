"""Prices of locks: how many points the best plan would save without each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer_core.domain import Limits, Outcome, Plan, Problem, Reason, Stay
from optimizer_core.locks.bounds import most_saved
from optimizer_core.locks.trials import Trials
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.objective import score
from optimizer_core.planning import find_plan

EXACT = 10
"""Default number of locks to price exactly, the most expensive ones."""

MOST_SOLVES = 60
"""Most hotels without one lock that are planned."""


@dataclass(frozen=True, slots=True)
class LockPrice:
    """What one lock costs: the value of the best plan less that of the best plan without the lock.

    Parameters
    ----------
    stay
        The locked stay.
    at_least
        Points that a known plan without the lock saves.
    at_most
        Upper bound on the points that a plan without the lock saves; None if nothing is proved.
    upgrades
        Upgrades that the best plan without the lock avoids. If it avoids any and upgrades have no price, the
        points are meaningless.
    """

    stay: Stay
    at_least: Fraction
    at_most: Fraction | None
    upgrades: int = 0

    @property
    def exact(self) -> Fraction | None:
        """The price in points if it is known exactly; None otherwise."""
        return self.at_least if self.at_least == self.at_most else None


def lock_prices(
    problem: Problem,
    outcome: Outcome,
    solve_milp: MilpSolver,
    *,
    exact: int = EXACT,
    limits: Limits | None = None,
    seed: int = 0,
) -> tuple[LockPrice, ...]:
    """Return the price of every lock, most expensive first.

    A lock is a stay with `is_locked` that could move otherwise. Bounds from the prices of the outcome's
    certificate order the locks; the hotel is replanned without one lock after the other until the most
    expensive ones are known.

    Parameters
    ----------
    problem
        The hotel.
    outcome
        Its best plan, with the certificate.
    solve_milp
        Solves the models.
    exact
        Number of locks to price exactly; 10 by default.
    limits
        When to stop; None for no limit. Locks without time left are returned with the bounds 0 and None.
    seed
        Seed of the solver.

    Returns
    -------
    tuple of LockPrice
        Sorted by known price, then by upper bound. Empty without a plan.
    """
    plan, limits = outcome.plan, limits or Limits()
    if plan is None or outcome.value is None:
        return ()
    locked = [i for i, stay in enumerate(problem.stays) if stay.is_locked and _may_move(problem, stay)]
    is_best = outcome.reason is Reason.OPTIMAL
    most = most_saved(
        problem, outcome.certificate, outcome.value, outcome.upgrades[0], locked, is_over=limits.is_over
    )
    trials = Trials(problem, plan)
    found = []
    for position in locked:
        # The price is that of the best plan; of another plan the lock may cost less than what is saved.
        saved = Fraction(0) if limits.is_over() else trials.saved(position)
        least = saved - (Fraction(0) if is_best else outcome.value - (outcome.bound or 0))
        at_most = most.get(position)
        least = max(Fraction(0), least if at_most is None else min(least, at_most))
        found.append(LockPrice(problem.stays[position], least, at_most))
    if is_best:
        found = _Solver(problem, plan, solve_milp, limits, seed).solve(found, exact)
    return tuple(sorted(found, key=_order))


def _may_move(problem: Problem, stay: Stay) -> bool:
    return not problem.is_fixed(replace(stay, is_locked=False))


def _order(price: LockPrice) -> tuple[int, Fraction, bool, Fraction, str]:
    """Return the sort key: most expensive first, and among equal ones those that may cost more."""
    unknown = price.at_most is None
    return -price.upgrades, -price.at_least, not unknown, -(price.at_most or Fraction(0)), price.stay.stay_id


def _hope(price: LockPrice) -> tuple[bool, Fraction, Fraction, str]:
    """Return the sort key for the order of planning."""
    return price.at_most is not None, -(price.at_most or Fraction(0)), -price.at_least, price.stay.stay_id


class _Solver:
    """Plans hotels without one of their locks."""

    def __init__(
        self, problem: Problem, plan: Plan, solve_milp: MilpSolver, limits: Limits, seed: int
    ) -> None:
        self._problem, self._plan = problem, plan
        self._solve_milp, self._limits, self._seed = solve_milp, limits, seed

    def solve(self, prices: Sequence[LockPrice], exact: int) -> list[LockPrice]:
        """Return the prices, exact for the most expensive locks."""
        waiting = sorted(prices, key=_hope)
        done: list[LockPrice] = []
        while len(done) < len(waiting) and not self._is_enough(done, waiting[len(done)], exact):
            price = waiting[len(done)]
            done.append(price if price.exact is not None else self._without(price))
        return [*done, *waiting[len(done) :]]

    def _is_enough(self, done: Sequence[LockPrice], following: LockPrice, exact: int) -> bool:
        """Return whether the most expensive locks are known, or a limit is reached."""
        if exact == 0 or len(done) >= MOST_SOLVES or self._limits.is_over():
            return True
        known = sorted((price.at_least for price in done if price.exact is not None), reverse=True)
        return len(known) >= exact and following.at_most is not None and known[exact - 1] >= following.at_most

    def _without(self, price: LockPrice) -> LockPrice:
        """Return the exact price of a lock, or better bounds if a limit is reached."""
        before = self._part(price.stay)
        free = replace(price.stay, is_locked=False)
        stays = tuple(free if stay.stay_id == free.stay_id else stay for stay in before.stays)
        after = before.replace(stays=stays)
        rooms = Plan({stay.stay_id: self._plan.room_by_stay[stay.stay_id] for stay in before.stays})
        now = score(before, rooms)
        answer = find_plan(
            after, self._solve_milp, self._limits, start=rooms, seed=self._seed, few_moves=False
        )
        if answer.plan is None or answer.value is None:
            return price
        found = score(after, answer.plan)
        if _ranks_upgrades(after) and found.upgrades.total < now.upgrades.total:
            saved = now.value - found.value
            return replace(
                price, at_least=saved, at_most=saved, upgrades=now.upgrades.total - found.upgrades.total
            )
        least = max(price.at_least, now.value - found.value)
        at_most = price.at_most
        if answer.bound is not None:
            at_most = now.value - answer.bound if at_most is None else min(at_most, now.value - answer.bound)
        return replace(price, at_least=least, at_most=at_most)

    def _part(self, stay: Stay) -> Problem:
        """Return the rooms and stays that the lock of a stay can affect.

        They are those of the component of the stay without its lock, and of the component of its room. With a
        budget for moves they are the whole hotel.
        """
        problem, kinds = self._problem, self._problem.room_types
        if problem.policy.max_moves is not None:
            return problem
        home = problem.room_index[self._plan.room_by_stay[stay.stay_id]]
        wanted = {*problem.allowed_types(stay), problem.rooms[home].room_type}
        free = replace(stay, is_locked=False)
        unlocked = problem.replace(
            stays=tuple(free if other.stay_id == free.stay_id else other for other in problem.stays)
        )
        parts = ({kinds[kind] for kind in part.kinds} for part in find_components(Grid(unlocked)))
        types = {kind for part in parts if part & wanted for kind in part}
        rooms = {room.number for room in problem.rooms if room.room_type in types}
        return problem.replace(
            rooms=tuple(
                replace(room, adjacent=frozenset(room.adjacent & rooms))
                for room in problem.rooms
                if room.number in rooms
            ),
            stays=tuple(s for s in problem.stays if self._plan.room_by_stay[s.stay_id] in rooms),
        )


def _ranks_upgrades(problem: Problem) -> bool:
    """Return whether fewer upgrades rank above any value."""
    return problem.policy.upgrade_price is None
