"""`bookingopt optimize`: a problem document in, the best plan out."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.drawing import check_suffix, draw
from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import check_targets, read_source, write_files
from optimizer_core.commands.interrupt import interruptible
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.commands.progress_bar import ProgressBar
from optimizer_core.domain import Limit, Limits, Policy, Reason
from optimizer_core.errors import InvalidInput
from optimizer_core.report import closing_table
from optimizer_core.run import RunResult, run
from optimizer_core.wire import write_json

_CODE_WITHOUT_PLAN = {
    Reason.INFEASIBLE: ExitCode.INFEASIBLE,
    Reason.ERROR: ExitCode.BACKEND_FAILED,
    Reason.CANCELLED: ExitCode.INTERRUPTED,
}


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Find the best plan, write what was asked for, and tell what came of it.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If the document or a file name is wrong; nothing is written then.
    BackendError
        If the backend cannot be used or fails.
    """
    targets = [name for name in (arguments.output, arguments.chart) if name is not None]
    if arguments.chart is not None:
        check_suffix(arguments.chart)
    check_targets(targets, [arguments.problem])
    answer = _solved(arguments, read_source(arguments.problem))
    files: list[tuple[str, bytes]] = []
    if arguments.output is not None:
        files.append((arguments.output, write_json(answer.result, indent=1)))
    not_drawn = None
    if arguments.chart is not None and answer.outcome.plan is not None:
        try:
            files.append((arguments.chart, draw(answer.result, arguments.chart, "both")))
        except InvalidInput as error:  # a plan that took a minute is not thrown away for a picture
            not_drawn = error
    write_files(files)
    _tell(arguments, answer)
    if not_drawn is not None:
        raise not_drawn
    return _code(answer)


def _solved(arguments: argparse.Namespace, content: bytes) -> RunResult:
    policy = Policy(arguments.max_moves, arguments.move_price, arguments.upgrade_price)
    with interruptible() as interrupted, ProgressBar(sys.stderr) as progress_bar:
        limits = Limits(arguments.time_limit, interrupted.is_set, progress_bar.report)
        return run(
            content,
            backend=arguments.backend,
            policy=policy,
            limits=limits,
            manager=load_plugins(),
            restrictions=arguments.restrictions,
        )


def _tell(arguments: argparse.Namespace, answer: RunResult) -> None:
    """Print the result document or the closing table, and on standard error what to look at."""
    for warning in answer.result.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if answer.comparison is None:
        sys.stderr.write(f"bookingopt: {answer.result.message}\n")
        if arguments.chart is not None:
            sys.stderr.write("bookingopt: without a plan no chart was drawn\n")
    elif not arguments.json:
        problem, seconds = answer.loaded.problem, answer.result.initial_optimization_time
        sys.stdout.write(closing_table(problem, answer.outcome, answer.comparison, seconds) + "\n")
    if arguments.json:
        sys.stdout.buffer.write(write_json(answer.result))


def _code(answer: RunResult) -> ExitCode:
    outcome = answer.outcome
    if outcome.limit is Limit.CANCEL:
        return ExitCode.INTERRUPTED
    if outcome.plan is not None:
        return ExitCode.DONE
    return _CODE_WITHOUT_PLAN.get(outcome.reason, ExitCode.NO_PLAN)
