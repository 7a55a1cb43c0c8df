"""Moves, terms and gaps as entries of the result document."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from optimizer_core.domain import Gap, Problem
from optimizer_core.objective import Term, gap_cost
from optimizer_core.report import Move, MoveChain, MoveReason, points
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.result import GapEntry, MatchEntry, MoveChainEntry, MoveEntry, TermEntry

_TERMS_IN_POINTS = {"adjacency", "gaps"}


def name_by_row(loaded: LoadedProblem) -> Callable[[str], str]:
    """Return a function that names a stay in messages: by its row and its Id, never by its Name."""

    def name_of(stay_id: str) -> str:
        row = loaded.row_by_stay.get(stay_id)
        if row is None:
            return _name_of_block(loaded.problem, stay_id)
        identity = loaded.document.reservations[row].id
        shown = f" (Id {identity})" if isinstance(identity, int | str) and identity != "" else ""
        return f"Reservations[{row}]{shown}"

    return name_of


def _name_of_block(problem: Problem, stay_id: str) -> str:
    index = problem.stay_index.get(stay_id)
    if index is None or not problem.stays[index].is_block:
        return "an unknown stay"
    block = problem.stays[index]
    return f"the block of room {block.current_room} from {block.arrival} to {block.departure}"


def rows_of(loaded: LoadedProblem, stay_ids: Iterable[str]) -> list[int]:
    """Return the positions of stays in the document's ``Reservations``."""
    return [loaded.row_by_stay[stay_id] for stay_id in stay_ids if stay_id in loaded.row_by_stay]


def move_entry(loaded: LoadedProblem, move: Move, chain: MoveChain) -> MoveEntry:
    """Return a move with its reason."""
    row = loaded.row_by_stay[move.stay.stay_id]
    entry = loaded.document.reservations[row]
    return MoveEntry(
        reservation=row,
        name=entry.name,
        id=entry.id,
        from_room=move.from_room,
        to_room=move.to_room,
        arrival=entry.arrival,
        length=entry.length,
        closes=None if move.closes is None else _gap(loaded.problem, move.closes),
        chain=move.chain,
        reason=_why(loaded, move, chain),
    )


def _why(loaded: LoadedProblem, move: Move, chain: MoveChain) -> str:
    gap, taker = move.closes, move.makes_place_for
    text = str(move.reason)
    if move.reason in {MoveReason.FILLS_GAP, MoveReason.LEAVES_GAP} and gap is not None:
        nights = "1 night" if gap.nights == 1 else f"{gap.nights} nights"
        kind = "orphan gap" if gap.is_orphan else "gap"
        verb = "it fills" if move.reason is MoveReason.FILLS_GAP else "its departure closes"
        text = f"{verb} the {kind} of {nights} in room {gap.room_number} from {gap.start}"
    elif move.reason is MoveReason.MAKES_PLACE and taker is not None:
        text = f"it makes way in room {move.from_room} for {name_by_row(loaded)(taker.stay_id)}"
    return text + _what_the_chain_saves(chain)


def _what_the_chain_saves(chain: MoveChain) -> str:
    size, saved = len(chain.stay_ids), chain.gap_cost_saved
    does = ""
    if saved:
        does = f"{'save' if saved > 0 else 'cost'}{'s' if size == 1 else ''} {points(abs(saved))} points"
    if size == 1:
        return f"; {does}" if does else ""
    together = f"; one of {size} moves that make way for each other"
    return f"{together} and {does}" if does else together


def _gap(problem: Problem, gap: Gap) -> GapEntry:
    cost = gap_cost(gap.minimum_stay_nights, gap.nights, problem.cost_scale)
    return GapEntry(
        room=gap.room_number,
        start=gap.start,
        nights=gap.nights,
        minimum_stay=gap.minimum_stay_nights,
        cost=cost / problem.cost_scale,
    )


def chain_entry(chain: MoveChain) -> MoveChainEntry:
    """Return the entry of a chain of moves."""
    return MoveChainEntry(
        moves=len(chain.stay_ids),
        gap_cost_saved=None if chain.gap_cost_saved is None else float(chain.gap_cost_saved),
        orphan_nights_closed=chain.orphan_nights_closed,
    )


def term_entry(loaded: LoadedProblem, term: Term) -> TermEntry:
    """Return the entry of a term of the objective, with its matches."""
    scale = loaded.problem.cost_scale if term.name in _TERMS_IN_POINTS else 1
    matches = () if term.name == "moves" else term.matches
    return TermEntry(
        name=term.name,
        total=term.total / scale,
        matches=[
            MatchEntry(
                cost=match.cost / scale,
                reservations=rows_of(loaded, match.stay_ids),
                rooms=list(match.room_numbers),
                start=match.start,
                nights=match.nights,
                why=match.why,
            )
            for match in matches
        ],
    )
