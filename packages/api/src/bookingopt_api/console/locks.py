"""The cost of each lock of a hotel, for the page of moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bookingopt_api.console.names import name_of
from optimizer_core.picture import points
from optimizer_core.wire import LockPriceEntry, ResultDocument

MOST_LINES = 50
"""Most locks that the page lists; the result document has all of them."""


@dataclass(frozen=True, slots=True)
class LockLine:
    """One lock and its price.

    Parameters
    ----------
    name, identity
        Guest, and Id of the reservation as text; empty if it has none.
    room, arrival, nights
        Room and dates of the stay.
    price
        Points of gap cost that the plan would save without the lock, or the range that they lie in.
    """

    name: str
    identity: str
    room: str
    arrival: date
    nights: int
    price: str


def dearest_locks(result: ResultDocument) -> tuple[LockLine, ...]:
    """Return the locks that may cost something, the most expensive first, at most `MOST_LINES`.

    Parameters
    ----------
    result
        The result document.
    """
    costly = [
        entry
        for entry in result.lock_prices
        if entry.at_least > 0 or (entry.at_most or 0) > 0 or entry.upgrades_avoided
    ]
    return tuple(
        LockLine(
            name_of(result.optimized_plan, entry.reservation),
            "" if entry.id is None else str(entry.id),
            entry.room,
            entry.arrival,
            entry.length,
            _price(entry),
        )
        for entry in costly[:MOST_LINES]
    )


def _price(entry: LockPriceEntry) -> str:
    if entry.upgrades_avoided:
        count = entry.upgrades_avoided
        return f"{count} upgrade{'' if count == 1 else 's'}"
    if entry.price is not None:
        return points(entry.price)
    if entry.at_most is None:
        return f"at least {points(entry.at_least)}"
    return f"{points(entry.at_least)} to {points(entry.at_most)}"
