"""Searches for offers with few moves for newcomers; if no offer exists, for the locks in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from optimizer_core.acceptance.best_values import BestValues, BestWith
from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.fit_answer import LockRelease, Move, Offer, Piece, Refusal
from optimizer_core.acceptance.rearrange import Newcomer, Rearrangement, StretchModel, stretches
from optimizer_core.domain import Limits, Shortage, Stay, consecutive
from optimizer_core.network import MilpSolver, MilpStatus

LARGEST_WHOLE_COLUMNS = 12_000
"""Columns up to which the whole schedule is one model, which proves its answer."""

LARGEST_STRETCH_COLUMNS = 20_000
"""Columns up to which a stretch of nights is modeled."""

LARGEST_SECOND_COLUMNS = 3_000
"""Columns up to which a longer stretch is solved too, as it may need fewer moves than a shorter one."""

STRETCH_NODES = 20
"""Nodes of branch and bound for a stretch, whose result is no proof in any case."""

MARGINS_NIGHTS = (1, 4, 10)
"""Nights around a request that its stretches reach, one after the other."""


class FitSearch:
    """Searches for room for newcomers in a plan.

    Parameters
    ----------
    board
        The current rooms, which stays should keep where possible.
    values
        Best values of the hotel.
    solve_milp
        Solves the models.
    """

    def __init__(self, board: Board, values: BestValues, solve_milp: MilpSolver) -> None:
        self.board = board
        self.problem = board.grid.problem
        self.values = values
        self._solve_milp = solve_milp
        self._kind = {name: kind for kind, name in enumerate(self.problem.room_types)}

    def newcomer(self, stay: Stay) -> Newcomer:
        """Return a request as positions."""
        kinds = tuple(self._kind[name] for name in self.problem.allowed_types(stay))
        return Newcomer(self.problem.night(stay.arrival), self.problem.night(stay.departure), kinds)

    def points(self, units: int) -> Fraction:
        """Return a cost in points."""
        return Fraction(units, self.board.grid.cost_scale)

    def offer(
        self,
        pieces: Sequence[tuple[str, date, date, int]],
        moved: Mapping[int, int],
        least_moves: int,
        downgrades: int = 0,
    ) -> Offer:
        """Return an offer.

        Parameters
        ----------
        pieces
            Request, arrival, departure and room of each piece, by request and date.
        moved
            New room of each stay that moves.
        least_moves
            Proved lower bound on the moves.
        downgrades
            Changes to a type of less value.
        """
        problem, board = self.problem, self.board
        moves = {stay: room for stay, room in moved.items() if room != board.room_of[stay]}
        segments = [(problem.night(begin), problem.night(end), room) for _, begin, end, room in pieces]
        return Offer(
            tuple(
                Piece(stay_id, problem.rooms[room].number, problem.rooms[room].room_type, begin, end)
                for stay_id, begin, end, room in pieces
            ),
            tuple(
                Move(
                    problem.stays[s].stay_id,
                    problem.rooms[board.room_of[s]].number,
                    problem.rooms[room].number,
                )
                for s, room in sorted(moves.items())
            ),
            least_moves,
            self.points(board.change_cost(moves, segments)),
            downgrades,
        )

    def whole(
        self, stays: Sequence[Stay], rooms: Sequence[int], moved: Mapping[int, int], least_moves: int
    ) -> Offer:
        """Return the offer that gives each request one room."""
        pieces = [(s.stay_id, s.arrival, s.departure, room) for s, room in zip(stays, rooms, strict=True)]
        return self.offer(pieces, moved, least_moves)

    def moving(self, stays: Sequence[Stay], least_moves: int, limits: Limits) -> Offer | None:
        """Return an offer of few moves, proved fewest if one model covers the whole schedule.

        Parameters
        ----------
        stays
            The requests.
        least_moves
            A known lower bound on the moves.
        limits
            Time limit and cancel.

        Returns
        -------
        Offer or None
            None if no model found one, which proves nothing.
        """
        newcomers = [self.newcomer(stay) for stay in stays]
        kinds = self.board.closure({kind for new in newcomers for kind in new.kinds})
        found, is_whole = self._rearranged(newcomers, kinds, limits, releasing=False)
        if found is None:
            return None
        least = len(found.rooms) if is_whole and found.is_optimal else least_moves
        return self.whole(stays, list(found.newcomers), found.rooms, least)

    def taken_from(self, best: BestWith, stays: Sequence[Stay], least_moves: int) -> Offer | None:
        """Return the best plan with requests as an offer, with however many moves; None without a plan."""
        if best.rooms is None:
            return None
        index, position = self.problem.room_index, self.problem.stay_index
        ids = {stay.stay_id for stay in stays}
        moved = {position[s]: index[number] for s, number in best.rooms.items() if s not in ids}
        return self.whole(stays, [index[best.rooms[stay.stay_id]] for stay in stays], moved, least_moves)

    def _rearranged(
        self, newcomers: Sequence[Newcomer], kinds: Sequence[int], limits: Limits, *, releasing: bool
    ) -> tuple[Rearrangement | None, bool]:
        """Return the best re-arrangement, and whether its model covered the whole schedule."""
        around = stretches(self.board, newcomers, MARGINS_NIGHTS)
        whole = StretchModel(self.board, newcomers, kinds, around[-1], releasing=releasing)
        if whole.num_columns <= LARGEST_WHOLE_COLUMNS:
            answer = whole.solve(self._solve_milp, limits)
            if isinstance(answer, Rearrangement) or answer is MilpStatus.INFEASIBLE:
                return (answer if isinstance(answer, Rearrangement) else None), True
        best: Rearrangement | None = None
        for stretch in around[:-1]:
            model = StretchModel(self.board, newcomers, kinds, stretch, releasing=releasing)
            most = LARGEST_STRETCH_COLUMNS if best is None else LARGEST_SECOND_COLUMNS
            if limits.is_over() or model.num_columns > most:
                break
            answer = model.solve(self._solve_milp, limits, STRETCH_NODES)
            if isinstance(answer, Rearrangement):
                if best is not None:
                    return min(answer, best, key=_disturbance), False
                best = answer
        return best, False

    def refusal(self, stays: Sequence[Stay], shortages: Sequence[Shortage], limits: Limits) -> Refusal:
        """Return the proof that stays do not fit, with the locks whose release would let them in."""
        newcomers = [self.newcomer(stay) for stay in stays]
        kinds = self.board.closure({kind for new in newcomers for kind in new.kinds}, releasing=True)
        if any(self.board.sold_out(kinds, new.arrival, new.departure) for new in newcomers):
            return Refusal(is_proved=True, shortages=tuple(shortages))
        found, is_whole = self._rearranged(newcomers, kinds, limits, releasing=True)
        if found is None:
            return Refusal(is_proved=True, shortages=tuple(shortages))
        ids = tuple(sorted(self.problem.stays[stay].stay_id for stay in found.released))
        release = LockRelease(ids, (is_whole and found.is_optimal) or len(ids) == 1)
        return Refusal(is_proved=True, shortages=tuple(shortages), release=release)

    def sold_out(self, stay: Stay, new: Newcomer, full: Sequence[int]) -> list[Shortage]:
        """Return the nights on which every room that matters is taken."""
        board, problem = self.board, self.problem
        kinds = board.closure(new.kinds)
        there = [other for room in board.rooms(kinds) for other in board.blockers(room, full[0], full[0] + 1)]
        types = tuple(problem.room_types[kind] for kind in kinds)
        free = [problem.stays[other].stay_id for other in there if board.is_movable(other)]
        held = [problem.stays[other].stay_id for other in there if not board.is_movable(other)]
        return [
            Shortage(types, first, last, 1, (*free, stay.stay_id), tuple(held))
            for first, last in consecutive([problem.date(night) for night in full])
        ]


def _disturbance(found: Rearrangement) -> tuple[int, int]:
    return len(found.released), len(found.rooms)
