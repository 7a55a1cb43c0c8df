"""Validity checks of a problem, all made before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, islice

from optimizer_core.domain.inventory import Room
from optimizer_core.domain.minimum_stay import LONGEST_MINIMUM_STAY_NIGHTS, MinimumStay
from optimizer_core.domain.stay import Stay
from optimizer_core.errors import MOST_FAULTS, Fault

LONGEST_HORIZON_NIGHTS = 1830
"""Five years: no hotel plans further, and a mistyped year must not cost hours."""

MOST_FREEZE_DAYS = 365
"""Most days before arrival in which stays keep their rooms."""

_LATEST_TODAY = date.max - timedelta(MOST_FREEZE_DAYS)
_MOST_NIGHTS = f"at most {LONGEST_HORIZON_NIGHTS:,} nights can be planned at once"


def find_faults(
    rooms: Sequence[Room],
    stays: Sequence[Stay],
    minimum_stay: MinimumStay,
    movable_first: date | None = None,
    movable_last: date | None = None,
    *,
    schedule: tuple[date | None, date | None] = (None, None),
    today: date | None = None,
    freeze_days: int = 0,
) -> list[Fault]:
    """Return the contradictions between the parts of a problem, in the order of the parts.

    At most ``MOST_FAULTS + 1`` faults are returned; the search stops there.

    The places name the parts in input order: ``("stays", 3, "current_room")`` is the fourth stay of the
    sequence, whatever their order in a `Problem`.
    """
    found = chain(
        _of_rooms(rooms),
        _of_stays(rooms, stays),
        _of_horizon(stays, *schedule),
        _of_fixed(rooms, stays, movable_first, movable_last, _frozen_until(today, freeze_days)),
        _of_minimum_stay(minimum_stay),
        _of_movable(movable_first, movable_last),
        _of_today(today, freeze_days),
    )
    return list(islice(found, MOST_FAULTS + 1))


def _of_rooms(rooms: Sequence[Room]) -> Iterator[Fault]:
    if not rooms:
        yield Fault(("rooms",), "the hotel has no rooms; give at least one")
    seen: dict[str, int] = {}
    for index, room in enumerate(rooms):
        if room.number in seen:
            yield Fault(
                ("rooms", index, "number"),
                f"entry {seen[room.number]} is room {room.number!r} too; room numbers must be unique",
            )
        seen.setdefault(room.number, index)


def _of_stays(rooms: Sequence[Room], stays: Sequence[Stay]) -> Iterator[Fault]:
    types = {room.room_type for room in rooms}
    seen: set[str] = set()
    for index, stay in enumerate(stays):
        if stay.stay_id in seen:
            yield Fault(("stays", index, "stay_id"), "another stay has the same id; ids must be unique")
        seen.add(stay.stay_id)
        if stay.los_nights < 1:
            yield Fault(
                ("stays", index, "los_nights"), f"{stay.los_nights} nights; a stay has at least one night"
            )
        has_own_type = stay.room_type in types
        if rooms and not has_own_type and not any(stay.may_use(room_type) for room_type in types):
            yield Fault(
                ("stays", index, "room_type"),
                f"no room has the type {stay.room_type!r}; the hotel has {_listing(types)}",
            )


def _of_horizon(stays: Sequence[Stay], start: date | None, end: date | None) -> Iterator[Fault]:
    if start is not None and end is not None:
        if end <= start:
            yield Fault(("schedule_end",), f"{end} is not after the first night {start}")
        elif (end - start).days > LONGEST_HORIZON_NIGHTS:
            yield Fault(("schedule_end",), f"{(end - start).days:,} nights after {start}; {_MOST_NIGHTS}")
    for index, stay in enumerate(stays if start is not None or end is not None else ()):
        if start is not None and stay.arrival < start:
            message = f"{stay.arrival} is before the first night of the schedule, {start}"
            yield Fault(("stays", index, "arrival"), message)
        elif end is not None and stay.departure > end:
            message = f"leaves on {stay.departure}, after the end of the schedule, {end}"
            yield Fault(("stays", index, "departure"), message)
    if not stays or (start is not None and end is not None):
        return
    if start is not None or end is not None:
        yield from _of_open_horizon(stays, start, end)
        return
    first = min(range(len(stays)), key=lambda index: stays[index].arrival)
    last = max(range(len(stays)), key=lambda index: stays[index].departure)
    nights = (stays[last].departure - stays[first].arrival).days
    if nights > LONGEST_HORIZON_NIGHTS:
        yield Fault(
            ("stays", last, "departure"),
            f"leaves {nights:,} nights after the first arrival of the schedule ({stays[first].arrival}, "
            f"entry {first}); {_MOST_NIGHTS}",
        )


def _of_open_horizon(stays: Sequence[Stay], start: date | None, end: date | None) -> Iterator[Fault]:
    """Yield the stays that lie too far from the one end of the schedule that is stated."""
    for index, stay in enumerate(stays):
        if start is not None and (stay.departure - start).days > LONGEST_HORIZON_NIGHTS:
            nights = (stay.departure - start).days
            message = f"leaves {nights:,} nights after the schedule starts ({start}); {_MOST_NIGHTS}"
            yield Fault(("stays", index, "departure"), message)
        elif end is not None and (end - stay.arrival).days > LONGEST_HORIZON_NIGHTS:
            nights = (end - stay.arrival).days
            message = f"arrives {nights:,} nights before the schedule ends ({end}); {_MOST_NIGHTS}"
            yield Fault(("stays", index, "arrival"), message)


def _frozen_until(today: date | None, freeze_days: int) -> date | None:
    if today is None or today > _LATEST_TODAY or not 0 <= freeze_days <= MOST_FREEZE_DAYS:
        return None
    return today + timedelta(freeze_days)


def _of_today(today: date | None, freeze_days: int) -> Iterator[Fault]:
    if not 0 <= freeze_days <= MOST_FREEZE_DAYS:
        yield Fault(("freeze_days",), f"{freeze_days} days; give 0 to {MOST_FREEZE_DAYS}")
    elif freeze_days and today is None:
        yield Fault(("freeze_days",), "the frozen days begin with today, which is missing; give the day")
    elif today is not None and today > _LATEST_TODAY:
        yield Fault(("today",), f"{today} is too late; give a day up to {_LATEST_TODAY}")


def _of_fixed(
    rooms: Sequence[Room],
    stays: Sequence[Stay],
    movable_first: date | None,
    movable_last: date | None,
    frozen_until: date | None,
) -> Iterator[Fault]:
    """Yield the faults of stays that must keep their room: none, unknown, wrong type, overlapping."""
    by_number = {room.number: room for room in rooms}
    held: dict[str, list[int]] = {}
    for index, stay in enumerate(stays):
        outside = _is_outside(stay, movable_first, movable_last)
        frozen = frozen_until is not None and stay.arrival < frozen_until and stay.current_room in by_number
        if not (stay.is_locked or outside or stay.is_in_house or frozen):
            continue
        why = _reason(stay, outside=outside)
        if stay.current_room is None:
            yield Fault(("stays", index, "current_room"), f"the stay {why} but has no room; name its room")
        elif stay.current_room not in by_number:
            yield Fault(
                ("stays", index, "current_room"),
                f"the stay {why}, but the hotel has no room {stay.current_room!r}",
            )
        elif not stay.may_use(by_number[stay.current_room].room_type):
            actual = by_number[stay.current_room].room_type
            yield Fault(
                ("stays", index, "current_room"),
                f"the stay {why} in room {stay.current_room!r} of type {actual!r}, which it may not use",
            )
        else:
            held.setdefault(stay.current_room, []).append(index)
    for number, indices in held.items():
        yield from _overlaps(number, indices, stays)


def _reason(stay: Stay, *, outside: bool) -> str:
    if stay.is_locked:
        return "is locked"
    if outside:
        return "lies outside the nights in which stays may move"
    return "is in house" if stay.is_in_house else "has arrived, or arrives within the frozen days"


def _overlaps(number: str, indices: list[int], stays: Sequence[Stay]) -> Iterator[Fault]:
    indices.sort(key=lambda index: (stays[index].arrival, stays[index].departure, index))
    longest = indices[0]
    for index in indices[1:]:
        if stays[index].arrival < stays[longest].departure:
            yield _overlap(number, longest, index, stays)
        if stays[index].departure > stays[longest].departure:
            longest = index


def _overlap(number: str, earlier: int, later: int, stays: Sequence[Stay]) -> Fault:
    """Return the fault of two stays that must keep one room, or of a stay and a block."""
    guest, other = (later, earlier) if stays[earlier].is_block else (earlier, later)
    if stays[other].is_block and not stays[guest].is_block:
        block = stays[other]
        message = (
            f"must keep room {number!r}, which is blocked from {block.arrival} to {block.departure}; "
            "release the stay, or change the block"
        )
        return Fault(("stays", guest, "current_room"), message)
    first = stays[later].arrival
    last = min(stays[later].departure, stays[earlier].departure) - timedelta(1)
    when = f"on {first}" if first == last else f"on the nights from {first} to {last}"
    message = f"must keep room {number!r}, and so must entry {earlier}, {when}; release one of them"
    return Fault(("stays", later, "current_room"), message)


def _of_minimum_stay(minimum_stay: MinimumStay) -> Iterator[Fault]:
    rules: list[tuple[tuple[str | int, ...], int]] = [(("default_nights",), minimum_stay.default_nights)]
    rules += [(("by_weekday", str(day)), nights) for day, nights in minimum_stay.by_weekday.items()]
    for index, period in enumerate(minimum_stay.by_period):
        rules.append((("by_period", index, "nights"), period.nights))
        if period.last < period.first:
            yield Fault(
                ("minimum_stay", "by_period", index, "last"), f"{period.last} is before {period.first}"
            )
    for place, nights in rules:
        if not 0 <= nights <= LONGEST_MINIMUM_STAY_NIGHTS:
            yield Fault(
                ("minimum_stay", *place),
                f"{nights} nights; a minimum stay is 0 to {LONGEST_MINIMUM_STAY_NIGHTS} nights",
            )


def _of_movable(movable_first: date | None, movable_last: date | None) -> Iterator[Fault]:
    if movable_first is not None and movable_last is not None and movable_last < movable_first:
        yield Fault(("movable_last",), f"{movable_last} is before {movable_first}")


def _is_outside(stay: Stay, movable_first: date | None, movable_last: date | None) -> bool:
    before = movable_first is not None and stay.arrival < movable_first
    return before or (movable_last is not None and (stay.departure - movable_last).days > 1)


def _listing(names: set[str]) -> str:
    """Return up to ten names in order, and how many more there are."""
    ordered = sorted(names)
    text = ", ".join(repr(name) for name in ordered[:10])
    return text if len(ordered) <= 10 else f"{text} and {len(ordered) - 10} more"
