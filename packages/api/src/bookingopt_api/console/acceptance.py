"""The cost of one more stay as a table: a row for each arrival, a column for each length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bookingopt_api.console.nights import is_weekend
from bookingopt_api.console.restrictions import HOUSE
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.acceptance import AcceptanceEntry

_UNKNOWN = "It is not proved to cost at most {:,g} points; how much it costs was not worked out."


@dataclass(frozen=True, slots=True)
class StayCell:
    """One arrival and length.

    Parameters
    ----------
    nights
        Length.
    state
        ``G``, ``B``, ``C`` or ``-`` as in the result document.
    text
        The cost in points if it is known and the stay fits, else the letter of the state.
    title
        Explains a letter that stands for an unknown cost; empty otherwise.
    """

    nights: int
    state: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """The stays of one arrival."""

    arrival: date
    is_weekend: bool
    is_today: bool
    cells: tuple[StayCell, ...]


@dataclass(frozen=True, slots=True)
class AcceptanceView:
    """The data that the template shows.

    Parameters
    ----------
    entry
        The matrix chosen.
    types
        The matrices to choose from: label and room type, empty for the whole hotel.
    rows
        One for each arrival.
    """

    entry: AcceptanceEntry
    types: tuple[tuple[str, str], ...]
    rows: tuple[ArrivalRow, ...]


def acceptance_view(result: ResultDocument, today: date, room_type: str = "") -> AcceptanceView | None:
    """Return the matrix of a type.

    Parameters
    ----------
    result
        The result document.
    today
        The arrival to be marked.
    room_type
        As in the result; empty for the whole hotel. If the result has no such type, the first matrix is
        taken.

    Returns
    -------
    AcceptanceView or None
        None if the result has no matrix.
    """
    matrices = result.acceptance_matrices
    if not matrices:
        return None
    chosen = next((entry for entry in matrices if (entry.room_type or "") == room_type), matrices[0])
    types = tuple((entry.room_type or HOUSE, entry.room_type or "") for entry in matrices)
    rows = tuple(_row(chosen, position, today) for position in range(len(chosen.states)))
    return AcceptanceView(chosen, types, rows)


def _row(entry: AcceptanceEntry, position: int, today: date) -> ArrivalRow:
    arrival = entry.start + timedelta(position)
    costs = entry.costs[position] if position < len(entry.costs) else []
    cells = tuple(
        _cell(entry, column + 1, state, costs[column] if column < len(costs) else None)
        for column, state in enumerate(entry.states[position])
    )
    return ArrivalRow(arrival, is_weekend(arrival), arrival == today, cells)


def _cell(entry: AcceptanceEntry, nights: int, state: str, cost: float | None) -> StayCell:
    title = _UNKNOWN.format(entry.threshold) if state == "B" and cost is None else ""
    return StayCell(nights, state, _text(state, cost), title)


def _text(state: str, cost: float | None) -> str:
    if state not in "GB" or cost is None:
        return "" if state == "-" else state
    return f"{cost:.1f}".removesuffix(".0") if abs(cost) < 100 else f"{cost:.0f}"
