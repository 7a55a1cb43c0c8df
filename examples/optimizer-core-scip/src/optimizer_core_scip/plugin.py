"""The plugin that the optimizer loads: hook implementations only, without importing the solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer_core.plugins import (
    Backend,
    BackendSpec,
    Capability,
    available_if_installed,
    hookimpl,
    installed_version,
)


@hookimpl
def optimizer_backends() -> Iterator[BackendSpec]:
    """Yield the SCIP backend."""
    yield BackendSpec(
        name="scip",
        summary="Network models solved by SCIP; exact",
        # A solver of its models has every capability of the network method.
        capabilities=frozenset(Capability),
        create=_create,
        availability=available_if_installed("pyscipopt", "Install pyscipopt."),
        priority=50,
        version=installed_version("pyscipopt"),
    )


def _create(options: Mapping[str, bool | float | str]) -> Backend:
    del options  # it has none
    from optimizer_core_scip.backend import ScipBackend

    return ScipBackend()
