"""Names that take numpy or scipy are imported when they are first used: backends are listed without them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "MilpAnswer": "network.milp",
    "MilpBackend": "plugins.milp_backend",
    "MilpLimits": "network.milp",
    "MilpModel": "network.milp",
    "MilpStatus": "network.milp",
    "SolverCallbacks": "plugins.solver_callbacks",
}


def __getattr__(name: str) -> Any:
    """Return a name of `optimizer_core.plugins` that was not imported with it."""
    if name in _MODULES:
        return getattr(import_module(f"optimizer_core.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'optimizer_core.plugins' has no attribute {name!r}", name=name)
