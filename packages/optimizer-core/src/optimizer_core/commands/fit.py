"""`bookingopt fit`: whether one more booking fits, and where."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.domain import DEFAULT_ROOM_TYPE, RUN_OF_HOUSE, Limits, Problem, Reason, Stay
from optimizer_core.domain.request import Request, request_faults
from optimizer_core.enquiries import answered, open_desk, rooms_as_they_are
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.wire import load_problem

_OPTIONS = {
    "arrival": "--arrival",
    "los_nights": "--nights",
    "room_type": "--type",
    "further_types": "--allow",
    "most_changes": "--max-changes",
    "least_piece_nights": "--least-piece",
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
    request = _request(arguments, loaded.problem)
    manager = load_plugins()
    limits = Limits(arguments.time_limit)
    outcome = rooms_as_they_are(loaded.problem, backend=arguments.backend, limits=limits, manager=manager)
    if outcome.plan is None:
        is_proved = outcome.reason is Reason.INFEASIBLE
        known = (
            "no plan can house the stays as they are: proved"
            if is_proved
            else "no plan was found within the limit"
        )
        sys.stderr.write(f"bookingopt: {known}; `bookingopt optimize` says why\n")
        return ExitCode.INFEASIBLE if is_proved else ExitCode.NO_PLAN
    desk = open_desk(loaded.problem, outcome.plan, backend=arguments.backend, manager=manager)
    answer, entry = answered(loaded, desk, request, limits=limits)
    if arguments.json:
        sys.stdout.write(entry.model_dump_json(by_alias=True, indent=1) + "\n")
    else:
        sys.stdout.write(f"{entry.message}\n")
    if answer.offer is not None:
        return ExitCode.DONE
    return ExitCode.INFEASIBLE if answer.is_proved else ExitCode.NO_PLAN


def _request(arguments: argparse.Namespace, problem: Problem) -> Request:
    """Return the request that the options describe."""
    try:
        departure = arguments.arrival + timedelta(arguments.nights)
    except OverflowError:
        message = f"{arguments.nights:,} nights reach beyond the calendar"
        raise InvalidInput([Fault(("--nights",), message)]) from None
    own = RUN_OF_HOUSE if arguments.type in {None, DEFAULT_ROOM_TYPE} else arguments.type
    further = tuple(name for name in arguments.allow.split(",") if name)
    stay_id = "request"
    while stay_id in problem.stay_index:
        stay_id += "'"
    stay = Stay(stay_id, arguments.arrival, departure, own, further)
    request = Request(stay, (), arguments.max_changes, arguments.least_piece)
    faults = request_faults(problem, request)
    if faults:
        raise InvalidInput([Fault((_OPTIONS[str(fault.place[0])],), fault.message) for fault in faults])
    return request
