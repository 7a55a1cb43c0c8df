"""`bookingopt locks`: what each lock costs, as a table, CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source, target_of, write_text
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.commands.watched import watched
from optimizer_core.domain import Reason
from optimizer_core.lock_report import price_locks
from optimizer_core.report import points
from optimizer_core.solving import solve
from optimizer_core.wire import load_problem
from optimizer_core.wire.lock_entries import lock_entries
from optimizer_core.wire.result import LockPriceEntry

COLUMNS = ("room", "arrival", "nights", "at least", "at most", "price", "guest")

PLAN_SHARE = 0.6
"""Share of the time for the plan itself; the rest is for the locks."""


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write what each lock of a problem costs.

    Parameters
    ----------
    arguments
        As `optimizer_core.cli` parses them.

    Raises
    ------
    InvalidInput
        If the document or a file name is wrong.
    BackendError
        If the backend cannot be used or fails.
    """
    target = target_of(arguments.output, [arguments.problem])
    loaded = load_problem(read_source(arguments.problem))
    manager = load_plugins()
    with watched(arguments.time_limit) as (limits, interrupted):
        part = replace(limits.part(PLAN_SHARE), few_moves=False)  # the price of a lock is about the value
        outcome = solve(loaded.problem, backend=arguments.backend, limits=part, manager=manager)
        prices = price_locks(
            loaded.problem,
            outcome,
            exact=arguments.exact,
            backend=arguments.backend,
            limits=limits,
            manager=manager,
        )
        was_stopped = interrupted.is_set()
    if outcome.plan is None:
        sys.stderr.write("bookingopt: there is no plan, so locks have no price; see bookingopt optimize\n")
        if was_stopped:
            return ExitCode.INTERRUPTED
        return ExitCode.INFEASIBLE if outcome.reason is Reason.INFEASIBLE else ExitCode.NO_PLAN
    write_text(target, _WRITERS[arguments.format](lock_entries(loaded, prices)))
    return ExitCode.INTERRUPTED if was_stopped else ExitCode.DONE


def _cells(entry: LockPriceEntry) -> tuple[str, ...]:
    numbers = (entry.at_least, entry.at_most, entry.price)
    texts = ("" if number is None else points(number) for number in numbers)
    guest = entry.name or ("" if entry.id is None else str(entry.id))
    return entry.room, entry.arrival.isoformat(), str(entry.length), *texts, guest


def _table(entries: Sequence[LockPriceEntry]) -> str:
    if not entries:
        return "no lock keeps a stay in its room that could move otherwise\n"
    rows = [COLUMNS, *map(_cells, entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    total = len(entries)
    known = sum(entry.price is not None for entry in entries)
    lines.append(f"{total:,} lock{'' if total == 1 else 's'}, {known:,} with an exact price")
    return "\n".join(lines) + "\n"


def _csv(entries: Sequence[LockPriceEntry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(name.replace(" ", "_") for name in COLUMNS)
    for entry in entries:
        numbers = (entry.at_least, entry.at_most, entry.price)
        writer.writerow([entry.room, entry.arrival, entry.length, *numbers, _cells(entry)[-1]])
    return text.getvalue()


def _json(entries: Sequence[LockPriceEntry]) -> str:
    documents = [entry.model_dump(mode="json", by_alias=True) for entry in entries]
    return json.dumps({"LockPrices": documents}, indent=1) + "\n"


_WRITERS: dict[str, Callable[[Sequence[LockPriceEntry]], str]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
}
