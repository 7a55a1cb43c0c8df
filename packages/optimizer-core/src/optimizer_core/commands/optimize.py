"""`bookingopt optimize`: a problem document in, the best plan out."""

from __future__ import annotations

import argparse
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import check_targets, read_source
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.commands.watched import watched
from optimizer_core.domain import Limit, Policy, Reason
from optimizer_core.errors import InvalidInput
from optimizer_core.file_writing import write_files
from optimizer_core.picture.drawing import check_suffix, draw
from optimizer_core.report import closing_table
from optimizer_core.run import RunResult, run
from optimizer_core.wire import read_problem, write_json
from optimizer_core.wire.horizon import planned_on

_CODE_WITHOUT_PLAN = {
    Reason.INFEASIBLE: ExitCode.INFEASIBLE,
    Reason.ERROR: ExitCode.BACKEND_FAILED,
    Reason.CANCELLED: ExitCode.INTERRUPTED,
}


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Find the best plan, write the requested files, and print the outcome.

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
        except InvalidInput as error:  # a failed picture must not discard a plan that took a minute
            not_drawn = error
    write_files(files)
    _print_summary(arguments, answer)
    if not_drawn is not None:
        raise not_drawn
    return _code(answer)


def _solved(arguments: argparse.Namespace, content: bytes) -> RunResult:
    policy = Policy(arguments.max_moves, arguments.move_price, arguments.upgrade_price)
    with watched(arguments.time_limit) as (limits, _):
        document = read_problem(content)
        return run(
            planned_on(document, arguments.today, arguments.freeze_days),
            backend=arguments.backend,
            policy=policy,
            limits=limits,
            manager=load_plugins(),
            restrictions=arguments.restrictions,
        )


def _print_summary(arguments: argparse.Namespace, answer: RunResult) -> None:
    """Print the result document or the closing table, and warnings on standard error."""
    for warning in answer.result.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if answer.comparison is None:
        sys.stderr.write(f"bookingopt: {answer.result.message}\n")
        if arguments.chart is not None:
            sys.stderr.write("bookingopt: no chart was drawn, because there is no plan\n")
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
