"""What is heavy is imported when it is first used, and every public name is there."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from importlib.metadata import version
from types import ModuleType

import pytest

import optimizer_core as oc

MOST_NAMES = 45


def test_the_import_takes_nothing_heavy() -> None:
    heavy = ["numpy", "scipy", "pydantic", "pluggy", "highspy", "PIL", "importlib.metadata"]
    code = f"import sys, json, optimizer_core; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_every_public_name_is_there_and_they_stay_few() -> None:
    assert len(oc.__all__) <= MOST_NAMES
    assert [name for name in oc.__all__ if not hasattr(oc, name)] == []
    assert set(oc.__all__) <= set(dir(oc))


@pytest.mark.parametrize("name", ["plan", "trade_off", "read_hotel", "check_booking", "derive_restrictions"])
def test_a_verb_is_never_a_module(name: str) -> None:
    for module in ("verbs", "planner", "results", "trade_off_curve", "run", "hotel", "cli"):
        importlib.import_module(f"optimizer_core.{module}")
    assert callable(getattr(oc, name))
    assert not isinstance(getattr(oc, name), ModuleType)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"optimizer_core.{name}")


def test_the_version_is_that_of_the_distribution() -> None:
    assert oc.__version__ == version("optimizer-core")


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'optimizer_core' has no attribute 'optimise'"):
        oc.optimise  # type: ignore[attr-defined]  # noqa: B018 - the access itself is tested
