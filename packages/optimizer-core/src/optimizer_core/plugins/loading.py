"""Loading plugins one by one, so that a broken one is reported and does not affect the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import cast

import pluggy

from optimizer_core.plugins.spec import BackendSpec


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a plugin comes from.

    Parameters
    ----------
    plugin
        Name of its entry point.
    distribution, version
        The installed distribution that declares it.
    is_builtin
        Whether it is part of this library.
    """

    plugin: str
    distribution: str
    version: str
    is_builtin: bool = False

    def __str__(self) -> str:
        """Return ``plugin of distribution version``."""
        return f"plugin {self.plugin!r} of {self.distribution} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class PluginFault:
    """A fault of a plugin; the program continues without the plugin.

    Parameters
    ----------
    origin
        The plugin.
    stage
        The step that failed: import, registration, backends or names.
    cause
        What went wrong, in one line.
    """

    origin: Origin
    stage: str
    cause: str

    def __str__(self) -> str:
        """Return one sentence for people."""
        return f"{self.origin}: {self.stage} failed: {self.cause}"


class PluginRefused(Exception):
    """A plugin cannot be used; carries the stage and the cause, never leaves this package."""

    def __init__(self, stage: str, cause: str) -> None:
        self.stage = stage
        self.cause = cause
        super().__init__(cause)


def origin_of(entry_point: EntryPoint) -> Origin:
    """Return the origin of an entry point."""
    if entry_point.dist is None:
        return Origin(entry_point.name, "an unknown distribution", "")
    return Origin(entry_point.name, entry_point.dist.name, entry_point.dist.version)


def import_plugin(entry_point: EntryPoint) -> object:
    """Import the object that an entry point names.

    Raises
    ------
    PluginRefused
        If the import raises anything, ``SystemExit`` included.
    """
    try:
        return entry_point.load()
    except (Exception, SystemExit) as error:
        raise PluginRefused("import", in_one_line(error)) from error


def register(manager: pluggy.PluginManager, plugin: object, origin: Origin) -> None:
    """Register a plugin after checking its hooks; if one is wrong, the plugin is unregistered.

    Raises
    ------
    PluginRefused
        If it implements no hook, one that does not exist, or one with arguments the hook does not have.
    """
    try:
        manager.register(plugin, str(origin))
    except (ValueError, TypeError, pluggy.PluginValidationError) as error:
        if manager.is_registered(plugin) and manager.get_name(plugin) == str(origin):
            manager.unregister(plugin)
        raise PluginRefused("registration", in_one_line(error)) from error
    cause = _hook_mistake(manager, plugin)
    if cause is not None:
        manager.unregister(plugin)
        raise PluginRefused("registration", cause)


def collect_backends(manager: pluggy.PluginManager, plugin: object) -> tuple[BackendSpec, ...]:
    """Return the backends of one registered plugin.

    Raises
    ------
    PluginRefused
        If its hook raises or yields something that is not a `BackendSpec`.
    """
    specs: list[object] = []
    for implementation in manager.hook.optimizer_backends.get_hookimpls():
        if implementation.plugin is not plugin:
            continue
        try:
            specs += cast(Iterable[object], implementation.function())
        except Exception as error:
            raise PluginRefused("backends", in_one_line(error)) from error
    strange = [spec for spec in specs if not isinstance(spec, BackendSpec)]
    if strange:
        raise PluginRefused("backends", f"{strange[0]!r} is not a BackendSpec")
    return tuple(spec for spec in specs if isinstance(spec, BackendSpec))


def in_one_line(error: BaseException) -> str:
    """Return the kind and the text of an error without line breaks."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def _hook_mistake(manager: pluggy.PluginManager, plugin: object) -> str | None:
    """Return the first fault of the hooks of a registered plugin; None without a fault."""
    callers = manager.get_hookcallers(plugin) or []
    known = sorted(name for name, caller in vars(manager.hook).items() if getattr(caller, "spec", None))
    if not callers:
        return f"it implements no hook; mark functions with @hookimpl and name them {', '.join(known)}"
    for caller in callers:
        own = [implementation for implementation in caller.get_hookimpls() if implementation.plugin is plugin]
        if caller.spec is None and not all(implementation.optionalhook for implementation in own):
            return f"there is no hook {caller.name!r}; the hooks are {', '.join(known)}"
        for implementation in own:
            if implementation.wrapper or implementation.hookwrapper:
                return f"{caller.name!r} is a wrapper; a plugin may answer a hook, not wrap the others"
    return None
