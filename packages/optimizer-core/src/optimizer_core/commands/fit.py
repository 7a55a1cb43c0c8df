"""`bookingopt fit`: whether one more booking fits, and where."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.domain import Limits, Reason
from optimizer_core.enquiries import rooms_as_they_are
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.run import Hotel
from optimizer_core.wire import RequestedStay, load_problem
from optimizer_core.wire.load import to_requested_stay
from optimizer_core.wire.requests import to_request

_OPTIONS = {
    "Arrival": "--arrival",
    "Length": "--nights",
    "RoomType": "--type",
    "AllowableRoomTypes": "--allow",
    "MostRoomChanges": "--max-changes",
    "LeastPieceNights": "--least-piece",
}


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Answer one request on one line, or in detail as JSON.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If the document or the request is wrong.
    BackendError
        If the backend cannot be used or fails.
    """
    loaded = load_problem(read_source(arguments.problem))
    with _places_as_options():
        requested = _requested(arguments)
        to_request(requested, loaded.problem)  # reports an invalid request before the solve
    manager = load_plugins()
    limits = Limits(arguments.time_limit)
    outcome = rooms_as_they_are(loaded.problem, backend=arguments.backend, limits=limits, manager=manager)
    if outcome.plan is None:
        is_proved = outcome.reason is Reason.INFEASIBLE
        known = (
            "proved: no plan can house the stays as they are"
            if is_proved
            else "no plan was found within the limit"
        )
        sys.stderr.write(f"bookingopt: {known}; `bookingopt optimize` says why\n")
        return ExitCode.INFEASIBLE if is_proved else ExitCode.NO_PLAN
    hotel = Hotel(loaded, outcome.plan, backend=arguments.backend, manager=manager)
    entry = hotel.answer(requested, limits=limits)
    if arguments.json:
        sys.stdout.write(entry.model_dump_json(by_alias=True, indent=1) + "\n")
    else:
        sys.stdout.write(f"{entry.message}\n")
    if entry.fits:
        return ExitCode.DONE
    return ExitCode.INFEASIBLE if entry.proved else ExitCode.NO_PLAN


def _requested(arguments: argparse.Namespace) -> RequestedStay:
    """Return the request that the options describe."""
    given = {
        "Arrival": arguments.arrival,
        "Length": arguments.nights,
        "RoomType": arguments.type,
        "AllowableRoomTypes": [name for name in arguments.allow.split(",") if name],
        "MostRoomChanges": arguments.max_changes,
        "LeastPieceNights": arguments.least_piece,
    }
    return to_requested_stay(given)


@contextmanager
def _places_as_options() -> Iterator[None]:
    """Raise faults again, with options instead of fields as their places."""
    try:
        yield
    except InvalidInput as error:
        faults = [Fault((_OPTIONS[str(fault.place[0])],), fault.message) for fault in error.faults]
        raise InvalidInput(faults) from None
