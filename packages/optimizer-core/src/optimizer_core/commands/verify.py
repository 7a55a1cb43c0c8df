"""`bookingopt verify`: verify a result independently."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source
from optimizer_core.report import points
from optimizer_core.wire import LARGEST_RESULT_BYTES, judge, load_result, read_problem


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Verify a result: print why it is wrong, or the basis of each of its claims.

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
        return ExitCode.REFUSED  # a claim contradicts the computed values, or the certificate is refused
    if judgement.score is None:
        sys.stdout.write("valid: there is no plan, and the result says so\n")
    else:
        cost = points(judgement.score.value)
        stated = "as stated" if result.objective_value is not None else "the result states no cost"
        sys.stdout.write(f"valid: every stay has a room and every rule holds; cost {cost}, {stated}\n")
    for claim in judgement.claims:
        sys.stdout.write(f"{claim}\n")
    return ExitCode.DONE
