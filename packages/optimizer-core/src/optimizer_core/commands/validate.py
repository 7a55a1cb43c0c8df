"""`bookingopt validate`: everything that is wrong with a problem document, and nothing else."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source
from optimizer_core.wire import load_problem


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Tell that a problem document can be used, with what looks like a mistake all the same.

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
    locks = sum(stay.is_locked for stay in problem.stays)
    schedule = f", {problem.start} to {problem.end}" if problem.stays else ""
    sys.stdout.write(
        f"no fault: {len(problem.rooms):,} rooms of {len(problem.room_types):,} types, "
        f"{len(problem.stays):,} stays, {locks:,} of them locked{schedule}\n"
    )
    return ExitCode.DONE
