"""`bookingopt convert`: convert the exports of a hotel system to a problem document."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source, target_of
from optimizer_core.errors import InvalidInput
from optimizer_core.file_writing import write_files
from optimizer_core.wire import load_problem
from optimizer_core.wire.exports import DateOrder, ExportOptions, TableFile, read_hotel_files, time_zone


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write the problem document after checking that it is valid, and say what became of every row.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If a file cannot be read or the hotel contradicts itself; faults name file and line.
    """
    names = [arguments.rooms, arguments.reservations, *filter(None, [arguments.blocks])]
    target = target_of(arguments.output, names)
    options = ExportOptions(
        problem_id=arguments.id,
        minimum_stay=arguments.minimum_stay,
        order=_order(arguments),
        time_zone=None if arguments.time_zone is None else time_zone(arguments.time_zone),
        columns=dict(arguments.column),
        without_rooms=arguments.without_rooms,
        today=arguments.today,
    )
    given = [TableFile(read_source(name), Path(name).name) for name in names]
    files = read_hotel_files(*given, options=options)
    try:
        loaded = load_problem(files.content)
    except InvalidInput as error:
        raise files.at_lines(error) from None
    warnings = files.at_lines(InvalidInput(loaded.warnings)).faults if loaded.warnings else ()
    for line in [*files.summary, *(f"note: {note}" for note in (*files.notes, *warnings))]:
        sys.stderr.write(f"{line}\n")
    if target is None:
        sys.stdout.write(files.content.decode())
    else:
        write_files([(target, files.content)])
    return ExitCode.DONE


def _order(arguments: argparse.Namespace) -> DateOrder | None:
    if arguments.day_first:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if arguments.month_first else None
