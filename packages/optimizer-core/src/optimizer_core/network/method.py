"""The whole method: components, each with its plan and proof, put together; then the fewest moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer_core.domain import Limit, Limits, Plan, Problem, Progress, Reason, Shortage, current_plan
from optimizer_core.errors import InvalidProblem
from optimizer_core.network.answer import Answer
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.groups import GroupSettler
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.moves import MoveReducer
from optimizer_core.network.shortage import fewest_unhoused, find_shortages
from optimizer_core.network.timelines import Timelines
from optimizer_core.network.trade import Trader
from optimizer_core.objective import score
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
    statistics: dict[str, int | float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the network."""
        self.grid = Grid(self.problem)
        self.arcs = gap_arcs(self.grid, set(self.grid.departure), set(self.grid.arrival))
        self.components = find_components(self.grid)

    def run(self) -> Answer:
        """Plan one component after the other, then look for fewer moves."""
        shortages = [shortage for part in self.components for shortage in find_shortages(self.grid, part)]
        if shortages:
            return _infeasible(shortages)
        done = 0
        for component in self.components:
            self.report("assigning rooms", 5 + 65 * done // max(1, len(self.problem.stays)))
            answer = plan_component(
                self.grid, self.arcs, component, self.solve_milp, self.limits, seed=self.seed
            )
            if answer.status is MilpStatus.INFEASIBLE:
                return _infeasible(self.explain(component))
            if component is self.components[-1] and self.is_complete and answer.rooms is not None:
                self.tell(self.everywhere({**self.rooms, **answer.rooms}))  # settling groups may take long
            settler = GroupSettler(self.grid, self.arcs, component, self.solve_milp, self.limits, self.seed)
            self.add(settler.settle(answer))
            done += len(component.stays)
        self.statistics["proof_seconds"] = self.limits.seconds_used()
        return self.answer()

    def report(self, stage: str, percent: int, value: Fraction | None = None) -> None:
        """Tell where the run stands."""
        bound = Fraction(self.bound, self.grid.cost_scale)
        self.limits.report(Progress(stage, percent, value, bound))

    def tell(self, rooms: Mapping[int, int]) -> None:
        """Tell of a plan to keep should this run be killed; under a budget of moves it may be none."""
        if self.problem.policy.max_moves is None:
            self.limits.report_plan(self.plan_of(rooms))

    def explain(self, component: Component) -> list[Shortage]:
        """Return why a component is infeasible."""
        return fewest_unhoused(self.grid, self.arcs, component, self.solve_milp, self.limits, self.seed)

    def add(self, answer: PartAnswer) -> None:
        """Add what is known about a component."""
        self.bound += answer.bound or 0
        self.upgrades += answer.upgrades
        self.is_proved = self.is_proved and answer.status is MilpStatus.OPTIMAL
        if answer.rooms is None:
            self.is_complete = False
        else:
            self.rooms |= answer.rooms

    def answer(self) -> Answer:
        """Put the parts together, or fall back on the plan to start with."""
        everywhere = self.everywhere(self.rooms) if self.is_complete else self.valid_start()
        if everywhere is None:
            return self.without_plan()
        self.tell(everywhere)
        upgrades = self.constant_upgrades + self.upgrades
        policy = self.problem.policy
        if policy.max_moves is None and policy.move_price is None:
            everywhere, moves = self.fewest_moves(everywhere)
            everywhere = self.better_of(everywhere, self.valid_start())
            return self.with_plan(everywhere, upgrades, moves, is_proved=self.is_proved and self.is_complete)
        return self.trade(everywhere, upgrades)

    @property
    def constant_upgrades(self) -> int:
        """Fixed stays outside their own type."""
        fixed = {stay: room for stay, room in enumerate(self.grid.fixed_room) if room != NOWHERE}
        return self.grid.count_upgrades(fixed)

    def fewest_moves(self, rooms: Mapping[int, int]) -> tuple[Mapping[int, int], int]:
        """Return a plan of the same cost with fewer moves, and a lower bound on them."""
        self.report("fewer moves", 75)
        timelines = Timelines(self.grid, rooms, self.members)
        reducer = MoveReducer(self.grid, self.arcs, timelines, self.solve_milp, self.limits, self.seed)
        reducer.run()
        if not self.is_proved or self.members:
            return timelines.room_of, 0
        alone = {part.kinds[0] for part in self.components if len(part.kinds) == 1}
        return timelines.room_of, sum(n for kind, n in reducer.bounds.items() if kind in alone)

    def trade(self, rooms: Mapping[int, int], upgrades: int) -> Answer:
        """Return a plan under a price or a budget for moves."""
        self.report("moves against gaps", 75)
        trader = Trader(self.grid, self.arcs, self.solve_milp, self.limits, self.seed)
        fewer, _ = self.fewest_moves(rooms)
        best = self.plan_of(fewer)
        most, price = self.problem.policy.max_moves, self.problem.policy.move_price
        moves = score(self.problem, best).moves.total
        if (most is None or moves <= most) and (not price or moves == 0):
            return self.with_plan(fewer, upgrades, 0, is_proved=self.is_proved and self.is_complete)
        if most == 0:
            return self.without_moves()
        exact = trader.exact()
        if exact is not None and exact.is_infeasible:
            return Answer(Reason.INFEASIBLE, detail=f"no plan moves at most {most} stays")
        if exact is not None and exact.rooms is not None:
            return self.with_plan(self.everywhere(exact.rooms), upgrades, 0, is_proved=True)
        return self.best_of(trader, fewer, upgrades)

    def without_moves(self) -> Answer:
        """Return the best plan that moves nobody: every stay that has a room is locked in it."""
        known = self.problem.room_index
        locked = tuple(
            replace(s, is_locked=s.is_locked or s.current_room in known) for s in self.problem.stays
        )
        policy = replace(self.problem.policy, max_moves=None, move_price=None)
        try:
            held = self.problem.replace(stays=locked, policy=policy)
        except InvalidProblem:
            return Answer(
                Reason.INFEASIBLE, detail="the rooms as they are now are no plan, so some stay must move"
            )
        answer = find_plan(held, self.solve_milp, self.limits, seed=self.seed)
        if answer.reason is Reason.INFEASIBLE and not answer.detail:
            return replace(answer, detail="no plan leaves every stay in its current room")
        return answer

    def best_of(self, trader: Trader, fewer: Mapping[int, int], upgrades: int) -> Answer:
        """Return the best plan that stretches find, from the rooms as they are and from the best plan."""
        most = self.problem.policy.max_moves
        candidates = [fewer]
        begins = (self.current_rooms(), None if most is not None else fewer)
        candidates += [dict(trader.improve(begin, self.members)) for begin in begins if begin is not None]
        ranked = []
        for position, rooms in enumerate(candidates):
            found = score(self.problem, self.plan_of(rooms))
            if most is None or found.moves.total <= most:
                ranked.append((found.rank, position))
        if not ranked:
            return self.without_plan()
        return self.with_plan(candidates[min(ranked)[1]], upgrades, 0, is_proved=False)

    def current_rooms(self) -> Mapping[int, int] | None:
        """Return the rooms as they are now if they are a plan."""
        plan = current_plan(self.problem)
        if verify(self.problem, plan):
            return None
        return {
            index: self.problem.room_index[plan.room_by_stay[stay.stay_id]]
            for index, stay in enumerate(self.problem.stays)
        }

    def with_plan(self, rooms: Mapping[int, int], upgrades: int, moves: int, *, is_proved: bool) -> Answer:
        """Return the answer with a plan, proved or not."""
        plan = self.plan_of(rooms)
        found = score(self.problem, plan)
        if is_proved:
            return Answer(
                Reason.OPTIMAL,
                Limit.NONE,
                plan,
                found.value,
                found.value,
                found.upgrades.total,
                moves,
                statistics=self.statistics,
            )
        reason = Reason.CANCELLED if self.limits.is_cancelled() else Reason.FEASIBLE
        bound = Fraction(self.bound, self.grid.cost_scale)
        return Answer(
            reason, self.limit(), plan, found.value, bound, upgrades, moves, statistics=self.statistics
        )

    def without_plan(self) -> Answer:
        """Return the answer without a plan."""
        reason = Reason.CANCELLED if self.limits.is_cancelled() else Reason.NO_PLAN_FOUND
        bound = Fraction(self.bound, self.grid.cost_scale)
        return Answer(reason, self.limit(), bound=bound, statistics=self.statistics)

    def limit(self) -> Limit:
        """Return which limit ended the run."""
        if self.limits.is_cancelled():
            return Limit.CANCEL
        return Limit.TIME if self.limits.is_over() else Limit.METHOD

    @property
    def members(self) -> list[int]:
        """Members of adjacency groups, which no later change may part."""
        groups = self.problem.groups.values()
        return [self.problem.stay_index[member.stay_id] for members in groups for member in members]

    def everywhere(self, rooms: Mapping[int, int]) -> dict[int, int]:
        """Return the room of every stay, given those of the movable ones."""
        return {
            stay: rooms[stay] if fixed == NOWHERE else fixed
            for stay, fixed in enumerate(self.grid.fixed_room)
        }

    def valid_start(self) -> Mapping[int, int] | None:
        """Return the rooms of the plan to start with if it is a plan."""
        if self.start is None or verify(self.problem, self.start):
            return None
        index = self.problem.room_index
        rooms = [index[self.start.room_by_stay[stay.stay_id]] for stay in self.problem.stays]
        return dict(enumerate(rooms))

    def better_of(self, rooms: Mapping[int, int], others: Mapping[int, int] | None) -> Mapping[int, int]:
        """Return the rooms of the better of two plans, the first one if they are equal."""
        if others is None:
            return rooms
        ranks = [score(self.problem, self.plan_of(plan)).rank for plan in (rooms, others)]
        return others if ranks[1] < ranks[0] else rooms

    def plan_of(self, rooms: Mapping[int, int]) -> Plan:
        """Return the plan of the rooms of every stay."""
        numbers = [room.number for room in self.problem.rooms]
        return Plan({stay.stay_id: numbers[rooms[i]] for i, stay in enumerate(self.problem.stays)})


def _infeasible(shortages: list[Shortage]) -> Answer:
    detail = "; ".join(str(shortage) for shortage in shortages[:3])
    if len(shortages) > 3:
        detail += f"; and {len(shortages) - 3} more"
    return Answer(Reason.INFEASIBLE, shortages=tuple(shortages), detail=detail)
