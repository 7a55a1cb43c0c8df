"""The whole method: plan and prove each component, combine the plans, then minimize the moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimizer_core.certificate import Certificate
from optimizer_core.domain import Limit, Limits, Plan, Problem, Progress, Reason, Shortage
from optimizer_core.errors import InvalidProblem
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.shortage import fewest_unhoused, find_shortages
from optimizer_core.objective import score
from optimizer_core.planning.answer import Answer
from optimizer_core.planning.by_paths import plan_by_paths
from optimizer_core.planning.certify import RANKED_UPGRADE, CertificateMaker, certificate_of_trade
from optimizer_core.planning.early import early_plan
from optimizer_core.planning.groups import GroupSettler
from optimizer_core.planning.late import prefer_late_moves
from optimizer_core.planning.moves import prove_values, reduce_moves
from optimizer_core.planning.starts import current_rooms, undo_needless
from optimizer_core.planning.trade import Trader
from optimizer_core.verification import verify

MOVES_SHARE = 0.75
"""Share of the time left for the search for fewer moves; the plan is already the best one."""


def find_plan(
    problem: Problem,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    start: Plan | None = None,
    seed: int = 0,
    few_moves: bool = True,
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
        A plan to return if a limit ends the search; ignored unless valid.
    seed
        Seed of the solver.
    few_moves
        Whether to search for the plan with the fewest moves among the best ones. False saves time if only the
        value matters.
    """
    return _Method(problem, solve_milp, limits, start, seed, few_moves).run()


@dataclass
class _Method:
    """One run of the method."""

    problem: Problem
    solve_milp: MilpSolver
    limits: Limits
    start: Plan | None
    seed: int
    few_moves: bool = True
    bound: int = 0
    upgrades: int = 0
    rooms: dict[int, int] = field(default_factory=dict)
    early: dict[int, int] = field(default_factory=dict)
    is_complete: bool = True
    is_proved: bool = True
    certificate: Certificate | None = None
    least: dict[tuple[int, ...], int] = field(default_factory=dict)
    statistics: dict[str, int | float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build the network."""
        self.began = self.limits.seconds_used()  # the clock of the limits runs while a solver is imported
        self.grid = Grid(self.problem)
        self.arcs = gap_arcs(self.grid, set(self.grid.departure), set(self.grid.arrival))
        self.components = find_components(self.grid)

    def run(self) -> Answer:
        """Plan one component after the other, then search for fewer moves."""
        shortages = [shortage for part in self.components for shortage in find_shortages(self.grid, part)]
        if shortages:
            return _infeasible(shortages)
        done = 0
        for component in self.components:
            self.report("assigning rooms", 5 + 65 * done // max(1, len(self.problem.stays)))
            early = early_plan(self.grid, self.arcs, component, self.solve_milp, self.limits, self.seed)
            if early is not None:
                self.early |= early
                if component is self.components[-1] and self.is_complete:
                    self.report_plan(self.everywhere({**self.rooms, **early}))
            answer = plan_component(
                self.grid, self.arcs, component, self.solve_milp, self.limits, seed=self.seed
            )
            if answer.status is MilpStatus.INFEASIBLE:
                return _infeasible(self.explain(component))
            if component is self.components[-1] and self.is_complete and answer.rooms is not None:
                self.report_plan(
                    self.everywhere({**self.rooms, **answer.rooms})
                )  # settling groups may take long
            if answer.status is MilpStatus.OPTIMAL and answer.bound is not None:
                self.least[component.kinds] = answer.bound
            settler = GroupSettler(self.grid, self.arcs, component, self.solve_milp, self.limits, self.seed)
            self.add(self.closed(component, settler.settle(answer)))
            done += len(component.stays)
        self.statistics["proof_seconds"] = self.limits.seconds_used() - self.began
        return self.answer()

    def closed(self, component: Component, answer: PartAnswer) -> PartAnswer:
        """Return the answer, improved by the room-path model if it is not proved."""
        is_open = answer.status is not MilpStatus.OPTIMAL and answer.rooms is not None
        if not is_open or self.limits.is_over() or answer.value is None or answer.bound is None:
            return answer
        again = plan_by_paths(
            self.grid,
            component,
            self.solve_milp,
            self.limits,
            self.seed,
            known=answer.rooms,
            most_upgrades=answer.upgrades,
        )
        if again.rooms is None or again.value is None or again.value > answer.value:
            again = replace(again, rooms=answer.rooms, value=answer.value, upgrades=answer.upgrades)
        bound = max(answer.bound, again.bound if again.bound is not None else answer.bound)
        status = MilpStatus.OPTIMAL if bound >= (again.value or 0) else MilpStatus.FEASIBLE
        return replace(again, bound=bound, status=status)

    def report(self, stage: str, percent: int, value: Fraction | None = None) -> None:
        """Report the progress of the run."""
        bound = Fraction(self.bound, self.grid.cost_scale)
        self.limits.report(Progress(stage, percent, value, bound))

    def report_plan(self, rooms: Mapping[int, int]) -> None:
        """Report a plan in case this run is killed, unless a budget of moves might make it invalid."""
        if self.problem.policy.max_moves is None:
            self.limits.report_plan(self.plan_of(rooms))

    def explain(self, component: Component) -> list[Shortage]:
        """Return why a component is infeasible."""
        return fewest_unhoused(self.grid, self.arcs, component, self.solve_milp, self.limits, self.seed)

    def add(self, answer: PartAnswer) -> None:
        """Add the answer of a component."""
        self.bound += answer.bound or 0
        self.upgrades += answer.upgrades
        self.is_proved = self.is_proved and answer.status is MilpStatus.OPTIMAL
        if answer.rooms is None:
            self.is_complete = False
        else:
            self.rooms |= answer.rooms

    def answer(self) -> Answer:
        """Combine the parts, or fall back on a plan that was known before."""
        everywhere = self.everywhere(self.rooms) if self.is_complete else self.known_plan()
        upgrades = self.constant_upgrades + self.upgrades
        policy = self.problem.policy
        if policy.max_moves is not None or policy.move_price is not None:
            return self.trade(everywhere, upgrades)
        if everywhere is None:
            return self.without_plan()
        self.report_plan(everywhere)
        if self.few_moves and not self.limits.few_moves:
            self.prove_values(everywhere)
        elif self.few_moves:
            everywhere, moves = self.fewest_moves(everywhere)
            everywhere = self.better_of(everywhere, self.valid_start())
            return self.with_plan(everywhere, upgrades, moves, is_proved=self.is_proved and self.is_complete)
        return self.with_plan(everywhere, upgrades, 0, is_proved=self.is_proved and self.is_complete)

    @property
    def constant_upgrades(self) -> int:
        """Fixed stays outside their own type."""
        fixed = {stay: room for stay, room in enumerate(self.grid.fixed_room) if room != NOWHERE}
        return self.grid.count_upgrades(fixed)

    def fewest_moves(self, rooms: Mapping[int, int]) -> tuple[Mapping[int, int], int]:
        """Return a plan of at most the same value with fewer moves, and a lower bound on them."""
        self.report("fewer moves", 75)
        maker = self.certificate_maker()
        fewer, bound = reduce_moves(
            self.grid,
            self.components,
            rooms,
            self.solve_milp,
            self.limits.part(MOVES_SHARE),
            self.seed,
            least=self.least,
            maker=maker,
        )
        self.certificate = maker.make()
        plan = undo_needless(self.grid, fewer, current_rooms(self.problem))
        return prefer_late_moves(self.grid, plan), self.true_moves(bound)

    def prove_values(self, rooms: Mapping[int, int]) -> None:
        """Make a certificate of the value of a plan alone."""
        self.report("prices", 75)
        maker = self.certificate_maker()
        limits = self.limits.part(MOVES_SHARE)
        prove_values(self.grid, self.components, rooms, self.solve_milp, limits, self.seed, maker=maker)
        self.certificate = maker.make()

    def certificate_maker(self) -> CertificateMaker:
        """Return what collects the prices of a certificate."""
        price = self.problem.policy.upgrade_price
        dearest = int(self.arcs.cost.max(initial=1))
        upgrade = RANKED_UPGRADE * dearest if price is None else int(price * self.grid.cost_scale)
        return CertificateMaker(self.problem, self.grid.cost_scale, upgrade)

    def true_moves(self, bound: int) -> int:
        """Return the bound on the moves if it holds, 0 otherwise.

        It adds up the moves that each component needs at its own value. While one component may still
        improve, its savings could pay for fewer moves in another.
        """
        is_alone = sum(bool(part.stays) for part in self.components) <= 1
        return bound if is_alone or (self.is_proved and self.is_complete) else 0

    def trade(self, rooms: Mapping[int, int] | None, upgrades: int) -> Answer:
        """Return a plan under a price or a budget for moves."""
        self.report("moves against gaps", 75)
        most, price = self.problem.policy.max_moves, self.problem.policy.move_price
        if rooms is not None and not price and self.moves_of(rooms) <= (most or 0):
            rooms, moves = self.fewest_moves(rooms)
            return self.with_plan(rooms, upgrades, moves, is_proved=self.is_proved and self.is_complete)
        if most == 0:
            return self.without_moves()
        trader = Trader(self.grid, self.components, self.solve_milp, self.limits, self.seed, best=rooms)
        traded = trader.run(upgrades)
        if traded.is_infeasible:
            return Answer(Reason.INFEASIBLE, detail=f"no plan moves at most {most} stays")
        if traded.rooms is None:
            return self.without_plan()
        plan, moves_bound = trader.fewest_moves(traded)
        plan = prefer_late_moves(self.grid, undo_needless(self.grid, plan, trader.home))
        constant = trader.upgrade_units * self.constant_upgrades
        if traded.bound > float("-inf"):
            self.bound = max(self.bound, int(traded.bound) + constant)
        self.certificate = certificate_of_trade(self.problem, self.grid.cost_scale, traded.prices)
        found = score(self.problem, self.plan_of(plan))
        is_proved = found.value <= Fraction(self.bound, self.grid.cost_scale)
        ranked = self.problem.policy.upgrade_price is None
        is_proved = is_proved and (not ranked or found.upgrades.total <= traded.upgrades)
        if len(traded.models) > 1 and not is_proved:
            moves_bound = 0  # savings in one component could pay for fewer moves in another
        return self.with_plan(plan, traded.upgrades, moves_bound, is_proved=is_proved)

    def moves_of(self, rooms: Mapping[int, int]) -> int:
        """Return the number of moves of a plan."""
        return score(self.problem, self.plan_of(rooms)).moves.total

    def without_moves(self) -> Answer:
        """Return the best plan without moves: every stay with a current room is locked there."""
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
        # The prices of the locked hotel do not certify this one.
        answer = replace(find_plan(held, self.solve_milp, self.limits, seed=self.seed), certificate=None)
        if answer.reason is Reason.INFEASIBLE and not answer.detail:
            return replace(answer, detail="no plan leaves every stay in its current room")
        return answer

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
                certificate=self.certificate,
            )
        reason = Reason.CANCELLED if self.limits.is_cancelled() else Reason.FEASIBLE
        # A plan with more upgrades than needed may cost less than any plan with the fewest.
        bound = min(found.value, Fraction(self.bound, self.grid.cost_scale))
        return Answer(
            reason,
            self.limit(),
            plan,
            found.value,
            bound,
            upgrades,
            moves,
            statistics=self.statistics,
            certificate=self.certificate,
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
        """Members of adjacency groups, which later changes must not separate."""
        groups = self.problem.groups.values()
        return [self.problem.stay_index[member.stay_id] for members in groups for member in members]

    def everywhere(self, rooms: Mapping[int, int]) -> dict[int, int]:
        """Return the room of every stay from the rooms of the movable ones."""
        return {
            stay: rooms[stay] if fixed == NOWHERE else fixed
            for stay, fixed in enumerate(self.grid.fixed_room)
        }

    def known_plan(self) -> Mapping[int, int] | None:
        """Return the better of the start plan and the early plans with the answers of other components."""
        start, early = self.valid_start(), {**self.early, **self.rooms}
        if any(fixed == NOWHERE and stay not in early for stay, fixed in enumerate(self.grid.fixed_room)):
            return start
        return self.better_of(self.everywhere(early), start)

    def valid_start(self) -> Mapping[int, int] | None:
        """Return the rooms of the start plan if it is valid."""
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
