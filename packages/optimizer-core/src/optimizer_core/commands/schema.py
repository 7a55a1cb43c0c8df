"""`bookingopt schema`: the JSON Schema of a document."""

from __future__ import annotations

import argparse
import json
import sys

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.wire import schema


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print the JSON Schema of the requested document."""
    sys.stdout.write(json.dumps(schema(arguments.document), indent=2) + "\n")
    return ExitCode.DONE
