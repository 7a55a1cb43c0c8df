"""The loaded plugins, their backends, and the choice among these."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

import pluggy

from optimizer_core.domain import Limits, Outcome, Problem
from optimizer_core.errors import BackendUnavailable, NoCapableBackend
from optimizer_core.plugins import hookspecs
from optimizer_core.plugins.loading import (
    Origin,
    PluginFault,
    PluginRefused,
    collect_backends,
    import_plugin,
    in_one_line,
    origin_of,
    register,
)
from optimizer_core.plugins.protocol import Backend
from optimizer_core.plugins.requirement import required_capabilities
from optimizer_core.plugins.spec import AUTO, BackendSpec, Capability, installed_version

_log = logging.getLogger(__name__)
_HOST = "optimizer-core"


class PluginManager:
    """Loads plugins, knows their backends, and calls their hooks one by one.

    A plugin that cannot be loaded, or raises in a hook, is recorded or logged and skipped.

    Parameters
    ----------
    builtin
        Plugins of this library by name; their backend names win over those of others.
    disabled
        Names of entry points that must not even be imported.
    external
        Entry points of further plugins; None for all that are installed.
    """

    def __init__(
        self,
        builtin: Mapping[str, object] | None = None,
        *,
        disabled: Collection[str] = (),
        external: Iterable[EntryPoint] | None = None,
    ) -> None:
        self._pluggy = pluggy.PluginManager(hookspecs.PROJECT_NAME)
        self._pluggy.add_hookspecs(hookspecs)
        self._faults: list[PluginFault] = []
        self._offers: list[tuple[Origin, BackendSpec]] = []
        self._origins: list[Origin] = []
        version = installed_version(_HOST)
        for name, plugin in (builtin or {}).items():
            self._load(Origin(name, _HOST, version, is_builtin=True), plugin)
        if external is None:
            external = entry_points(group=hookspecs.PROJECT_NAME)
        for point in sorted(external, key=lambda point: (point.name, point.value)):
            if point.name not in disabled:
                self._load(origin_of(point), point)
        self._by_name = self._unique_offers()

    @property
    def faults(self) -> tuple[PluginFault, ...]:
        """The faults of the installed plugins."""
        return tuple(self._faults)

    @property
    def plugins(self) -> tuple[Origin, ...]:
        """The origins of the loaded plugins, the built-in ones first."""
        return tuple(self._origins)

    @property
    def backends(self) -> tuple[BackendSpec, ...]:
        """All backends, highest priority first, available or not."""
        return tuple(spec for _, spec in self._by_name.values())

    def origin(self, name: str) -> Origin:
        """Return the plugin that provides a backend."""
        return self._by_name[name][0]

    def backend(self, name: str) -> BackendSpec:
        """Return the spec of a backend by name.

        Raises
        ------
        BackendUnavailable
            If no backend has this name; lists the known names and the plugins that failed.
        """
        if name in self._by_name:
            return self._by_name[name][1]
        message = f"there is no backend {name!r}; the backends are {', '.join(self._by_name) or 'none'}"
        close = get_close_matches(name, self._by_name, 1)
        if close:
            message += f" (did you mean {close[0]!r}?)"
        failed = "; ".join(str(fault) for fault in self._faults)
        raise BackendUnavailable(f"{message}. Plugins that failed: {failed}" if failed else message)

    def select(
        self, problem: Problem, name: str = AUTO, *, required: frozenset[Capability] = frozenset()
    ) -> BackendSpec:
        """Return the backend for a problem.

        Parameters
        ----------
        problem
            The hotel.
        name
            Name of the backend; "auto" for the best that is available and capable.
        required
            Capabilities that the caller requires, besides those of the problem.

        Raises
        ------
        BackendUnavailable
            If the named backend does not exist or cannot be used here; says why.
        NoCapableBackend
            If the named backend, or every available one, lacks a required capability; names it.
        """
        required |= required_capabilities(problem)
        if name != AUTO:
            return self._named(name, required)
        refusals = {spec.name: _refusal(spec, required) for spec in self.backends}
        candidates = tuple(spec for spec in self.backends if refusals[spec.name] is None)
        if not candidates:
            reasons = "; ".join(f"{other} {refusal}" for other, refusal in refusals.items())
            raise NoCapableBackend(f"no backend can solve this problem: {reasons or 'none is installed'}")
        return self._chosen_by_plugin(problem, candidates) or candidates[0]

    def create(self, spec: BackendSpec, options: Mapping[str, object] | None = None) -> Backend:
        """Create a backend; this imports its solver.

        Raises
        ------
        InvalidInput
            If an option is unknown or of the wrong kind.
        BackendUnavailable
            If the backend cannot be created; names the plugin and the cause.
        """
        completed = spec.complete_options(options or {})
        try:
            return spec.create(completed)
        except Exception as error:
            origin = f" ({self.origin(spec.name)})" if spec.name in self._by_name else ""
            message = f"backend {spec.name!r}{origin} cannot be started: {in_one_line(error)}"
            raise BackendUnavailable(message) from error

    def solve_started(self, problem: Problem, backend_name: str, limits: Limits) -> None:
        """Notify the plugins that a solve begins."""
        arguments = {"problem": problem, "backend_name": backend_name, "limits": limits}
        for _ in self._answers("optimizer_solve_started", arguments):
            pass

    def solve_finished(self, problem: Problem, outcome: Outcome) -> None:
        """Notify the plugins of the outcome of a solve."""
        for _ in self._answers("optimizer_solve_finished", {"problem": problem, "outcome": outcome}):
            pass

    def _load(self, origin: Origin, source: object) -> None:
        try:
            plugin = import_plugin(source) if isinstance(source, EntryPoint) else source
            register(self._pluggy, plugin, origin)
            specs = collect_backends(self._pluggy, plugin)
        except PluginRefused as refused:
            if self._pluggy.has_plugin(str(origin)):
                self._pluggy.unregister(name=str(origin))
            self._report(origin, refused.stage, refused.cause)
        else:
            self._origins.append(origin)
            self._offers += ((origin, spec) for spec in specs)

    def _report(self, origin: Origin, stage: str, cause: str) -> None:
        fault = PluginFault(origin, stage, cause)
        self._faults.append(fault)
        _log.warning("%s", fault)

    def _unique_offers(self) -> dict[str, tuple[Origin, BackendSpec]]:
        """Return the backends by name, best first; if several share a name, only a built-in one is kept."""
        offers: dict[str, list[tuple[Origin, BackendSpec]]] = {}
        for origin, spec in self._offers:
            offers.setdefault(spec.name, []).append((origin, spec))
        unique = []
        for name, rivals in offers.items():
            builtin = [offer for offer in rivals if offer[0].is_builtin][:1]
            kept = builtin if len(rivals) > 1 else rivals
            unique += kept
            for origin, _ in rivals:
                if len(rivals) > 1 and (not kept or origin is not kept[0][0]):
                    others = " and ".join(str(other) for other, _ in rivals if other is not origin)
                    cause = f"the backend name {name!r} is taken by {others or 'the same plugin'}"
                    self._report(origin, "names", cause)
        unique.sort(key=lambda offer: (-offer[1].priority, offer[1].name))
        return {spec.name: (origin, spec) for origin, spec in unique}

    def _named(self, name: str, required: frozenset[Capability]) -> BackendSpec:
        spec = self.backend(name)
        availability = _availability(spec)
        if availability is not None:
            raise BackendUnavailable(f"backend {name!r} {availability}")
        missing = spec.missing(required)
        if missing:
            others = [other.name for other in self.backends if _refusal(other, required) is None]
            hint = f"; use {' or '.join(others)}" if others else ""
            raise NoCapableBackend(f"backend {name!r} lacks {', '.join(missing)}{hint}")
        return spec

    def _chosen_by_plugin(self, problem: Problem, candidates: tuple[BackendSpec, ...]) -> BackendSpec | None:
        by_name = {spec.name: spec for spec in candidates}
        arguments = {"problem": problem, "candidates": candidates}
        for plugin, answer in self._answers("optimizer_select_backend", arguments):
            if answer in by_name:
                return by_name[answer]
            if answer is not None:
                _log.error("%s: chose %r, which is not one of %s", plugin, answer, ", ".join(by_name))
        return None

    def _answers(self, hook: str, arguments: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        """Call each implementation of a hook in its own try; yield the plugin's name and its answer."""
        for implementation in reversed(getattr(self._pluggy.hook, hook).get_hookimpls()):
            try:
                answer = implementation.function(*(arguments[name] for name in implementation.argnames))
            except Exception:  # noqa: BLE001 - whatever a plugin raises
                _log.exception("%s: hook %s failed", implementation.plugin_name, hook)
            else:
                yield implementation.plugin_name, answer


def _availability(spec: BackendSpec) -> str | None:
    """Return why a backend cannot be used here; None if it can."""
    try:
        availability = spec.availability()
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises
        return f"cannot be used here: its availability check failed: {in_one_line(error)}"
    if availability:
        return None
    return f"cannot be used here ({availability.state}): {availability.advice}".rstrip(": ")


def _refusal(spec: BackendSpec, required: frozenset[Capability]) -> str | None:
    """Return why a backend is not a candidate; None if it is."""
    missing = spec.missing(required)
    return _availability(spec) or (f"lacks {', '.join(missing)}" if missing else None)
