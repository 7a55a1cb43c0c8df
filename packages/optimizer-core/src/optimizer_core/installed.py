"""The backends that are installed here, as rows of a list."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer_core.backends import load_backends
from optimizer_core.plugins import BackendSpec, PluginManager


@dataclass(frozen=True, slots=True)
class InstalledBackend:
    """One backend of the list.

    Parameters
    ----------
    name, version, summary
        As in its `BackendSpec`; the version is empty if unknown.
    capabilities
        What it can do, in order of their names.
    availability
        ``available``, ``missing_dependency``, ``bad_version``, ``no_license`` or ``broken``.
    advice
        What to do about it, in one sentence; empty if there is nothing to do.
    origin
        The plugin that provides it, and its distribution; None for built-in backends.
    """

    name: str
    version: str
    summary: str
    capabilities: tuple[str, ...]
    availability: str
    advice: str
    origin: str | None


@dataclass(frozen=True, slots=True)
class Installed:
    """The backends, best first, and the faults of plugins, one sentence each."""

    backends: tuple[InstalledBackend, ...]
    faults: tuple[str, ...]


def installed_backends(manager: PluginManager | None = None) -> Installed:
    """Return the backends found here, without importing any solver.

    Parameters
    ----------
    manager
        The plugins; None for the built-in and the installed ones.
    """
    manager = manager or load_backends()
    rows = tuple(_row(manager, spec) for spec in manager.backends)
    return Installed(rows, tuple(str(fault) for fault in manager.faults))


def _row(manager: PluginManager, spec: BackendSpec) -> InstalledBackend:
    origin = manager.origin(spec.name)
    state, advice = _availability(spec)
    return InstalledBackend(
        spec.name,
        spec.version,
        spec.summary,
        tuple(sorted(str(item) for item in spec.capabilities)),
        state,
        advice,
        None if origin.is_builtin else str(origin),
    )


def _availability(spec: BackendSpec) -> tuple[str, str]:
    try:
        availability = spec.availability()
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises
        return "broken", f"its check failed: {type(error).__name__}: {error}"
    return str(availability.state), availability.advice
