"""A request split over rooms: a path of pieces with fewest changes of room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.fit_answer import Offer, Split
from optimizer_core.acceptance.fit_search import FitSearch
from optimizer_core.domain import RUN_OF_HOUSE, Limits, Stay
from optimizer_core.domain.request import Request
from optimizer_core.network import MilpStatus

Segment = tuple[int, int, int]
"""One piece: arrival, departure, room."""

MOST_CUTS = 24
"""Ways to cut a request that are solved with re-arrangement; beyond, nothing is proved."""


def split_in_place(
    board: Board, nights: tuple[int, int], ranks: dict[int, int], most_changes: int, least_nights: int
) -> list[Segment] | None:
    """Return the pieces with fewest changes, then fewest downgrades, then least gap cost, or None.

    Two pieces in one room have another stay between them; otherwise they could be joined with fewer changes.
    So their gap costs add up, and the search need not remember the rooms before a piece, only the last type.

    Parameters
    ----------
    board
        The plan; no stay moves.
    nights
        Arrival and departure of the request.
    ranks
        Rank of each type that may be used, lowest for the best; a change to a higher rank is a downgrade.
    most_changes
        Most changes of room.
    least_nights
        Least nights of a piece.
    """
    arrival, departure = nights
    # By morning and rank of the last type: (downgrades, gap cost, pieces).
    layer: dict[tuple[int, int], tuple[int, int, tuple[Segment, ...]]] = {(arrival, -1): (0, 0, ())}
    for _ in range(most_changes + 1):
        following: dict[tuple[int, int], tuple[int, int, tuple[Segment, ...]]] = {}
        for start in sorted({morning for morning, _ in layer}):
            before = [(rank, state) for (morning, rank), state in layer.items() if morning == start]
            for end, room in _free_pieces(board, start, departure, ranks, least_nights):
                rank = ranks[board.grid.room_type[room]]
                cost = board.insertion_cost(room, start, end)
                for last, (downgrades, spent, pieces) in before:
                    worse = downgrades + (0 <= last < rank)
                    state = (worse, spent + cost, (*pieces, (start, end, room)))
                    key = (end, rank)
                    if key not in following or state < following[key]:
                        following[key] = state
        complete = [state for (morning, _), state in following.items() if morning == departure]
        if complete:
            return list(min(complete)[2])
        layer = following
    return None


def _free_pieces(
    board: Board, start: int, departure: int, ranks: dict[int, int], least_nights: int
) -> Iterator[tuple[int, int]]:
    """Yield (end, room) of the pieces from a morning that do not leave a rest too short for a piece."""
    for room in board.rooms(ranks):
        taken = board.occupied[room] >> start
        reach = departure - start
        if taken:
            reach = min(reach, (taken & -taken).bit_length() - 1)
        for length in range(least_nights, reach + 1):
            if start + length == departure or departure - start - length >= least_nights:
                yield start + length, room


def cuts(arrival: int, departure: int, changes: int, least_nights: int) -> Iterator[tuple[int, ...]]:
    """Yield the mornings of the changes for each way to cut a stay."""
    inside = range(arrival + least_nights, departure - least_nights + 1)
    for mornings in combinations(inside, changes):
        ends = (arrival, *mornings, departure)
        if all(two - one >= least_nights for one, two in pairwise(ends)):
            yield mornings


def split_request(
    search: FitSearch,
    request: Request,
    limits: Limits,
    *,
    prove_costs: bool = True,
    is_refused: bool = True,
) -> Split:
    """Return a request split over rooms: without moves if possible, else with moves.

    Pieces without moves come first, even if moves would allow fewer changes; then the offer does not count as
    proved.

    Parameters
    ----------
    search
        The hotel.
    request
        The request; it fits into no single room.
    limits
        Time limit and cancel.
    prove_costs
        Whether to solve what the pieces cost, and whether a re-arrangement would need fewer changes.
    is_refused
        Whether it is proved that the request fits into no single room.
    """
    problem, board = search.problem, search.board
    types = [stay.room_type for stay in request.options(problem)]
    names = problem.room_types if types == [RUN_OF_HOUSE] else [str(name) for name in types]
    ranks = {problem.room_types.index(name): request.rank(name) for name in names}
    nights = (problem.night(request.stay.arrival), problem.night(request.stay.departure))
    pieces = split_in_place(board, nights, ranks, request.most_changes, request.least_piece_nights)
    if pieces is not None:
        cost = None
        if prove_costs:
            mornings = tuple(end for _, end, _ in pieces[:-1])
            cost = search.values.with_stays(_cut(search, request, mornings), limits).cost
        offer = _offer(search, request, pieces, {}, 0, ranks)
        fewer = range(1, offer.changes)
        is_fewest = is_refused and (
            not fewer or (prove_costs and _none_fits(search, request, nights, fewer, limits))
        )
        return Split(offer, cost, is_proved=is_fewest)
    if board.sold_out(board.closure(ranks), *nights):
        return Split(None, is_proved=True)
    split = _rearranged(search, request, nights, ranks, limits)
    return replace(split, is_proved=split.is_proved and (is_refused or split.offer is None))


def _none_fits(
    search: FitSearch, request: Request, nights: tuple[int, int], changes: range, limits: Limits
) -> bool:
    """Return whether it is proved that no cut with these numbers of changes fits, even with moves."""
    tried = 0
    for count in changes:
        for mornings in cuts(*nights, count, request.least_piece_nights):
            if tried == MOST_CUTS or limits.is_over():
                return False
            tried += 1
            found = search.values.with_stays(_cut(search, request, mornings), limits)
            if found.status is not MilpStatus.INFEASIBLE:
                return False
    return True


def _rearranged(
    search: FitSearch, request: Request, nights: tuple[int, int], ranks: dict[int, int], limits: Limits
) -> Split:
    """Return the first way to cut a request, in order of changes, that fits with moves."""
    tried, is_open = 0, False
    for changes in range(1, request.most_changes + 1):
        for mornings in cuts(*nights, changes, request.least_piece_nights):
            if tried == MOST_CUTS or limits.is_over():
                return Split(None, is_proved=False)
            tried += 1
            stays = _cut(search, request, mornings)
            best = search.values.with_stays(stays, limits)
            if best.rooms is None:
                is_open = is_open or best.status is not MilpStatus.INFEASIBLE
                continue
            moving = search.moving(stays, 1, limits) or search.taken_from(best, stays, 1)
            if moving is None:
                is_open = True
                continue
            index = search.problem.room_index
            pieces = [
                (
                    search.problem.night(piece.arrival),
                    search.problem.night(piece.departure),
                    index[piece.room_number],
                )
                for piece in moving.pieces
            ]
            stay_index = search.problem.stay_index
            moved = {stay_index[move.stay_id]: index[move.to_room] for move in moving.moves}
            # Another cut may need fewer moves, so no bound beyond 1 is proved.
            return Split(_offer(search, request, pieces, moved, 1, ranks), best.cost, is_proved=not is_open)
    return Split(None, is_proved=not is_open)


def _cut(search: FitSearch, request: Request, mornings: Sequence[int]) -> list[Stay]:
    """Return the pieces of a request as separate stays."""
    stay = replace(request.stay, current_room=None, is_locked=False)
    ends = (stay.arrival, *map(search.problem.date, mornings), stay.departure)
    return [
        replace(stay, stay_id=f"{stay.stay_id}/{number}", arrival=begin, departure=end)
        for number, (begin, end) in enumerate(pairwise(ends), start=1)
    ]


def _offer(
    search: FitSearch,
    request: Request,
    pieces: Sequence[Segment],
    moved: dict[int, int],
    least_moves: int,
    ranks: dict[int, int],
) -> Offer:
    """Return the offer of some pieces, those in one room after another joined."""
    joined: list[Segment] = []
    for begin, end, room in pieces:
        if joined and joined[-1][2] == room:
            joined[-1] = (joined[-1][0], end, room)
        else:
            joined.append((begin, end, room))
    order = [ranks[search.board.grid.room_type[room]] for _, _, room in joined]
    downgrades = sum(after > before for before, after in pairwise(order))
    stay_id, day = request.stay.stay_id, search.problem.date
    dated = [(stay_id, day(begin), day(end), room) for begin, end, room in joined]
    return search.offer(dated, moved, least_moves, downgrades)
