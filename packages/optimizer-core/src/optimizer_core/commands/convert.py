"""`bookingopt convert`: the exports of a hotel system to a problem document."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import STANDARD, check_targets, read_source, write_files
from optimizer_core.errors import InvalidInput
from optimizer_core.wire import load_problem
from optimizer_core.wire.csv_values import DateOrder
from optimizer_core.wire.hotel_csv import read_hotel_csv


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write the problem document, once it has proved to be one.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If a file cannot be read or the hotel contradicts itself; faults name file and line.
    """
    target = None if arguments.output in {None, STANDARD} else str(arguments.output)
    if target is not None:
        check_targets([target], [arguments.rooms, arguments.reservations])
    files = read_hotel_csv(
        read_source(arguments.rooms),
        read_source(arguments.reservations),
        problem_id=arguments.id,
        minimum_stay=arguments.minimum_stay,
        order=_order(arguments),
        rooms_name=Path(arguments.rooms).name,
        reservations_name=Path(arguments.reservations).name,
    )
    try:
        loaded = load_problem(files.content)
    except InvalidInput as error:
        raise files.at_lines(error) from None
    for note in [*files.notes, *map(str, loaded.warnings)]:
        sys.stderr.write(f"note: {note}\n")
    if target is None:
        sys.stdout.write(files.content.decode() + "\n")
    else:
        write_files([(target, files.content)])
    return ExitCode.DONE


def _order(arguments: argparse.Namespace) -> DateOrder | None:
    if arguments.day_first:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if arguments.month_first else None
