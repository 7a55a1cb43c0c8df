"""Reads the form of a new plan: a problem document, or the lists of a hotel system."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from starlette.datastructures import FormData, UploadFile

from bookingopt_api.console.form_tokens import FIELD, LONGEST_TOKEN
from bookingopt_api.console.uploads import file_of, text_of
from bookingopt_api.documents import DocumentLimits, load_document
from bookingopt_api.problems import ApiProblem
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.wire import LoadedProblem
from optimizer_core.wire.exports import (
    DateOrder,
    ExportOptions,
    HotelFiles,
    TableFile,
    read_hotel_files,
    time_zone,
)

DATE_ORDERS = {"": None, "day": DateOrder.DAY_FIRST, "month": DateOrder.MONTH_FIRST}
"""Order of dates with slashes, by the value of the field; with an empty value the file decides."""
LONGEST_MINIMUM_STAY = 21
_LONGEST_NAME = 80
_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file of a form, and its name in messages."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class HotelForm:
    """The fields and files of a form.

    Parameters
    ----------
    document
        A problem document; None if lists were sent.
    rooms, reservations, blocks
        The lists; None if not sent.
    hotel
        Name of the plan; empty for the name of the list of reservations.
    minimum_stay
        Shortest stay that the hotel sells, in nights, as entered; empty for the default.
    dates
        A key of `DATE_ORDERS`.
    time_zone
        Time zone of the hotel, for stamps in UTC; empty for none.
    without_rooms
        Whether reservations without rooms and types are accepted.
    token
        Token of the form; empty for none.
    """

    document: GivenFile | None = None
    rooms: GivenFile | None = None
    reservations: GivenFile | None = None
    blocks: GivenFile | None = None
    hotel: str = ""
    minimum_stay: str = ""
    dates: str = ""
    time_zone: str = ""
    without_rooms: bool = False
    token: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        given = (self.document, self.rooms, self.reservations, self.blocks)
        return sum(len(file.content) for file in given if file is not None)


@dataclass(frozen=True, slots=True)
class CheckedHotel:
    """A valid document within the limits.

    Parameters
    ----------
    content
        The document.
    loaded
        The hotel in it.
    notes
        What became of the rows of the lists, and probable mistakes.
    token
        Token of the form; empty for none.
    """

    content: bytes
    loaded: LoadedProblem
    notes: tuple[str, ...] = ()
    token: str = ""


async def hotel_form(form: FormData) -> HotelForm:
    """Return the fields and files of a form."""
    return HotelForm(
        await _file(form, "document"),
        await _file(form, "rooms"),
        await _file(form, "reservations"),
        await _file(form, "blocks"),
        text_of(form, "hotel")[:_LONGEST_NAME],
        text_of(form, "minimum_stay"),
        text_of(form, "dates"),
        text_of(form, "time_zone").strip()[:_LONGEST_NAME],
        text_of(form, "without_rooms") == "yes",
        text_of(form, FIELD)[:LONGEST_TOKEN],
    )


def check_hotel(given: HotelForm, limits: DocumentLimits) -> CheckedHotel:
    """Return the document of a form, checked.

    Raises
    ------
    InvalidInput
        If a file is wrong; lists every fault, those of lists with file and line.
    ApiProblem
        ``invalid-request`` if a file is missing, ``document-limit`` if the hotel is too large.
    """
    if given.document is not None:
        loaded = load_document(given.document.content, limits)
        return CheckedHotel(given.document.content, loaded, tuple(map(str, loaded.warnings)), given.token)
    lists = _read_lists(given)
    try:
        loaded = load_document(lists.content, limits)
    except InvalidInput as error:
        raise lists.at_lines(error) from None
    except ApiProblem as problem:
        placed = lists.at_lines(InvalidInput(problem.faults)).faults
        raise ApiProblem(problem.kind, problem.detail, faults=placed) from None
    warnings = lists.at_lines(InvalidInput(loaded.warnings)).faults if loaded.warnings else ()
    return CheckedHotel(
        lists.content, loaded, (*lists.summary, *lists.notes, *map(str, warnings)), given.token
    )


def _read_lists(given: HotelForm) -> HotelFiles:
    rooms, reservations = given.rooms, given.reservations
    if rooms is None and reservations is None:
        raise _missing("file", "none was chosen; choose a JSON file, or the two lists")
    if rooms is None:
        raise _missing("rooms", "the list of rooms is missing; choose a CSV or xlsx file")
    if reservations is None:
        raise _missing("reservations", "the list of reservations is missing; choose a CSV or xlsx file")
    options = ExportOptions(
        problem_id=given.hotel or PurePath(reservations.name).stem,
        minimum_stay=_minimum_stay(given.minimum_stay),
        order=DATE_ORDERS.get(given.dates),
        time_zone=time_zone(given.time_zone) if given.time_zone else None,
        without_rooms=given.without_rooms,
    )
    files = [TableFile(file.content, file.name) for file in (rooms, reservations, given.blocks) if file]
    return read_hotel_files(*files, options=options)


def _minimum_stay(text: str) -> int | None:
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    if not (is_number and 1 <= int(text) <= LONGEST_MINIMUM_STAY):
        raise _missing("minimum stay", f"must be 1 to {LONGEST_MINIMUM_STAY} nights, or empty")
    return int(text)


def _missing(field: str, message: str) -> ApiProblem:
    return ApiProblem("invalid-request", "The form is not complete.", faults=[Fault((field,), message)])


async def _file(form: FormData, name: str) -> GivenFile | None:
    content = await file_of(form, name)
    if content is None:
        return None
    value = form[name]
    called = value.filename if isinstance(value, UploadFile) and value.filename else name
    return GivenFile(PurePath(called).name[:_LONGEST_NAME], content)
