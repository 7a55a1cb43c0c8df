"""Prices of locks as entries of the result document."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer_core.locks import LockPrice
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.kinds import number
from optimizer_core.wire.result import LockPriceEntry


def lock_entries(loaded: LoadedProblem, prices: Sequence[LockPrice]) -> list[LockPriceEntry]:
    """Return the entries of prices, in the same order."""
    return [_entry(loaded, price) for price in prices]


def _entry(loaded: LoadedProblem, price: LockPrice) -> LockPriceEntry:
    row = loaded.row_by_stay[price.stay.stay_id]
    entry = loaded.document.reservations[row]
    return LockPriceEntry(
        reservation=row,
        name=entry.name,
        id=entry.id,
        room=price.stay.current_room or "",
        arrival=entry.arrival,
        length=entry.length,
        at_least=float(price.at_least),
        at_most=number(price.at_most),
        price=number(price.exact),
        upgrades_avoided=price.upgrades,
    )
