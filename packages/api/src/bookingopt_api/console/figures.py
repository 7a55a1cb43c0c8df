"""The key figures at the top of a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bookingopt_api.console.names import name_of
from optimizer_core.picture import moves_stated, percent, verdict
from optimizer_core.wire import PlanEntry, ResultDocument
from optimizer_core.wire.shortages import ShortageEntry

_SHOWN_STAYS = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its meaning.

    Parameters
    ----------
    label
        What is counted.
    value
        The number as text.
    note
        What to compare it with.
    tone
        ``good``, ``bad`` or empty.
    """

    label: str
    value: str
    note: str = ""
    tone: str = ""


def figures(result: ResultDocument) -> tuple[Figure, ...]:
    """Return the figures of a result; empty if it has no plan."""
    return tuple(_figures(result)) if result.succeeded else ()


def _figures(result: ResultDocument) -> Iterator[Figure]:
    yield _compared("Orphan nights", result.orphan_nights_before, result.orphan_nights_after)
    yield _compared("Gap cost, points", result.gap_cost_before, result.gap_cost_after)
    moved, stays = result.moved_stays or 0, len(result.optimized_plan)
    yield Figure("Stays that change rooms", f"{moved:,}", moves_stated(result))
    if result.upgraded_stays:
        yield Figure("Stays outside their type", f"{result.upgraded_stays:,}", f"of {stays:,}")
    is_proved = result.solver_status == "optimal"
    gap = "?" if result.gap is None else percent(result.gap)
    yield Figure("Proof", "Best" if is_proved else gap, verdict(result), "good" if is_proved else "")


def _compared(label: str, before: float | None, after: float | None) -> Figure:
    note = "the current rooms are not a valid plan" if before is None else f"before: {_number(before)}"
    tone = "good" if before is not None and after is not None and after < before else ""
    return Figure(label, "?" if after is None else _number(after), note, tone)


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def shortage_lines(result: ResultDocument) -> tuple[str, ...]:
    """Return the room shortages, one line each."""
    entries = result.initial_plan or result.optimized_plan
    return tuple(shortage_line(shortage, entries) for shortage in result.shortages)


def shortage_line(shortage: ShortageEntry, entries: Sequence[PlanEntry]) -> str:
    """Return the room shortage as a line, with the names of the competing stays."""
    rooms = "1 room" if shortage.rooms_short == 1 else f"{shortage.rooms_short} rooms"
    until = "" if shortage.first == shortage.last else f" to {shortage.last}"
    types = " or ".join(shortage.room_types)
    line = f"Short of {rooms} of type {types}, night of {shortage.first}{until}"
    competing = [name_of(entries, position) for position in shortage.reservations]
    locked = [name_of(entries, position) for position in shortage.locks]
    line += f"; stays that compete: {_listed(competing)}" if competing else ""
    return line + (f"; locked in their rooms: {_listed(locked)}" if locked else "")


def _listed(names: list[str]) -> str:
    rest = len(names) - _SHOWN_STAYS
    return ", ".join(names[:_SHOWN_STAYS]) + (f" and {rest:,} more" if rest > 0 else "")
