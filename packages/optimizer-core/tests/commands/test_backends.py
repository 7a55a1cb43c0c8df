"""`bookingopt backends` lists what can be used, and says why where it cannot."""

import pytest

from optimizer_core.cli import main
from optimizer_core.plugins import PluginManager


def test_the_built_in_backends_are_listed_best_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backends"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line and not line.startswith(" ")]
    assert names[:2] == ["cvxpy", "highs"]
    assert names[-1] == "greedy"
    assert "  available" in lines


def test_what_cannot_be_used_says_why(
    nothing_usable: PluginManager, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("optimizer_core.commands.backends.load_plugins", lambda: nothing_usable)
    assert main(["backends"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "x 2.1",
        "  Solver X",
        "  not available (missing dependency): Install solver-x.",
        "  can: locks, prices",
        "",
        "y",
        "  Solver Y",
        "  not available (broken): its check failed: RuntimeError: license server away",
        "",
        *[str(fault) for fault in nothing_usable.faults],
    ]
    assert len(nothing_usable.faults) == 1
