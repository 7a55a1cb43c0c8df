"""Answers requests about one hotel, loaded once: whether they fit, where, with which moves and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from optimizer_core.acceptance.best_values import BestValues, without_move_policy
from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.ejection import eject
from optimizer_core.acceptance.fit_answer import Fit, FitAnswer, MarginalCost, Offer, Refusal
from optimizer_core.acceptance.fit_search import FitSearch
from optimizer_core.acceptance.fit_split import split_request
from optimizer_core.acceptance.matrix import UPGRADING, AcceptanceMatrix
from optimizer_core.acceptance.rearrange import Newcomer
from optimizer_core.domain import Limits, Plan, Problem, Stay
from optimizer_core.domain.request import Request, request_faults, widened
from optimizer_core.errors import InvalidAnswer, InvalidInput
from optimizer_core.network import MilpSolver, MilpStatus
from optimizer_core.network.grid import Grid
from optimizer_core.planning import find_plan
from optimizer_core.verification import verify


class FitDesk:
    """A hotel and its current plan, ready for many requests.

    Parameters
    ----------
    problem
        The hotel.
    plan
        The current rooms, which stays should keep where possible.
    solve_milp
        Solves the models.
    matrices
        Acceptance matrices by room type, to read marginal costs from; types without one are solved.

    Raises
    ------
    InvalidAnswer
        If the verifier refuses the plan.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        solve_milp: MilpSolver,
        matrices: Mapping[str | None, AcceptanceMatrix] | None = None,
    ) -> None:
        violations = verify(problem, plan)
        if violations:
            raise InvalidAnswer(f"requests need a valid plan to begin with; this one is not: {violations[0]}")
        self.problem, releasable = _living_by(without_move_policy(problem), plan)
        self._plan = plan
        self._wide: FitDesk | None = None
        self._solve_milp = solve_milp
        self._matrices = matrices or {}
        self._board = Board(Grid(self.problem), plan, releasable)
        self._values = BestValues(self.problem, solve_milp)
        self._search = FitSearch(self._board, self._values, solve_milp)

    def answer(
        self, request: Request, *, limits: Limits | None = None, prove_costs: bool = True
    ) -> FitAnswer:
        """Return everything that is known about one request.

        Its own type comes first. Further types follow in order until one has a free room. Once a type fits
        with moves, later types that also need moves are left out.

        Parameters
        ----------
        request
            The request.
        limits
            Time limit and cancel; None for no limit.
        prove_costs
            Whether to solve for marginal costs that the matrices do not give.

        Raises
        ------
        InvalidInput
            If the request is wrong.
        """
        faults = request_faults(self.problem, request)
        if faults:
            raise InvalidInput(faults)
        limits = limits or Limits()
        desk = self._for([request])
        if desk is not None and desk is not self:
            return desk.answer(request, limits=limits, prove_costs=prove_costs)
        fits: list[Fit] = []
        for option in request.options(self.problem):
            fit = self._free(option, limits, prove=prove_costs)
            if fit is None and all(known.offer is None for known in fits):
                fit = self._with_moves(option, limits, prove=prove_costs)
            if fit is not None:
                fits.append(fit)
                if fit.in_place is not None:
                    break
        split = None
        if request.most_changes and all(fit.offer is None for fit in fits):
            is_refused = all(fit.refusal is not None and fit.refusal.is_proved for fit in fits)
            split = split_request(
                self._search, request, limits, prove_costs=prove_costs, is_refused=is_refused
            )
        return FitAnswer(request, tuple(fits), split)

    def together(self, requests: Sequence[Request], *, limits: Limits | None = None) -> Fit:
        """Return whether several requests fit at once, each in one room of a type it may use.

        Parameters
        ----------
        requests
            The requests; the ids of their stays are unique.
        limits
            Time limit and cancel; None for no limit.

        Raises
        ------
        InvalidInput
            If one of them is wrong; places begin with ``requests`` and its position.
        """
        faults = [
            replace(fault, place=("requests", position, *fault.place))
            for position, request in enumerate(requests)
            for fault in request_faults(self.problem, request)
        ]
        if faults:
            raise InvalidInput(faults)
        limits = limits or Limits()
        stays = [replace(request.stay, current_room=None, is_locked=False) for request in requests]
        names = {name for stay in stays for name in self.problem.allowed_types(stay)}
        types = tuple(name for name in self.problem.room_types if name in names)
        desk = self._for(requests)
        if desk is None:
            return Fit(types, refusal=Refusal(is_proved=False))
        if desk is not self:
            return desk.together(requests, limits=limits)
        best = self._values.with_stays(stays, limits)
        if best.status is MilpStatus.INFEASIBLE:
            return Fit(types, refusal=self._search.refusal(stays, best.shortages, limits))
        rooms = self._all_in_place(stays, limits)
        if rooms is not None:
            return Fit(types, self._search.whole(stays, rooms, {}, 0), cost=best.cost)
        offer = self._search.moving(stays, 0, limits) or self._search.taken_from(best, stays, 0)
        refusal = Refusal(is_proved=False) if offer is None else None
        return Fit(types, None, (), offer, best.cost, refusal)

    def accepted(self, offer: Offer, requests: Sequence[Request]) -> tuple[Problem, Plan]:
        """Return the hotel with an offer accepted, and its verified plan.

        A request that is split has one stay for each piece, its id followed by ``/1``, ``/2`` and so on.

        Parameters
        ----------
        offer
            An offer from `answer` or `together`.
        requests
            The requests of the offer.

        Raises
        ------
        InvalidAnswer
            If the verifier refuses the plan.
        """
        rooms = dict(self._plan.room_by_stay) | {move.stay_id: move.to_room for move in offer.moves}
        stays = list(self.problem.stays)
        for request in requests:
            base = replace(request.stay, current_room=None, is_locked=False)
            pieces = [piece for piece in offer.pieces if piece.stay_id == base.stay_id]
            for number, piece in enumerate(pieces, start=1):
                stay_id = base.stay_id if len(pieces) == 1 else f"{base.stay_id}/{number}"
                stays.append(replace(base, stay_id=stay_id, arrival=piece.arrival, departure=piece.departure))
                rooms[stay_id] = piece.room_number
        problem, plan = self.problem.replace(stays=tuple(stays)), Plan(rooms)
        violations = verify(problem, plan)
        if violations:
            raise InvalidAnswer(f"an offer is not valid: {violations[0]}")
        return problem, plan

    def _for(self, requests: Sequence[Request]) -> FitDesk | None:
        """Return the desk whose schedule has the nights of the requests; None if it would be too long.

        Nights before the first arrival and after the last departure are free in every room.
        """
        wider = widened(self.problem, [request.stay for request in requests])
        if wider is None or wider is self.problem:
            return None if wider is None else self
        known = self._wide
        if known is None or wider.start < known.problem.start or wider.end > known.problem.end:
            known = self._wide = FitDesk(wider, self._plan, self._solve_milp)
        return known

    @cached_property
    def _best_board(self) -> Board | None:
        """The best plan without requests, room by room; None if none was found."""
        plan = self._values.best_plan(Limits())
        return None if plan is None else Board(self._board.grid, plan)

    def _free(self, stay: Stay, limits: Limits, *, prove: bool) -> Fit | None:
        """Return how a request fits into a free room; None if no room is free."""
        new, board = self._search.newcomer(stay), self._board
        ranked = sorted(
            (board.insertion_cost(room, new.arrival, new.departure), room)
            for room in board.free_rooms(new.kinds, new.arrival, new.departure)
        )
        if not ranked:
            return None
        free = tuple((self.problem.rooms[room].number, self._search.points(cost)) for cost, room in ranked)
        offer = self._search.whole([stay], [ranked[0][1]], {}, 0)
        cost = self._cost(stay, new, limits, prove=prove)
        return Fit(self.problem.allowed_types(stay), offer, free, cost=cost)

    def _with_moves(self, stay: Stay, limits: Limits, *, prove: bool) -> Fit:
        """Return how a request without a free room fits with moves, or why it does not."""
        search, board, new = self._search, self._board, self._search.newcomer(stay)
        types = self.problem.allowed_types(stay)
        full = board.sold_out(board.closure(new.kinds), new.arrival, new.departure)
        if full:
            return Fit(types, refusal=search.refusal([stay], search.sold_out(stay, new, full), limits))
        ejection = eject(board, new.arrival, new.departure, new.kinds)
        if ejection.room is not None:
            offer = search.whole([stay], [ejection.room], ejection.rooms, ejection.least_moves)
            return Fit(types, None, (), offer, self._cost(stay, new, limits, prove=prove))
        found = search.moving([stay], ejection.least_moves, limits)
        if found is not None:
            return Fit(types, None, (), found, self._cost(stay, new, limits, prove=prove))
        best = self._values.with_stays([stay], limits)
        if best.status is MilpStatus.INFEASIBLE:
            return Fit(types, refusal=search.refusal([stay], best.shortages, limits))
        found = search.taken_from(best, [stay], ejection.least_moves)
        refusal = Refusal(is_proved=False) if found is None else None
        return Fit(types, None, (), found, best.cost, refusal)

    def _cost(self, stay: Stay, new: Newcomer, limits: Limits, *, prove: bool) -> MarginalCost | None:
        """Return the marginal cost: from the matrix, else solved, else bounded by the best plan's gaps."""
        matrix = self._matrices.get(stay.room_type)
        length = new.departure - new.arrival
        arrival = -1 if matrix is None else (stay.arrival - matrix.start).days
        if matrix is not None and 0 <= arrival < matrix.num_arrivals and length <= matrix.longest_los:
            lower, upper = matrix.lower[arrival, length - 1], matrix.upper[arrival, length - 1]
            known = MarginalCost(
                Fraction(int(lower), matrix.scale) if lower < UPGRADING else None,
                Fraction(int(upper), matrix.scale) if upper < UPGRADING else None,
            )
            if known.is_exact or not prove:
                return known
        if prove:
            return self._values.with_stays([stay], limits).cost
        if self.problem.groups or self._best_board is None:
            return None
        costs = [
            self._best_board.insertion_cost(room, new.arrival, new.departure)
            for room in self._best_board.free_rooms(new.kinds, new.arrival, new.departure)
        ]
        return MarginalCost(None, self._search.points(min(costs)) if costs else None)

    def _all_in_place(self, stays: Sequence[Stay], limits: Limits) -> list[int] | None:
        """Return rooms of several requests at least gap cost with no stay moved; None if none were found."""
        locked = tuple(replace(stay, is_locked=True) for stay in self.problem.stays)
        held = self.problem.replace(stays=(*locked, *stays))
        plan = find_plan(held, self._solve_milp, limits).plan
        if plan is None:
            return None
        return [self.problem.room_index[plan.room_by_stay[stay.stay_id]] for stay in stays]


def _living_by(problem: Problem, plan: Plan) -> tuple[Problem, list[int]]:
    """Return the hotel with a plan as its current rooms, and the stays that only a lock keeps in place.

    Stays outside the movable nights become locked, so that requests may lie on those nights.
    """
    outside = {stay.stay_id for stay in problem.stays if problem.is_fixed(replace(stay, is_locked=False))}
    stays = tuple(
        replace(
            stay,
            current_room=plan.room_by_stay[stay.stay_id],
            is_locked=stay.is_locked or stay.stay_id in outside,
        )
        for stay in problem.stays
    )
    held = problem.replace(stays=stays, movable_first=None, movable_last=None)
    only_locked = [i for i, stay in enumerate(held.stays) if stay.is_locked and stay.stay_id not in outside]
    return held, only_locked
