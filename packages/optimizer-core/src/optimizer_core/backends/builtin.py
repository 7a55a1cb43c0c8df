"""The backends of this library, provided by the same hook as those of plugins."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from optimizer_core.plugins import (
    Backend,
    BackendSpec,
    Capability,
    Option,
    PluginManager,
    available_if_installed,
    hookimpl,
    installed_version,
)

_Options = Mapping[str, bool | float | str]

_PROBLEM_CAPABILITIES = frozenset(
    {
        Capability.LOCKS,
        Capability.FURTHER_TYPES,
        Capability.RUN_OF_HOUSE,
        Capability.ADJACENCY_GROUPS,
        Capability.MOVE_BUDGET,
        Capability.PRICES,
    }
)
_EXACT = _PROBLEM_CAPABILITIES | {
    Capability.PROVES_OPTIMALITY,
    Capability.PROVES_INFEASIBILITY,
    Capability.TIME_LIMIT,
    Capability.CANCEL,
    Capability.PROGRESS,
    Capability.WARM_START,
    Capability.DETERMINISTIC,
    Capability.SOLVES_MILP,
}
_PRESOLVE = Option("presolve", default=True, meaning="Let HiGHS simplify each model before it solves it.")


class BuiltinBackends:
    """The plugin with the built-in backends."""

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        """Yield the built-in backends; no solver is imported here."""
        yield BackendSpec(
            name="cvxpy",
            summary="Network models stated in cvxpy and solved by HiGHS; exact",
            capabilities=_EXACT,
            create=_create_cvxpy,
            availability=available_if_installed("cvxpy", "Install cvxpy-base and highspy."),
            priority=100,
            options=(_PRESOLVE,),
            version=installed_version("cvxpy-base") or installed_version("cvxpy"),
        )
        yield BackendSpec(
            name="highs",
            summary="Network models handed to HiGHS as arrays; exact",
            capabilities=_EXACT,
            create=_create_highs,
            availability=available_if_installed("highspy", "Install highspy."),
            priority=90,
            options=(_PRESOLVE,),
            version=installed_version("highspy"),
        )
        yield BackendSpec(
            name="ortools",
            summary="Network models solved by OR-Tools: minimum cost flow, Glop, CP-SAT; exact",
            capabilities=_EXACT,
            create=_create_ortools,
            availability=available_if_installed("ortools", "Install optimizer-core[ortools]."),
            priority=80,
            version=installed_version("ortools"),
        )
        yield BackendSpec(
            name="greedy",
            summary="Arrival order without a solver; quick, proves nothing",
            capabilities=_PROBLEM_CAPABILITIES
            | {Capability.TIME_LIMIT, Capability.CANCEL, Capability.DETERMINISTIC},
            create=_create_greedy,
            priority=10,
            version=installed_version("optimizer-core"),
        )


def load_backends(disabled: Collection[str] = ()) -> PluginManager:
    """Return the built-in backends and those of all installed plugins.

    Parameters
    ----------
    disabled
        Names of entry points of plugins that must not be imported.
    """
    return PluginManager({"builtin": BuiltinBackends()}, disabled=disabled)


def _create_cvxpy(options: _Options) -> Backend:
    from optimizer_core.backends.cvxpy_backend import CvxpyBackend

    return CvxpyBackend(presolve=bool(options["presolve"]))


def _create_highs(options: _Options) -> Backend:
    from optimizer_core.backends.highs import HighsBackend

    return HighsBackend(presolve=bool(options["presolve"]))


def _create_ortools(options: _Options) -> Backend:
    del options  # it has none
    from optimizer_core.backends.ortools_backend import OrtoolsBackend

    return OrtoolsBackend()


def _create_greedy(options: _Options) -> Backend:
    del options  # it has none
    from optimizer_core.backends.greedy import GreedyBackend

    return GreedyBackend()
