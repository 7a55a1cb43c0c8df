"""One pass over the values of a parsed document, to find those beyond a limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bookingopt_api.documents.limits import DocumentLimits, too_many
from bookingopt_api.documents.spellings import names_of, spellings_of
from optimizer_core.errors import MOST_FAULTS, Fault
from optimizer_core.wire import NewReservation, ProblemDocument, Reservation, RoomEntry
from optimizer_core.wire.problem import RoomBlockEntry

LONGEST_TEXT = 1000
"""Most characters of one text, and of one field name."""
MOST_UNKNOWN = 1000
"""Unknown fields that are reported one by one; beyond that the document is refused."""

_ROOMS, _STAYS, _REQUESTS, _BLOCKS = "Rooms", "Reservations", "NewReservations", "RoomBlocks"
_ENTRY_LEVEL = 3  # the document is level 1, its lists are level 2

_CONTAINERS = (list, dict)

Place = tuple[str | int, ...]
Entry = dict[str, object]


class Examination:
    """Finds values beyond a limit; other faults are left to validation.

    Parameters
    ----------
    limits
        Limits of a document.
    """

    def __init__(self, limits: DocumentLimits) -> None:
        self._limits = limits
        self._faults: list[Fault] = []
        self._unknown = 0
        self._days: dict[object, int | None] = {}

    def faults_of(self, document: Entry) -> list[Fault]:
        """Return the places where a document is beyond a limit, in no particular order."""
        limits = self._limits
        rooms = self._entries(document, _ROOMS, limits.rooms)
        stays = self._entries(document, _STAYS, limits.reservations)
        requests = self._entries(document, _REQUESTS, limits.new_reservations)
        blocks = self._entries(document, _BLOCKS, limits.room_blocks)
        self._entries(document, "MinimumStayByDate", limits.horizon_nights)
        if self._faults:
            return self._faults
        apart = {spelling for name in (_ROOMS, _STAYS, _REQUESTS, _BLOCKS) for spelling in spellings_of(name)}
        rest = {name: value for name, value in document.items() if name not in apart}
        self._look((), rest, _FIELDS_OF_DOCUMENT)
        self._look_at_each(_ROOMS, rooms, _FIELDS_OF_ROOM)
        self._look_at_each(_STAYS, stays, _FIELDS_OF_STAY)
        self._look_at_each(_REQUESTS, requests, _FIELDS_OF_REQUEST)
        self._look_at_each(_BLOCKS, blocks, _FIELDS_OF_BLOCK)
        self._count_adjacencies(rooms)
        self._count_groups([*stays, *requests])
        self._measure_horizon(document, {_STAYS: stays, _REQUESTS: requests, _BLOCKS: blocks})
        self._measure_minimum_stays(document)
        return self._faults

    def _add(self, place: Place, count: int, what: str, most: int) -> None:
        if count > most:
            self._faults.append(too_many(place, count, what, most))

    def _entries(self, document: Entry, name: str, most: int) -> Sequence[object]:
        entries = _get(document, name)
        if not isinstance(entries, list):
            return ()
        self._add((name,), len(entries), "entries", most)
        return entries

    def _look_at_each(self, name: str, entries: Iterable[object], known: frozenset[str]) -> None:
        for row, entry in enumerate(entries):
            if isinstance(entry, dict):
                self._look((name, row), entry, known)
            else:
                self._look_inside((name, row), entry, _ENTRY_LEVEL)
            if len(self._faults) >= MOST_FAULTS or self._unknown > MOST_UNKNOWN:
                return

    def _look(self, place: Place, entry: Entry, known: frozenset[str]) -> None:
        """Check the values of an object with known fields; it is one level above its values."""
        if not entry.keys() <= known:
            self._count_unknown(place, entry.keys() - known)
        for name, value in entry.items():
            # Almost every value ends here, so this line decides how long a large document takes.
            if isinstance(value, str):
                if len(value) > LONGEST_TEXT:
                    self._add((*place, name[:LONGEST_TEXT]), len(value), "characters", LONGEST_TEXT)
            elif value and isinstance(value, _CONTAINERS):
                depth = len(place) + 2
                if depth > self._limits.depth or not _is_list_of_short_texts(value):
                    self._look_inside((*place, name[:LONGEST_TEXT]), value, depth)

    def _count_unknown(self, place: Place, names: Iterable[str]) -> None:
        before = self._unknown
        for name in names:
            self._unknown += 1
            self._add(place, len(name), "characters in the name of a field", LONGEST_TEXT)
        if before <= MOST_UNKNOWN < self._unknown:
            self._add(place, self._unknown, "unknown fields up to here", MOST_UNKNOWN)

    def _look_inside(self, place: Place, value: object, level: int) -> None:
        """Check a value and everything inside it, until something is beyond a limit."""
        inside = [(value, level)]
        while inside:
            current, depth = inside.pop()
            if isinstance(current, str):
                if len(current) > LONGEST_TEXT:
                    self._add(place, len(current), "characters", LONGEST_TEXT)
                    return
            elif isinstance(current, list | dict):
                if depth > self._limits.depth:
                    self._add(place, depth, "levels of lists and objects", self._limits.depth)
                    return
                parts = current if isinstance(current, list) else [*current, *current.values()]
                inside += [(part, depth + 1) for part in parts]

    def _count_adjacencies(self, rooms: Sequence[object]) -> None:
        lists = [_get(room, "AdjacentRooms") for room in rooms if isinstance(room, dict)]
        count = sum(len(numbers) for numbers in lists if isinstance(numbers, list))
        self._add((_ROOMS,), count, "adjacent rooms", self._limits.adjacencies)

    def _count_groups(self, stays: Sequence[object]) -> None:
        labels = (_get(stay, "AdjacencyGroup") for stay in stays if isinstance(stay, dict))
        groups = {label for label in labels if isinstance(label, str)}
        self._add((_STAYS,), len(groups), "adjacency groups", self._limits.groups)

    def _measure_horizon(self, document: Entry, lists: dict[str, Sequence[object]]) -> None:
        """Check the nights of each entry within the schedule of the document, and those of all together."""
        most, first, last = self._limits.horizon_nights, date.max.toordinal(), 0
        start, end = self._day(_get(document, "ScheduleStart")), self._day(_get(document, "ScheduleEnd"))
        if start is not None and end is not None:
            self._add(("ScheduleEnd",), end - start, "nights from ScheduleStart", most)
        for name, entries in lists.items():
            for row, entry in enumerate(entries):
                if not isinstance(entry, dict) or len(self._faults) >= MOST_FAULTS:
                    continue
                span = self._nights_of(entry, is_block=name == _BLOCKS)
                if span is None:
                    continue
                arrival = span[0] if start is None else max(span[0], start)
                departure = span[1] if end is None else min(span[1], end)
                if arrival >= departure and span[0] < span[1]:
                    continue  # outside the schedule
                if departure - arrival > most:
                    field = "End" if name == _BLOCKS else "Length"
                    self._add((name, row, field), departure - arrival, "nights", most)
                first, last = min(first, arrival), max(last, departure)
        self._add((_STAYS,), last - first, "nights from the first arrival to the last departure", most)

    def _nights_of(self, entry: Entry, *, is_block: bool) -> tuple[int, int] | None:
        """Return the first night of an entry and the day after its last one; None if it is not readable."""
        if is_block:
            first, last = self._day(_get(entry, "Start")), self._day(_get(entry, "End"))
        else:
            first, nights = self._day(_get(entry, "Arrival")), _nights(_get(entry, "Length"))
            last = None if first is None or nights is None else first + nights
        return None if first is None or last is None else (first, last)

    def _measure_minimum_stays(self, document: Entry) -> None:
        by_weekday, by_date = _get(document, "MinimumStayByDay"), _get(document, "MinimumStayByDate")
        found: dict[Place, object] = {("MinimumStay",): _get(document, "MinimumStay")}
        if isinstance(by_weekday, dict):
            found |= {("MinimumStayByDay", day): nights for day, nights in by_weekday.items()}
        for row, period in enumerate(by_date if isinstance(by_date, list) else ()):
            if isinstance(period, dict):
                found["MinimumStayByDate", row, "MinimumStay"] = _get(period, "MinimumStay")
        for place, value in found.items():
            self._add(place, _nights(value) or 0, "nights", self._limits.minimum_stay_nights)

    def _day(self, value: object) -> int | None:
        """Return the ordinal of a date; None if the value is not a date."""
        if not isinstance(value, str):
            return None
        if value not in self._days:
            try:
                self._days[value] = date.fromisoformat(value).toordinal()
            except ValueError:
                self._days[value] = None
        return self._days[value]


def _is_list_of_short_texts(value: list[object] | dict[str, object]) -> bool:
    """Return whether a value needs no closer look, as almost every list of room types does."""
    if not isinstance(value, list):
        return False
    for part in value:  # noqa: SIM110 - quicker than all(), and large documents have many lists
        if type(part) is not str or len(part) > LONGEST_TEXT:
            return False
    return True


def _nights(value: object) -> int | None:
    """Return a number of nights; None if the value is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        return None
    return int(value)


def _get(entry: Entry, name: str) -> object:
    """Return the value of a field, in either spelling; None if it is missing."""
    value = entry.get(name)
    return entry.get(spellings_of(name)[1]) if value is None else value


_FIELDS_OF_DOCUMENT = names_of(ProblemDocument)
_FIELDS_OF_ROOM = names_of(RoomEntry)
_FIELDS_OF_STAY = names_of(Reservation)
_FIELDS_OF_REQUEST = names_of(NewReservation)
_FIELDS_OF_BLOCK = names_of(RoomBlockEntry)
