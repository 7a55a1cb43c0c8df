"""The answer to a request in one line."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from optimizer_core.acceptance.fit_answer import Fit, FitAnswer, MarginalCost, Offer, Refusal
from optimizer_core.report.proof import points

_MOST_NAMES = 5


def fit_line(answer: FitAnswer, name_of: Callable[[str], str]) -> str:
    """Return one line on whether a request fits, where, with which moves and at what cost.

    Parameters
    ----------
    answer
        The answer to the request.
    name_of
        Returns the label of a stay by id; must not reveal a guest's name.
    """
    best = answer.best
    if best is not None and best.offer is not None:
        return _offered(best.offer, name_of) + _costs(best.offer, best.cost) + _instead(answer, best)
    if answer.split is not None and answer.split.offer is not None:
        return _offered(answer.split.offer, name_of) + _costs(answer.split.offer, answer.split.cost)
    first = answer.fits[0]
    if not answer.is_proved or first.refusal is None:
        return "no room was found; it is not proved that the booking cannot fit"
    return _refused(first.refusal, name_of)


def _offered(offer: Offer, name_of: Callable[[str], str]) -> str:
    rooms = [f"room {piece.room_number} of type {piece.room_type!r}" for piece in offer.pieces]
    if len(rooms) > 1:
        nights = [_counted(piece.los_nights, "night") for piece in offer.pieces]
        parts = [f"{length} in {room}" for length, room in zip(nights, rooms, strict=True)]
        where = "split: " + ", then ".join(parts)
    else:
        where = rooms[0]
    if not offer.moves:
        return f"fits: {where}, no stay moves"
    shown = [f"{name_of(move.stay_id)} to room {move.to_room}" for move in offer.moves[:_MOST_NAMES]]
    more = len(offer.moves) - _MOST_NAMES
    names = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    proof = "fewest, proved" if offer.is_fewest_moves else f"at least {offer.moves_bound} needed"
    return f"fits after {_counted(len(offer.moves), 'move')} ({proof}): {where}; {names}"


def _costs(offer: Offer, cost: MarginalCost | None) -> str:
    text = f"; gap cost in points: {_signed(offer.gap_change)}"
    if cost is not None and cost.is_exact and cost.upper is not None:
        text += f", {_signed(cost.upper)} after the best re-arrangement"
    return text


def _instead(answer: FitAnswer, best: Fit) -> str:
    own = answer.fits[0]
    if own is best:
        return ""
    return f"; its own type {' or '.join(map(repr, own.room_types))} has no room"


def _refused(refusal: Refusal, name_of: Callable[[str], str]) -> str:
    text = "does not fit, proved"
    if refusal.shortages:
        text += f": {refusal.shortages[0]}"
        more = len(refusal.shortages) - 1
        text += f" and {_counted(more, 'more shortage')}" if more else ""
    release = refusal.release
    if release is not None:
        names = ", ".join(map(name_of, release.lock_ids[:_MOST_NAMES]))
        more = len(release.lock_ids) - _MOST_NAMES
        names += f" and {more} more" if more > 0 else ""
        least = "fewest, proved" if release.is_smallest else "fewer may suffice"
        text += (
            f"; it would fit if {_counted(len(release.lock_ids), 'lock')} were released ({least}): {names}"
        )
    return text


def _signed(cost: Fraction) -> str:
    return f"{'+' if cost > 0 else '-' if cost < 0 else ''}{points(abs(cost))}"


def _counted(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"
