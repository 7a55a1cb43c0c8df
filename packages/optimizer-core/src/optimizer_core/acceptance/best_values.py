"""The best value of a hotel with and without further stays, and so their exact cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer_core.acceptance.fit_answer import MarginalCost
from optimizer_core.domain import Limits, Plan, Problem, Reason, Shortage, Stay
from optimizer_core.network import MilpSolver, MilpStatus
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.network.shortage import fewest_unhoused, find_shortages
from optimizer_core.planning import find_plan


@dataclass(frozen=True, slots=True)
class BestWith:
    """The best plan with further stays.

    Parameters
    ----------
    status
        `MilpStatus.INFEASIBLE` if it is proved that they do not fit.
    rooms
        Room number by stay id, of the types concerned; None without a plan.
    cost
        Cost of the further stays; None without a plan.
    shortages
        Where rooms are short, if infeasible.
    """

    status: MilpStatus
    rooms: Mapping[str, str] | None = None
    cost: MarginalCost | None = None
    shortages: tuple[Shortage, ...] = ()


class BestValues:
    """Solves the types that further stays may use, with and without these; caches the answers without.

    Parameters
    ----------
    problem
        The hotel; its policy has neither a budget nor a price for moves.
    solve_milp
        Solves the models.
    """

    def __init__(self, problem: Problem, solve_milp: MilpSolver) -> None:
        self._problem = problem
        self._solve_milp = solve_milp
        self._parts: dict[tuple[int, ...], PartAnswer] = {}

    def without(self, kinds: Sequence[int], limits: Limits) -> list[PartAnswer]:
        """Return the best plans of the components with some of these types, without further stays."""
        grid = Grid(self._problem)
        found = []
        for component in find_components(grid):
            if set(component.kinds).intersection(kinds):
                if component.kinds not in self._parts:
                    self._parts[component.kinds] = self._plan(grid, component, limits)
                found.append(self._parts[component.kinds])
        return found

    def best_plan(self, limits: Limits) -> Plan | None:
        """Return the best plan without further stays; None if none was found."""
        problem = self._problem
        if problem.groups:
            return find_plan(problem, self._solve_milp, limits).plan
        rooms: dict[int, int] = {}
        for part in self.without(range(len(problem.room_types)), limits):
            if part.rooms is None:
                return None
            rooms |= part.rooms
        fixed = Grid(problem).fixed_room
        return Plan(
            {
                stay.stay_id: problem.rooms[rooms[index] if fixed[index] == NOWHERE else fixed[index]].number
                for index, stay in enumerate(problem.stays)
            }
        )

    def with_stays(self, stays: Sequence[Stay], limits: Limits) -> BestWith:
        """Return the best plan with further stays, and their cost."""
        problem = self._problem.replace(stays=(*self._problem.stays, *stays))
        if problem.groups:
            return self._whole(problem, limits)
        grid = Grid(problem)
        ids = {stay.stay_id for stay in stays}
        touched = {
            kind
            for index, stay in enumerate(problem.stays)
            if stay.stay_id in ids
            for kind in grid.types_of_stay[index]
        }
        answers, rooms = [], {}
        kinds: set[int] = set()
        for component in find_components(grid):
            if touched.intersection(component.kinds):
                kinds.update(component.kinds)
                shortages = find_shortages(grid, component)
                answer = (
                    PartAnswer(MilpStatus.INFEASIBLE) if shortages else self._plan(grid, component, limits)
                )
                if answer.status is MilpStatus.INFEASIBLE:
                    return BestWith(
                        answer.status, shortages=tuple(shortages or self._explain(grid, component, limits))
                    )
                answers.append(answer)
                for stay, room in (answer.rooms or {}).items():
                    rooms[problem.stays[stay].stay_id] = problem.rooms[room].number
        if any(answer.rooms is None for answer in answers):
            return BestWith(MilpStatus.NO_POINT)
        cost = _difference(answers, self.without(sorted(kinds), limits), grid.cost_scale)
        return BestWith(MilpStatus.OPTIMAL if cost.is_exact else MilpStatus.FEASIBLE, rooms, cost)

    def _plan(self, grid: Grid, component: Component, limits: Limits) -> PartAnswer:
        arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
        return plan_component(grid, arcs, component, self._solve_milp, limits)

    def _explain(self, grid: Grid, component: Component, limits: Limits) -> list[Shortage]:
        arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
        return fewest_unhoused(grid, arcs, component, self._solve_milp, limits, 0)

    def _whole(self, problem: Problem, limits: Limits) -> BestWith:
        """Plan the whole hotel, because adjacency groups link its types."""
        answer = find_plan(problem, self._solve_milp, limits)
        if answer.reason is Reason.INFEASIBLE:
            return BestWith(MilpStatus.INFEASIBLE, shortages=answer.shortages)
        before = find_plan(self._problem, self._solve_milp, limits)
        if answer.plan is None or before.plan is None:
            return BestWith(MilpStatus.NO_POINT)
        cost = MarginalCost(
            _less(answer.bound, before.value),
            _less(answer.value, before.bound),
            answer.upgrades - before.upgrades,
        )
        status = MilpStatus.OPTIMAL if cost.is_exact else MilpStatus.FEASIBLE
        return BestWith(status, answer.plan.room_by_stay, cost)


def _difference(after: Sequence[PartAnswer], before: Sequence[PartAnswer], scale: int) -> MarginalCost:
    """Return the marginal cost that the values and bounds of components imply."""

    def total(values: Sequence[int | None]) -> Fraction | None:
        known = [value for value in values if value is not None]
        return Fraction(sum(known), scale) if len(known) == len(values) else None

    lower = _less(total([part.bound for part in after]), total([part.value for part in before]))
    upper = _less(total([part.value for part in after]), total([part.bound for part in before]))
    upgrades = sum(part.upgrades for part in after) - sum(part.upgrades for part in before)
    return MarginalCost(lower, upper, upgrades)


def _less(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    return None if one is None or two is None else one - two


def without_move_policy(problem: Problem) -> Problem:
    """Return the hotel without budget and price for moves: requests count moves separately."""
    policy = replace(problem.policy, max_moves=None, move_price=None)
    return problem if policy == problem.policy else problem.replace(policy=policy)
