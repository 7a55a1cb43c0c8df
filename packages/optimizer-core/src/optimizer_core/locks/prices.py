"""Prices of locks: how many points the best plan would save without each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from optimizer_core.domain import Limits, Outcome, Plan, Problem, Reason, Stay
from optimizer_core.locks.bounds import most_saved
from optimizer_core.locks.trials import Trials
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.objective import score
from optimizer_core.planning import find_plan
from optimizer_core.planning.answer import Answer

EXACT = 10
"""Default number of locks to price exactly, the most expensive ones."""

MOST_SOLVES = 400
"""Most hotels without some locks that are planned."""

TOGETHER = 12
"""Locks that are left out together at first, to show that none of them is expensive."""


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


def _likely(price: LockPrice) -> tuple[Fraction, bool, Fraction, str]:
    """Return the sort key that puts the locks first that are likely to be the most expensive ones."""
    return -price.at_least, price.at_most is not None, -(price.at_most or Fraction(0)), price.stay.stay_id


class _Solver:
    """Plans hotels without some of their locks.

    Without several locks a plan saves at least as much as without one of them. So one plan without many locks
    often shows that none of them is among the most expensive ones.
    """

    def __init__(
        self, problem: Problem, plan: Plan, solve_milp: MilpSolver, limits: Limits, seed: int
    ) -> None:
        self._problem, self._plan = problem, plan
        self._solve_milp, self._limits, self._seed = solve_milp, limits, seed
        self._solves = 0
        self._prices: dict[str, LockPrice] = {}
        self._parts: dict[frozenset[str], Problem] = {}

    def solve(self, prices: Sequence[LockPrice], exact: int) -> list[LockPrice]:
        """Return the prices, exact for the most expensive locks."""
        self._prices = {price.stay.stay_id: price for price in prices}
        order = [price.stay.stay_id for price in sorted(prices, key=_likely)]
        for stay in order if exact else ():
            if self._is_over() or self._least_of_known(exact) is not None:
                break
            self._price(stay)
        if exact:
            self._rule_out(order, exact)
        return list(self._prices.values())

    def _rule_out(self, order: Sequence[str], exact: int) -> None:
        """Price each lock that may be more expensive than the known ones, or show that it is not."""
        by_types = sorted(self._open(order, exact), key=lambda stay: self._types(self._prices[stay].stay))
        waiting = [by_types[first : first + TOGETHER] for first in range(0, len(by_types), TOGETHER)]
        while waiting and not self._is_over():
            stays = self._open(waiting.pop(), exact)
            if len(stays) == 1:
                self._price(stays[0])
            elif stays:
                self._limit(stays)
                half = len(stays) // 2
                waiting += [stays[half:], stays[:half]]

    def _open(self, stays: Sequence[str], exact: int) -> list[str]:
        """Return the locks that may be among the most expensive ones."""
        least = self._least_of_known(exact)
        prices = (self._prices[stay] for stay in stays)
        return [
            price.stay.stay_id
            for price in prices
            if price.exact is None and (least is None or price.at_most is None or price.at_most > least)
        ]

    def _least_of_known(self, exact: int) -> Fraction | None:
        """Return the least of the most expensive known prices; None while too few are known."""
        known = sorted((p.at_least for p in self._prices.values() if p.exact is not None), reverse=True)
        return known[exact - 1] if len(known) >= exact else None

    def _is_over(self) -> bool:
        return self._solves >= MOST_SOLVES or self._limits.is_over()

    def _types(self, stay: Stay) -> tuple[str, ...]:
        return tuple(sorted(self._problem.allowed_types(stay)))

    def _price(self, stay: str) -> None:
        """Price a lock exactly, or improve its bounds if a limit is reached."""
        price = self._prices[stay]
        if price.exact is None:
            self._prices[stay] = self._without(price)

    def _limit(self, stays: Sequence[str]) -> None:
        """Lower the upper bounds of some locks to what a plan without all of them saves."""
        before, after, answer = self._plan_without([self._prices[stay].stay for stay in stays])
        if answer.plan is None or answer.bound is None:
            return
        now = score(before, self._rooms(before))
        if _ranks_upgrades(after) and answer.upgrades < now.upgrades.total:
            return  # without one of these locks a plan may have fewer upgrades, and then save no points
        most = now.value - answer.bound
        for stay in stays:
            price = self._prices[stay]
            at_most = most if price.at_most is None else min(most, price.at_most)
            self._prices[stay] = replace(price, at_most=max(at_most, price.at_least))

    def _rooms(self, part: Problem) -> Plan:
        return Plan({stay.stay_id: self._plan.room_by_stay[stay.stay_id] for stay in part.stays})

    def _plan_without(self, stays: Sequence[Stay]) -> tuple[Problem, Problem, Answer]:
        """Return the part of the hotel that some locks can affect, the same without them, and its answer."""
        self._solves += 1
        before = self._part(stays)
        free = {stay.stay_id: replace(stay, is_locked=False) for stay in stays}
        after = before.replace(stays=tuple(free.get(stay.stay_id, stay) for stay in before.stays))
        answer = find_plan(
            after,
            self._solve_milp,
            self._limits,
            start=self._rooms(before),
            seed=self._seed,
            few_moves=False,
        )
        return before, after, answer

    def _without(self, price: LockPrice) -> LockPrice:
        """Return the exact price of a lock, or better bounds if a limit is reached."""
        before, after, answer = self._plan_without([price.stay])
        now = score(before, self._rooms(before))
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

    def _part(self, stays: Sequence[Stay]) -> Problem:
        """Return the rooms and stays that the locks of some stays can affect.

        They are those of the components of the stays and of their rooms. With a budget for moves they are the
        whole hotel.
        """
        problem = self._problem
        if problem.policy.max_moves is not None:
            return problem
        homes = (problem.room_index[self._plan.room_by_stay[stay.stay_id]] for stay in stays)
        wanted = {kind for stay in stays for kind in problem.allowed_types(stay)}
        wanted |= {problem.rooms[home].room_type for home in homes}
        types = frozenset(kind for part in self._components if part & wanted for kind in part)
        if types not in self._parts:
            self._parts[types] = self._cut(types)
        return self._parts[types]

    @cached_property
    def _components(self) -> tuple[frozenset[str], ...]:
        """The types of each component of the hotel without any lock."""
        problem, kinds = self._problem, self._problem.room_types
        free = tuple(replace(stay, is_locked=False) for stay in problem.stays)
        parts = find_components(Grid(problem.replace(stays=free)))
        return tuple(frozenset(kinds[kind] for kind in part.kinds) for part in parts)

    def _cut(self, types: frozenset[str]) -> Problem:
        """Return the rooms of some types and the stays that the plan puts there."""
        problem = self._problem
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
