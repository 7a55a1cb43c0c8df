"""`bookingopt backends`: which solvers there are, and whether they can be used here."""

from __future__ import annotations

import argparse
import sys
from textwrap import wrap

from optimizer_core.commands.exit_code import ExitCode
from optimizer_core.commands.plugins import load_plugins
from optimizer_core.plugins import BackendSpec, PluginManager

_WIDTH = 100


def execute(_arguments: argparse.Namespace) -> ExitCode:
    """List the backends, best first, and the plugins that failed."""
    manager = load_plugins()
    for spec in manager.backends:
        sys.stdout.write("\n".join(_lines(manager, spec)) + "\n\n")
    for fault in manager.faults:
        sys.stdout.write(f"{fault}\n")
    return ExitCode.DONE


def _lines(manager: PluginManager, spec: BackendSpec) -> list[str]:
    origin = manager.origin(spec.name)
    source = "" if origin.is_builtin else f", {origin}"
    capabilities = ", ".join(str(item).replace("_", " ") for item in sorted(spec.capabilities))
    lines = [
        f"{spec.name} {spec.version}".rstrip() + source,
        f"  {spec.summary}",
        f"  {_availability(spec)}",
    ]
    if capabilities:
        lines += wrap(f"can: {capabilities}", _WIDTH, initial_indent="  ", subsequent_indent="       ")
    return lines


def _availability(spec: BackendSpec) -> str:
    try:
        availability = spec.availability()
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises
        return f"not available: its check failed: {type(error).__name__}: {error}"
    if availability:
        return "available"
    return f"not available ({availability.state.replace('_', ' ')}): {availability.advice}".rstrip(": ")
