"""Public names that take numpy, scipy or pydantic are imported when they are first used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

_MODULES = {
    "BookingAnswer": "results",
    "PlanResult": "results",
    "Planner": "planner",
    "Restrictions": "results",
    "TradeOff": "results",
    "check_booking": "verbs",
    "derive_restrictions": "verbs",
    "plan": "verbs",
    "read_hotel": "hotel_reading",
    "trade_off": "verbs",
}


def __getattr__(name: str) -> Any:
    """Return a public name of `optimizer_core` that was not imported with it."""
    if name == "__version__":
        from importlib.metadata import version  # takes as long to import as all the rest

        return version("optimizer-core")
    if name in _MODULES:
        return getattr(import_module(f"optimizer_core.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'optimizer_core' has no attribute {name!r}", name=name)


def __dir__() -> list[str]:
    """Return every name of `optimizer_core`, also those that were not imported with it."""
    return sorted({*vars(sys.modules["optimizer_core"]), *_MODULES, "__version__"})
