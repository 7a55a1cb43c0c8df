"""The command line `bookingopt`: what can be asked, and which command answers.

Commands live in `optimizer_core.commands` and are imported when they are called, so that help and
mistakes in the arguments cost nothing.
"""

from __future__ import annotations

import argparse
import gc
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
exit codes: 0 done, 1 the judge refuses the result (verify), 2 the input or an option is wrong,
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
        _tell_faults(error)
        return ExitCode.BAD_INPUT
    except (BackendUnavailable, NoCapableBackend) as error:
        _tell(str(error))
        return ExitCode.BAD_INPUT
    except BookingOptError as error:
        _tell(str(error))
        return ExitCode.BACKEND_FAILED
    except KeyboardInterrupt:
        _tell("interrupted; nothing was written")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    return code


def _tell(message: str) -> None:
    print(f"bookingopt: {message}", file=sys.stderr)


def _tell_faults(error: InvalidInput) -> None:
    if len(error.faults) == 1:
        _tell(str(error.faults[0]))
        return
    _tell(f"{error.tally}:")
    for fault in error.faults:
        print(f"  {fault}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bookingopt",
        description="The proved best room plan of a hotel.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"bookingopt {version('optimizer-core')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_optimize(commands.add_parser("optimize", help="find the best plan for a problem document"))
    validate = commands.add_parser("validate", help="tell everything that is wrong with a problem document")
    validate.add_argument("problem", metavar="FILE", help="problem document, - for standard input")
    verify = commands.add_parser(
        "verify", help="judge a result: is the plan right, does it cost what it says?"
    )
    verify.add_argument("problem", metavar="PROBLEM", help="problem document")
    verify.add_argument("result", metavar="RESULT", help="result document")
    _add_convert(commands.add_parser("convert", help="make a problem document of two CSV files"))
    _add_fit(commands.add_parser("fit", help="answer whether one more booking fits, and where"))
    _add_restrictions(commands.add_parser("restrictions", help="tell what may still be sold, and to whom"))
    _add_chart(commands.add_parser("chart", help="draw the tape chart of a result"))
    commands.add_parser("backends", help="list the backends: version, what each can do, available or why not")
    schema = commands.add_parser("schema", help="print the JSON Schema of a document")
    schema.add_argument("document", choices=("problem", "result"), help="which document")
    return parser


def _add_optimize(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", metavar="FILE", help="problem document, - for standard input")
    parser.add_argument("-o", "--output", metavar="RESULT", help="write the result document to this file")
    parser.add_argument("--json", action="store_true", help="print the result document on standard output")
    parser.add_argument("--chart", metavar="FILE.svg|.png", help="draw the tape chart, before and after")
    parser.add_argument(
        "--restrictions", action="store_true", help="tell in the result what may still be sold, too"
    )
    parser.add_argument("--backend", default="auto", metavar="NAME", help="solver backend (default: auto)")
    parser.add_argument(
        "--time-limit", type=_seconds, default=60.0, metavar="SECONDS", help="time to solve (default: 60)"
    )
    parser.add_argument("--max-moves", type=_count, metavar="N", help="let at most N stays change rooms")
    parser.add_argument(
        "--move-price", type=_price, metavar="POINTS", help="gap cost that a change of room must save"
    )
    parser.add_argument(
        "--upgrade-price",
        type=_price,
        metavar="POINTS",
        help="gap cost that a stay outside its type must save",
    )


def _add_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rooms", metavar="ROOMS", help="CSV file of the rooms")
    parser.add_argument("reservations", metavar="RESERVATIONS", help="CSV file of the reservations")
    parser.add_argument("-o", "--output", metavar="FILE", help="problem document (default: standard output)")
    parser.add_argument("--id", default="hotel", metavar="TEXT", help="label of the run (default: hotel)")
    parser.add_argument("--minimum-stay", type=_count, metavar="N", help="nights wanted between stays")
    order = parser.add_mutually_exclusive_group()
    order.add_argument("--day-first", action="store_true", help="dates with slashes are day/month/year")
    order.add_argument("--month-first", action="store_true", help="dates with slashes are month/day/year")


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
        help="least nights in each room of a split (default: 1)",
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
        type=_threshold,
        metavar="POINTS",
        help="most gap cost that a stay worth selling may cause (default: 0, or that of the result)",
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
    parser.add_argument("--backend", default="auto", metavar="NAME", help="solver backend (default: auto)")
    parser.add_argument(
        "--time-limit", type=_seconds, default=60.0, metavar="SECONDS", help="time to solve (default: 60)"
    )


def _add_chart(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("result", metavar="RESULT", help="result document, - for standard input")
    parser.add_argument(
        "-o", "--output", metavar="FILE.svg|.png", help="file to draw (default: SVG on standard output)"
    )
    sides = parser.add_mutually_exclusive_group()
    for side, text in (("before", "the rooms as given"), ("after", "the plan"), ("both", "both (default)")):
        sides.add_argument(f"--{side}", dest="show", action="store_const", const=side, help=f"draw {text}")
    parser.set_defaults(show="both")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD") from None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time; give seconds above 0")
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text} is no number of stays; give 0 or more")
    return count


def _threshold(text: str) -> Fraction:
    try:
        threshold = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is no number; give 0 or more points") from None
    if threshold < 0:
        raise argparse.ArgumentTypeError(f"{text} is no threshold; give 0 or more points")
    return threshold


def _price(text: str) -> Fraction:
    if not 0 <= float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no price; give 0 or more points")
    return Fraction(text)


if __name__ == "__main__":
    sys.exit(main())
