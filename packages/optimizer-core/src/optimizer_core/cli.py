"""The command line `bookingopt`: its arguments, and the module of each command.

Commands live in `optimizer_core.commands` and are imported when they are called, so that help and argument
errors are quick.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from typing import cast

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.errors import BackendUnavailable, BookingOptError, InvalidInput, NoCapableBackend

_OBJECTS_BETWEEN_COLLECTIONS = 200_000
_EPILOG = """\
exit codes: 0 done, 1 the result is refused (verify), 2 the input or an option is wrong,
3 proved that the stays, or one more, cannot be housed, 4 no plan within the limit, 5 the backend failed,
130 interrupted"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, see `ExitCode`.

    Parameters
    ----------
    argv
        Arguments without the name of the program; None for those of the process.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # room types may be in any script
    arguments = _parser().parse_args(argv)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)  # a big hotel is all objects and no garbage
    command = import_module(f"optimizer_core.commands.{arguments.command}")
    execute = cast(Callable[[argparse.Namespace], ExitCode], command.execute)
    try:
        code = execute(arguments)
        sys.stdout.flush()
    except InvalidInput as error:
        _print_faults(error)
        return ExitCode.BAD_INPUT
    except (BackendUnavailable, NoCapableBackend) as error:
        _print(str(error))
        return ExitCode.BAD_INPUT
    except BookingOptError as error:
        _print(str(error))
        return ExitCode.BACKEND_FAILED
    except KeyboardInterrupt:
        _print("interrupted; nothing was written")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # the reader of our output closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    return code


def _print(message: str) -> None:
    print(f"bookingopt: {message}", file=sys.stderr)


def _print_faults(error: InvalidInput) -> None:
    if len(error.faults) == 1:
        _print(str(error.faults[0]))
        return
    _print(f"{error.tally}:")
    for fault in error.faults:
        print(f"  {fault}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bookingopt",
        description="Find the best room for every stay of a hotel, and prove that no plan is better.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"bookingopt {version('optimizer-core')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_optimize(commands.add_parser("optimize", help="find the best plan for a problem document"))
    validate = commands.add_parser("validate", help="list everything that is wrong with a problem document")
    validate.add_argument("problem", metavar="FILE", help="problem document, - for standard input")
    verify = commands.add_parser(
        "verify", help="check a result: is the plan valid, and which of its claims are proved?"
    )
    verify.add_argument("problem", metavar="PROBLEM", help="problem document")
    verify.add_argument("result", metavar="RESULT", help="result document")
    _add_tradeoff(commands.add_parser("tradeoff", help="show the best plan for each number of moves"))
    _add_locks(commands.add_parser("locks", help="show how many points of gap cost each locked stay adds"))
    _add_convert(
        commands.add_parser("convert", help="make a problem document of the exports of a hotel system")
    )
    _add_fit(commands.add_parser("fit", help="check whether one more booking fits, and in which room"))
    _add_restrictions(
        commands.add_parser("restrictions", help="derive from a plan which stays may still be sold")
    )
    _add_chart(commands.add_parser("chart", help="draw the tape chart of a result"))
    commands.add_parser("backends", help="list the backends: version, what each can do, available or why not")
    schema = commands.add_parser("schema", help="print the JSON Schema of a document")
    schema.add_argument("document", choices=("problem", "result"), help="which document")
    return parser


def _add_solver(parser: argparse.ArgumentParser, seconds: int) -> None:
    parser.add_argument("--backend", default="auto", metavar="NAME", help="solver backend (default: auto)")
    parser.add_argument(
        "--time-limit",
        type=_seconds,
        default=float(seconds),
        metavar="SECONDS",
        help=f"time to solve (default: {seconds})",
    )


def _add_optimize(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", metavar="FILE", help="problem document, - for standard input")
    parser.add_argument("-o", "--output", metavar="RESULT", help="write the result document to this file")
    parser.add_argument("--json", action="store_true", help="print the result document on standard output")
    parser.add_argument("--chart", metavar="FILE.svg|.png", help="draw the tape chart, before and after")
    parser.add_argument(
        "--restrictions", action="store_true", help="add to the result which stays may still be sold"
    )
    _add_solver(parser, 60)
    parser.add_argument(
        "--today",
        type=_date,
        metavar="DATE",
        help="day of the plan: stays that arrived before it keep their rooms",
    )
    parser.add_argument(
        "--freeze-days",
        type=_count,
        metavar="N",
        help="the arrivals of N days, that of the plan included, keep their rooms too",
    )
    parser.add_argument("--max-moves", type=_count, metavar="N", help="let at most N stays change rooms")
    parser.add_argument(
        "--move-price",
        type=_points,
        metavar="POINTS",
        help="points of gap cost that a change of room must save",
    )
    parser.add_argument(
        "--upgrade-price",
        type=_points,
        metavar="POINTS",
        help="points of gap cost that a stay outside its type must save",
    )


def _add_tradeoff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", metavar="PROBLEM", help="problem document, - for standard input")
    parser.add_argument(
        "--points", type=_num_points, default=15, metavar="N", help="plans of the curve (default: 15)"
    )
    parser.add_argument(
        "--format", choices=("table", "csv", "json", "svg"), default="table", help="how to write it"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write (default: standard output)")
    _add_solver(parser, 120)


def _add_locks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", metavar="PROBLEM", help="problem document, - for standard input")
    parser.add_argument(
        "--exact",
        type=_count,
        default=10,
        metavar="N",
        help="find the exact price of the N most expensive locks (default: 10)",
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="how to write it")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write (default: standard output)")
    _add_solver(parser, 60)


def _add_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rooms", metavar="ROOMS", help="list of the rooms, CSV or xlsx")
    parser.add_argument("reservations", metavar="STAYS", help="list of the reservations, CSV or xlsx")
    parser.add_argument("blocks", metavar="BLOCKS", nargs="?", help="list of rooms that cannot be used")
    parser.add_argument("-o", "--output", metavar="FILE", help="problem document (default: standard output)")
    parser.add_argument("--id", default="hotel", metavar="TEXT", help="label of the run (default: hotel)")
    parser.add_argument("--minimum-stay", type=_count, metavar="N", help="shortest stay that the hotel sells")
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--day-first", action="store_true", help="dates with slashes are day/month/year")
    order.add_argument("--month-first", action="store_true", help="dates with slashes are month/day/year")
    parser.add_argument("--time-zone", metavar="ZONE", help="of the hotel, for stamps in UTC: Europe/Berlin")
    parser.add_argument(
        "--column",
        type=_named_column,
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help="header of a field, such as AssignedRoom=Unit; may be repeated",
    )
    parser.add_argument(
        "--without-rooms", action="store_true", help="accept reservations without rooms and types"
    )
    parser.add_argument(
        "--today", type=_date, metavar="DATE", help="first day without the rooms that are out of order"
    )


def _named_column(text: str) -> tuple[str, str]:
    field, equals, header = text.partition("=")
    if not (equals and field.strip() and header.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} names no column; write FIELD=HEADER")
    return field.strip(), header.strip()


def _add_fit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", metavar="PROBLEM", help="problem document, - for standard input")
    parser.add_argument(
        "--arrival", type=_date, required=True, metavar="DATE", help="first night, YYYY-MM-DD"
    )
    parser.add_argument("--nights", type=int, required=True, metavar="N", help="length of stay")
    parser.add_argument("--type", metavar="TYPE", help="room type (default: any)")
    parser.add_argument(
        "--allow", default="", metavar="TYPE,TYPE", help="further types it may be given, best first"
    )
    parser.add_argument(
        "--max-changes",
        type=int,
        default=0,
        metavar="N",
        help="changes of room the guest accepts (default: 0)",
    )
    parser.add_argument(
        "--least-piece",
        type=int,
        default=1,
        metavar="N",
        help="fewest nights in each room of a split stay (default: 1)",
    )
    parser.add_argument("--json", action="store_true", help="print the answer in detail")
    parser.add_argument("--backend", default="auto", metavar="NAME", help="solver backend (default: auto)")
    parser.add_argument(
        "--time-limit", type=_seconds, default=60.0, metavar="SECONDS", help="time to answer (default: 60)"
    )


def _add_restrictions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="FILE", help="problem or result document, - for standard input")
    parser.add_argument(
        "--threshold",
        type=_points,
        metavar="POINTS",
        help="most points of gap cost that a stay worth selling may cause (default: 0, or as in the result)",
    )
    parser.add_argument(
        "--profile",
        choices=("full", "no-ctd", "no-maxlos", "arrival-only", "through", "through-only", "fplos"),
        default="full",
        help="what the sales channel can take (default: full)",
    )
    parser.add_argument(
        "--format", choices=("csv", "json", "ota"), default="csv", help="how to write it (default: csv)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write (default: standard output)")
    _add_solver(parser, 60)


def _add_chart(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("result", metavar="RESULT", help="result document, - for standard input")
    parser.add_argument(
        "-o", "--output", metavar="FILE.svg|.png", help="file to draw (default: SVG on standard output)"
    )
    sides = parser.add_mutually_exclusive_group()
    for side, text in (("before", "the current rooms"), ("after", "the plan"), ("both", "both (default)")):
        sides.add_argument(f"--{side}", dest="show", action="store_const", const=side, help=f"draw {text}")
    parser.set_defaults(show="both")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write YYYY-MM-DD") from None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a time; give seconds above 0")
    return seconds


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number; give 0 or more") from None
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of stays; give 0 or more")
    return count


def _num_points(text: str) -> int:
    count = _count(text)
    if not 2 <= count <= 200:
        raise argparse.ArgumentTypeError(f"{text} is out of range; a curve has 2 to 200 points")
    return count


def _points(text: str) -> Fraction:
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if math.isnan(points):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number; give 0 or more points")
    if not 0 <= points < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is out of range; give 0 or more points")
    mantissa, exponent, _ = text.lower().partition("e")
    if not exponent:
        return Fraction(text)
    # As a fraction 1e-999999999 has a billion digits, so an exponent is left to floating point.
    return Fraction(points or (sys.float_info.min if float(mantissa) else 0.0))


if __name__ == "__main__":
    sys.exit(main())
