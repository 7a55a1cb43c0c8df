"""`bookingopt backends` lists what can be used, and says why where it cannot."""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint

import pytest

from optimizer_core.cli import main
from optimizer_core.plugins import (
    Availability,
    AvailabilityState,
    Backend,
    BackendSpec,
    Capability,
    PluginManager,
    hookimpl,
)


def no_backend(_options: Mapping[str, bool | float | str]) -> Backend:
    raise NotImplementedError


def raising() -> Availability:
    raise RuntimeError("license server away")


class Plugin:
    """Backends that cannot be used, each for another reason."""

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        missing = Availability(AvailabilityState.MISSING_DEPENDENCY, "Install solver-x.")
        yield BackendSpec(
            "x", "Solver X", frozenset({Capability.LOCKS}), no_backend, lambda: missing, 5, version="2.1"
        )
        yield BackendSpec("y", "Solver Y", frozenset(), no_backend, raising, 4)


def test_the_built_in_backends_are_listed_best_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backends"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line and not line.startswith(" ")]
    assert names[:2] == ["cvxpy", "highs"]
    assert names[-1] == "greedy"
    assert "  available" in lines


def test_what_cannot_be_used_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manager = PluginManager(
        {"test": Plugin()}, external=[EntryPoint("broken", "no_such_module", "optimizer_core")]
    )
    monkeypatch.setattr("optimizer_core.commands.backends.load_plugins", lambda: manager)
    assert main(["backends"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "x 2.1",
        "  Solver X",
        "  not available (missing dependency): Install solver-x.",
        "  can: locks",
        "",
        "y",
        "  Solver Y",
        "  not available (broken): its check failed: RuntimeError: license server away",
        "",
        *[str(fault) for fault in manager.faults],
    ]
    assert len(manager.faults) == 1
