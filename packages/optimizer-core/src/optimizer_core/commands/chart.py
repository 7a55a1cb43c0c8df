"""`bookingopt chart`: the tape chart of a result."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import STANDARD, check_targets, read_source
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.file_writing import write_files
from optimizer_core.picture.drawing import check_suffix, draw
from optimizer_core.wire import LARGEST_RESULT_BYTES, load_result


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Draw a result into a file, or as SVG on standard output.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If the result cannot be read or drawn, or the file name is wrong; nothing is written then.
    """
    target = None if arguments.output in {None, STANDARD} else str(arguments.output)
    if target is not None:
        check_suffix(target)
        check_targets([target], [arguments.result])
    elif sys.stdout.isatty():
        raise InvalidInput([Fault((), "a picture is not written to a terminal; name a file with -o")])
    result = load_result(read_source(arguments.result, largest_bytes=LARGEST_RESULT_BYTES))
    picture = draw(result, target or "chart.svg", arguments.show)
    if target is None:
        sys.stdout.buffer.write(picture)
    else:
        write_files([(target, picture)])
    return ExitCode.DONE
