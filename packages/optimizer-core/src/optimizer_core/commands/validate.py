"""`bookingopt validate`: report everything that is wrong with a problem document."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source
from optimizer_core.wire import load_problem


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Report that a problem document is valid, with warnings on likely mistakes.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If it cannot be used; lists every fault.
    """
    loaded = load_problem(read_source(arguments.problem))
    for warning in loaded.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    problem = loaded.problem
    locks = sum(stay.is_locked for stay in problem.guest_stays)
    rooms, types = _counted(len(problem.rooms), "room"), _counted(len(problem.room_types), "type")
    schedule = f", {problem.start} to {problem.end}" if problem.stays else ""
    stays = _counted(len(problem.guest_stays), "stay")
    sys.stdout.write(f"no fault: {rooms} of {types}, {stays}, {locks:,} of them locked{schedule}\n")
    return ExitCode.DONE


def _counted(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number:,} {thing}s"
