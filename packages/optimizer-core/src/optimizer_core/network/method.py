"""The whole method: components, each with its plan and proof, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from optimizer_core.domain import Limit, Limits, Plan, Problem, Progress, Reason, Shortage
from optimizer_core.network.answer import Answer
from optimizer_core.network.arcs import GapArcs, gap_arcs
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.groups import GroupSettler
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.shortage import fewest_unhoused, find_shortages
from optimizer_core.objective import Score, score
from optimizer_core.verification import verify


def find_plan(
    problem: Problem,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    start: Plan | None = None,
    seed: int = 0,
) -> Answer:
    """Return the best plan of a hotel, with its proof.

    Parameters
    ----------
    problem
        The hotel.
    solve_milp
        Solves the models.
    limits
        Time limit, cancel and the listener for progress.
    start
        A plan to fall back on when a limit ends the search; ignored unless it is valid.
    seed
        Seed of the solver.
    """
    return _Method(problem, solve_milp, limits, start, seed).run()


@dataclass
class _Method:
    """One run of the method."""

    problem: Problem
    solve_milp: MilpSolver
    limits: Limits
    start: Plan | None
    seed: int
    bound: int = 0
    upgrades: int = 0
    rooms: dict[int, int] = field(default_factory=dict)
    is_complete: bool = True
    is_proved: bool = True

    def run(self) -> Answer:
        """Plan one component after the other."""
        grid = Grid(self.problem)
        arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
        components = find_components(grid)
        shortages = [shortage for part in components for shortage in find_shortages(grid, part)]
        if shortages:
            return _infeasible(shortages)
        done = 0
        for component in components:
            self.report("assigning rooms", done)
            answer = plan_component(grid, arcs, component, self.solve_milp, self.limits, seed=self.seed)
            if answer.status is MilpStatus.INFEASIBLE:
                return _infeasible(self.explain(grid, arcs, component))
            settler = GroupSettler(grid, arcs, component, self.solve_milp, self.limits, self.seed)
            self.add(settler.settle(answer))
            done += len(component.stays)
        return self.answer(grid)

    def report(self, stage: str, stays_done: int) -> None:
        """Tell where the run stands."""
        percent = 5 + 85 * stays_done // max(1, len(self.problem.stays))
        self.limits.report(Progress(stage, percent, bound=Fraction(self.bound, Grid(self.problem).cost_scale)))

    def explain(self, grid: Grid, arcs: GapArcs, component: Component) -> list[Shortage]:
        """Return why a component is infeasible."""
        return fewest_unhoused(grid, arcs, component, self.solve_milp, self.limits, self.seed)

    def add(self, answer: PartAnswer) -> None:
        """Add what is known about a component."""
        self.bound += answer.bound or 0
        self.upgrades += answer.upgrades
        self.is_proved = self.is_proved and answer.status is MilpStatus.OPTIMAL
        if answer.rooms is None:
            self.is_complete = False
        else:
            self.rooms |= answer.rooms

    def answer(self, grid: Grid) -> Answer:
        """Put the parts together, or fall back on the plan to start with."""
        plan = _plan_of(grid, self.rooms) if self.is_complete else self.valid_start()
        bound = Fraction(self.bound, grid.cost_scale)
        if plan is None:
            reason = Reason.CANCELLED if self.limits.is_cancelled() else Reason.NO_PLAN_FOUND
            return Answer(reason, self.limit(), bound=bound)
        found: Score = score(self.problem, plan)
        if self.is_proved and self.is_complete:
            return Answer(Reason.OPTIMAL, Limit.NONE, plan, found.value, found.value, found.upgrades.total)
        reason = Reason.CANCELLED if self.limits.is_cancelled() else Reason.FEASIBLE
        return Answer(reason, self.limit(), plan, found.value, bound, self.upgrades)

    def limit(self) -> Limit:
        """Return which limit ended the run."""
        if self.limits.is_cancelled():
            return Limit.CANCEL
        return Limit.TIME if self.limits.is_over() else Limit.METHOD

    def valid_start(self) -> Plan | None:
        """Return the plan to start with if it is a plan."""
        return self.start if self.start is not None and not verify(self.problem, self.start) else None


def _plan_of(grid: Grid, rooms: Mapping[int, int]) -> Plan:
    """Return the plan with each movable stay in its room and the fixed ones where they are."""
    numbers = [room.number for room in grid.problem.rooms]
    return Plan(
        {
            stay.stay_id: numbers[rooms[index] if fixed == NOWHERE else fixed]
            for index, (stay, fixed) in enumerate(zip(grid.problem.stays, grid.fixed_room, strict=True))
        }
    )


def _infeasible(shortages: list[Shortage]) -> Answer:
    detail = "; ".join(str(shortage) for shortage in shortages[:3])
    if len(shortages) > 3:
        detail += f"; and {len(shortages) - 3} more"
    return Answer(Reason.INFEASIBLE, shortages=tuple(shortages), detail=detail)
