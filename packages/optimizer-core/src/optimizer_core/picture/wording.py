"""The words of a tape chart: dates, tooltips and figures, in English whatever the locale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from optimizer_core.picture.chart import ChartStay, Side, TapeChart
from optimizer_core.picture.lettering import one_line
from optimizer_core.picture.placement import Placement, RoomGap

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_LONGEST_NAME = 80


def short_date(day: date) -> str:
    """Return a date such as ``1 Oct``."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def period(start: date, end: date) -> str:
    """Return a half-open period as its first and last date, such as ``1 Oct to 14 Dec 2026``."""
    last = end - timedelta(1)
    if start == last:
        return f"{short_date(start)} {start.year}"
    first_year = f" {start.year}" if start.year != last.year else ""
    return f"{short_date(start)}{first_year} to {short_date(last)} {last.year}"


def count(number: int, noun: str) -> str:
    """Return a number and a noun, such as ``1 night`` or ``1,200 nights``."""
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def points(cost: Fraction) -> str:
    """Return a cost with at most two decimals, such as ``33.5``."""
    return f"{float(cost):,.2f}".rstrip("0").rstrip(".")


@lru_cache(maxsize=65_536)
def brief(text: str) -> str:
    """Return a name shortened for a tooltip."""
    text = one_line(text)
    return text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "…"


def stay_tooltip(chart: TapeChart, stay: ChartStay, side: Side, room_type: str | None) -> str:
    """Return the description of a stay, in one line.

    Parameters
    ----------
    room_type
        Type of the room that it is drawn in; None without a room.
    """
    return ", ".join(_stay_facts(chart, stay, side, room_type))


def _stay_facts(chart: TapeChart, stay: ChartStay, side: Side, room_type: str | None) -> Iterator[str]:
    is_one_month = stay.arrival.month == stay.departure.month and stay.los_nights < 31
    first = str(stay.arrival.day) if is_one_month else short_date(stay.arrival)
    when = f"{first} to {short_date(stay.departure)}, {count(stay.los_nights, 'night')}"
    name = brief(stay.name)
    if stay.is_block:
        name = f"Block, {name}" if name else "Block"
    yield f"{name}: {when}" if name else when
    number = stay.room(side)
    yield "no room" if room_type is None else f"room {brief(number or '')}"
    if stay.is_moved:
        other = f"moves to {stay.room_after}" if side is Side.BEFORE else f"moved from {stay.room_before}"
        yield brief(other)
    if stay.is_locked:
        yield "locked"
    if stay.group is not None:
        yield f"group {chart.group_letters[stay.group]} ({brief(stay.group)})"
    if stay.is_new:
        yield "new request"
    if room_type is not None and stay.room_type not in (None, room_type):
        yield f"booked {brief(stay.room_type or '')}"


def gap_tooltip(gap: RoomGap, room_number: str) -> str:
    """Return the description of a gap, in one line."""
    kind = "Orphan gap" if gap.is_orphan else "Gap"
    when = f"{count(gap.nights, 'night')} from {short_date(gap.start)}"
    return f"{kind}: {when}, room {brief(room_number)}, minimum stay {gap.minimum_stay_nights}"


def panel_facts(placement: Placement) -> str:
    """Return the figures of one side, in one line."""
    return f"{count(placement.orphan_nights, 'orphan night')}, gap cost {points(placement.gap_cost)}"


def description(chart: TapeChart, placements: tuple[Placement, ...]) -> str:
    """Return the text alternative of the picture, in a few sentences."""
    drawn = sum(
        stay.arrival < chart.end and stay.departure > chart.start and not stay.is_block
        for stay in chart.stays
    )
    what = f"{count(len(chart.rooms), 'room')} and {count(drawn, 'stay')}"
    when = f"{count(chart.num_nights, 'night')}, {period(chart.start, chart.end)}"
    sentences = [f"Rooms down, nights across: {what}, {when}."]
    sentences += [f"{place.side.value.capitalize()}: {panel_facts(place)}." for place in placements]
    if set(chart.sides) == set(Side):
        sentences.append(f"Stays moved: {sum(stay.is_moved for stay in chart.stays):,}.")
    verdict = stated_verdict(chart, placements)
    if verdict:
        sentences.append(f"{verdict}.")
    return " ".join(sentences)


def stated_verdict(chart: TapeChart, placements: tuple[Placement, ...]) -> str:
    """Return what is proved; empty if there is a plan but only the current rooms are drawn."""
    is_about_what_is_drawn = any(place.side is Side.AFTER for place in placements)
    return one_line(chart.verdict) if is_about_what_is_drawn or Side.AFTER not in chart.sides else ""
