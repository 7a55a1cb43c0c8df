"""The environment may keep plugins out, by name."""

from importlib.metadata import EntryPoint

import pytest

from optimizer_core.commands.plugins import load_plugins

BROKEN = EntryPoint("broken", "no_such_module_at_all", "optimizer_core")


def test_a_disabled_plugin_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer_core.plugins.manager.entry_points", lambda **_: [BROKEN])
    monkeypatch.delenv("OPTIMIZER_DISABLED_PLUGINS", raising=False)
    assert [fault.origin.plugin for fault in load_plugins().faults] == ["broken"]
    monkeypatch.setenv("OPTIMIZER_DISABLED_PLUGINS", "another, broken ,")
    assert load_plugins().faults == ()


def test_built_in_backends_are_always_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTIMIZER_DISABLED_PLUGINS", "builtin")
    assert {"cvxpy", "highs", "greedy"} <= {spec.name for spec in load_plugins().backends}
