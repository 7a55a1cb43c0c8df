"""`bookingopt restrictions`: what may still be sold, for a kind of sales channel."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source, target_of
from optimizer_core.commands.interrupt import interruptible
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.domain import Limits, Reason
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.file_writing import write_files
from optimizer_core.restrictions import Profile
from optimizer_core.run import run
from optimizer_core.selling import selling_fields
from optimizer_core.wire import LARGEST_RESULT_BYTES, ResultDocument, load_result, parse
from optimizer_core.wire.restriction_entries import CalendarEntry
from optimizer_core.wire.restriction_files import calendars_in, write_restrictions

_MOST_RESOLVES = 200  # restrictions alone leave time to refuse fewer good stays
_CODE_WITHOUT_PLAN = {Reason.INFEASIBLE: ExitCode.INFEASIBLE, Reason.CANCELLED: ExitCode.INTERRUPTED}


@dataclass(frozen=True)
class _Answer:
    """Calendars of one profile, or the exit code if there are no calendars."""

    hotel_code: str
    threshold: float
    calendars: list[CalendarEntry]
    code: ExitCode = ExitCode.DONE


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write the restrictions of the hotel and of each type, and print what they lose.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If the document or a file name is wrong, or a result does not contain the requested restrictions.
    BackendError
        If the backend cannot be used or fails.
    """
    target = target_of(arguments.output, [arguments.document])
    content = read_source(arguments.document, largest_bytes=LARGEST_RESULT_BYTES)
    value = parse(content, largest_bytes=LARGEST_RESULT_BYTES)
    is_result = isinstance(value, dict) and not {"ProcessingDate", "processing_date"}.isdisjoint(value)
    answer = _of_result(arguments, load_result(content)) if is_result else _derived(arguments, content)
    if answer.code is not ExitCode.DONE:
        return answer.code
    written = write_restrictions(
        answer.calendars,
        arguments.format,
        profile=arguments.profile,
        threshold=answer.threshold,
        hotel_code=answer.hotel_code,
    )
    if target is None:
        sys.stdout.buffer.write(written)
    else:
        write_files([(target, written)])
    for entry in answer.calendars:
        sys.stderr.write(_loss(entry) + "\n")
    return ExitCode.DONE


def _of_result(arguments: argparse.Namespace, result: ResultDocument) -> _Answer:
    """Return the calendars in a result."""
    try:
        calendars = calendars_in(result, arguments.profile)
    except InvalidInput as error:
        message = f"{error.faults[0].message}; give the problem document"
        raise InvalidInput([Fault((arguments.document,), message)]) from None
    assert result.threshold is not None  # noqa: S101 - calendars imply a threshold
    if arguments.threshold is not None and arguments.threshold != Fraction(result.threshold):
        message = f"was made for the threshold {result.threshold:g}; for another give the problem document"
        raise InvalidInput([Fault((arguments.document,), message)])
    return _Answer(result.problem_id, result.threshold, calendars)


def _derived(arguments: argparse.Namespace, content: bytes) -> _Answer:
    """Solve a problem and return the calendars of its best plan."""
    threshold = arguments.threshold or Fraction(0)
    manager = load_plugins()
    with interruptible() as interrupted:
        limits = Limits(arguments.time_limit, interrupted.is_set)
        solved = run(content, backend=arguments.backend, limits=limits, manager=manager, restrictions=False)
        plan = solved.outcome.plan
        if plan is None:
            sys.stderr.write(f"bookingopt: {solved.result.message}\n")
            code = _CODE_WITHOUT_PLAN.get(solved.outcome.reason, ExitCode.NO_PLAN)
            return _Answer("", 0.0, [], code)
        fields = selling_fields(
            solved.loaded,
            solved.result,
            plan,
            threshold=threshold,
            profiles=[Profile(arguments.profile)],
            most_plans=0,
            most_resolves=_MOST_RESOLVES,
            backend=arguments.backend,
            limits=limits,
            manager=manager,
        )
    result = solved.result.model_copy(update=fields)
    if not result.restriction_calendars:
        sys.stderr.write(
            "bookingopt: no restrictions: there are no stays, the schedule is past, or no time was left\n"
        )
        return _Answer("", 0.0, [], ExitCode.NO_PLAN)
    return _Answer(result.problem_id, float(threshold), result.restriction_calendars)


def _loss(entry: CalendarEntry) -> str:
    """Return in one line what the restrictions of a type lose."""
    name = "house" if entry.room_type is None else entry.room_type
    refused, good = entry.refused_good_stays, entry.good_stays
    proof = "fewest possible" if refused == entry.fewest_refused_good_stays else "not proved fewest"
    kept_out = f"{entry.bad_stays - entry.admitted_bad_stays:,} of {entry.bad_stays:,} bad stays kept out"
    return f"{name}: {kept_out}, {refused:,} of {good:,} good ones refused ({proof})"
