"""`bookingopt tradeoff`: moves against gap cost, as a table, CSV, JSON or a picture."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.files import read_source, target_of, write_text
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.commands.watched import watched
from optimizer_core.picture.curve_chart import curve_svg
from optimizer_core.trade_off_curve import CurvePoint, trade_off
from optimizer_core.wire import load_problem

COLUMNS = ("moves", "gap cost", "orphan nights", "value", "bound")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write the trade-off curve of a problem from the options of the command line."""
    target = target_of(arguments.output, [arguments.problem])
    loaded = load_problem(read_source(arguments.problem))
    with watched(arguments.time_limit) as (limits, interrupted):
        points = trade_off(
            loaded.problem,
            points=arguments.points,
            backend=arguments.backend,
            limits=limits,
            manager=load_plugins(),
        )
        was_stopped = interrupted.is_set()
    if not points:
        sys.stderr.write("bookingopt: no plan was found, so there is no curve; see bookingopt optimize\n")
        return ExitCode.INTERRUPTED if was_stopped else ExitCode.NO_PLAN
    write_text(target, _WRITERS[arguments.format](points))
    return ExitCode.INTERRUPTED if was_stopped else ExitCode.DONE


def _figures(point: CurvePoint) -> tuple[int, float, int, float, float]:
    return point.moves, float(point.gap_cost), point.orphan_nights, float(point.value), float(point.bound)


def _table(points: Sequence[CurvePoint]) -> str:
    rows = [COLUMNS, *(tuple(f"{figure:,}" for figure in _figures(point)) for point in points)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(lines) + "\n"


def _csv(points: Sequence[CurvePoint]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(name.replace(" ", "_") for name in COLUMNS)
    writer.writerows(map(_figures, points))
    return text.getvalue()


def _json(points: Sequence[CurvePoint]) -> str:
    names = ("Moves", "GapCost", "OrphanNights", "Value", "Bound")
    entries = [
        dict(zip(names, _figures(point), strict=True)) | {"Rooms": dict(point.plan.room_by_stay)}
        for point in points
    ]
    return json.dumps({"TradeOff": entries}, indent=1) + "\n"


def _svg(points: Sequence[CurvePoint]) -> str:
    return curve_svg([(point.moves, float(point.value), float(point.bound)) for point in points])


_WRITERS: dict[str, Callable[[Sequence[CurvePoint]], str]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "svg": _svg,
}
