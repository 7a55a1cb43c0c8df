"""`bookingopt verify`: the independent judge of a result."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source
from optimizer_core.report import points
from optimizer_core.wire import LARGEST_RESULT_BYTES, judge, load_result, read_problem


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Judge a result and tell why it is wrong, if it is.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If one of the documents cannot be read.
    """
    document = read_problem(read_source(arguments.problem))
    result = load_result(read_source(arguments.result, largest_bytes=LARGEST_RESULT_BYTES))
    judgement = judge(document, result)
    for reason in judgement.reasons:
        sys.stdout.write(f"{reason}\n")
    if judgement.reasons:
        return ExitCode.REFUSED
    if judgement.score is None:
        sys.stdout.write("right: there is no plan, and the result says so\n")
    else:
        cost = points(judgement.score.value)
        stated = "as stated" if result.objective_value is not None else "the result states none"
        sys.stdout.write(f"right: every stay is housed as the rules ask; cost {cost}, {stated}\n")
    return ExitCode.DONE
