"""What the optimizer loads: hook implementations and nothing else, no solver imported."""

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
        # Whatever the network method can do, a solver of its models can do.
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
