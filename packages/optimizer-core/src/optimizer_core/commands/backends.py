"""`bookingopt backends`: list the solvers, and whether they can be used here."""

from __future__ import annotations

import argparse
import sys
from textwrap import wrap

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.run import InstalledBackend, installed_backends

_WIDTH = 100


def execute(_arguments: argparse.Namespace) -> ExitCode:
    """List the backends, best first, and the plugins that failed."""
    installed = installed_backends(load_plugins())
    for backend in installed.backends:
        sys.stdout.write("\n".join(_lines(backend)) + "\n\n")
    for fault in installed.faults:
        sys.stdout.write(f"{fault}\n")
    return ExitCode.DONE


def _lines(backend: InstalledBackend) -> list[str]:
    source = "" if backend.origin is None else f", {backend.origin}"
    lines = [
        f"{backend.name} {backend.version}".rstrip() + source,
        f"  {backend.summary}",
        f"  {_availability(backend)}",
    ]
    if backend.capabilities:
        can = "can: " + ", ".join(item.replace("_", " ") for item in backend.capabilities)
        lines += wrap(can, _WIDTH, initial_indent="  ", subsequent_indent="       ")
    return lines


def _availability(backend: InstalledBackend) -> str:
    if backend.availability == "available":
        return "available"
    state = backend.availability.replace("_", " ")
    return f"not available ({state}): {backend.advice}".rstrip(": ")
