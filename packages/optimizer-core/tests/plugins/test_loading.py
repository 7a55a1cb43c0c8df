"""Loading from fake distributions on disk, as an installer would leave them."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from optimizer_core.plugins import PluginManager

GOOD = """
from optimizer_core.plugins import BackendSpec, Capability, hookimpl

@hookimpl
def optimizer_backends():
    yield BackendSpec("{name}", "A backend", frozenset({{Capability.LOCKS}}), create=lambda options: None)
"""
HOOK = """
from optimizer_core.plugins import hookimpl

@hookimpl{marker}
def {signature}:
    {body}
"""
Install = Callable[..., None]


def hook(signature: str, body: str, marker: str = "") -> str:
    """Return a plugin module with one hook."""
    return HOOK.format(signature=signature, body=body, marker=marker)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of installed distributions that exists for one test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Install:
    """Return a function that installs a distribution with one plugin module."""

    def install_one(distribution: str, source: str, *, module: str, entry_point: str | None = None) -> None:
        (site / f"{module}.py").write_text(source)
        folder = site / f"{distribution.replace('-', '_')}-1.2.3.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2.3\n")
        name = entry_point or distribution.removeprefix("optimizer-core-")
        (folder / "entry_points.txt").write_text(f"[optimizer_core]\n{name} = {module}\n")

    return install_one


def load(site: Path, **options: object) -> PluginManager:
    """Load the plugins of one folder only, whatever else is installed."""
    points = [
        point
        for distribution in distributions(path=[str(site)])
        for point in distribution.entry_points.select(group="optimizer_core")
    ]
    return PluginManager(external=points, **options)  # type: ignore[arg-type]


def test_good_plugin_is_loaded(site: Path, install: Install) -> None:
    """A plugin on the path is found, and its origin is known."""
    install("optimizer-core-good", GOOD.format(name="good"), module="good_plugin")
    manager = load(site)
    assert [spec.name for spec in manager.backends] == ["good"]
    assert str(manager.origin("good")) == "plugin 'good' of optimizer-core-good 1.2.3"
    assert manager.faults == ()


def test_installed_plugins_are_found_without_being_named(install: Install) -> None:
    """By default the entry points of all installed distributions are loaded."""
    install("optimizer-core-good", GOOD.format(name="found-by-itself"), module="good_plugin")
    assert "found-by-itself" in {spec.name for spec in PluginManager().backends}


@pytest.mark.parametrize(
    ("source", "stage", "cause"),
    [
        ("import no_such_solver", "import", "No module named 'no_such_solver'"),
        ("raise SystemExit('not today')", "import", "SystemExit: not today"),
        ("def broken(:", "import", "SyntaxError"),
        ("name = 'nothing'", "registration", "it implements no hook"),
        (hook("optimizer_backend()", "return []"), "registration", "there is no hook 'optimizer_backend'"),
        (hook("optimizer_backends(config)", "return []"), "registration", "{'config'}"),
        (
            hook("optimizer_backends()", "return (yield)", "(wrapper=True)"),
            "registration",
            "is a wrapper",
        ),
        (hook("optimizer_backends()", "return 1 / 0"), "backends", "ZeroDivisionError"),
        (hook("optimizer_backends()", "return ['x']"), "backends", "'x' is not a BackendSpec"),
        (GOOD.format(name="Not A Name"), "backends", "backend name 'Not A Name'"),
    ],
)
def test_broken_plugin_harms_nobody(
    site: Path, install: Install, source: str, stage: str, cause: str
) -> None:
    """A broken plugin is reported with its distribution, version and cause; the others are loaded."""
    install("optimizer-core-bad", source, module="bad_plugin")
    install("optimizer-core-good", GOOD.format(name="good"), module="good_plugin")
    manager = load(site)
    assert [spec.name for spec in manager.backends] == ["good"]
    (fault,) = manager.faults
    assert (fault.origin.distribution, fault.origin.version) == ("optimizer-core-bad", "1.2.3")
    assert fault.stage == stage
    assert cause in fault.cause
    assert "\n" not in fault.cause


def test_optional_hook_of_a_later_version_is_no_fault(site: Path, install: Install) -> None:
    """A hook that this version does not have may be implemented as optional, as elsewhere with pluggy."""
    source = GOOD.format(name="good") + hook("optimizer_of_next_year()", "return 1", "(optionalhook=True)")
    install("optimizer-core-good", source, module="good_plugin")
    manager = load(site)
    assert [spec.name for spec in manager.backends] == ["good"]
    assert manager.faults == ()


def test_disabled_plugin_is_not_imported(site: Path, install: Install) -> None:
    """A plugin that is disabled by the name of its entry point is not even imported."""
    install("optimizer-core-bad", "raise RuntimeError", module="bad_plugin")
    manager = load(site, disabled={"bad"})
    assert (manager.faults, manager.plugins) == ((), ())
    assert "bad_plugin" not in sys.modules


def test_one_name_twice_names_both_distributions(site: Path, install: Install) -> None:
    """Of two plugins with one backend name neither is taken, and each fault names the other."""
    install("optimizer-core-one", GOOD.format(name="same"), module="one_plugin")
    install("optimizer-core-two", GOOD.format(name="same"), module="two_plugin")
    manager = load(site)
    assert manager.backends == ()
    one, two = manager.faults
    assert "optimizer-core-two 1.2.3" in one.cause
    assert "optimizer-core-one 1.2.3" in two.cause


def test_one_module_twice_is_reported(site: Path, install: Install) -> None:
    """Two entry points for one module are a mistake of packaging that is reported."""
    install("optimizer-core-one", GOOD.format(name="same"), module="one_plugin")
    install("optimizer-core-two", GOOD.format(name="same"), module="one_plugin")
    manager = load(site)
    assert [spec.name for spec in manager.backends] == ["same"]
    (fault,) = manager.faults
    assert fault.origin.distribution == "optimizer-core-two"
