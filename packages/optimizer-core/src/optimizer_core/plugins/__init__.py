"""The interface for backends: everything that the author of a plugin imports."""

from typing import TYPE_CHECKING

from optimizer_core.domain import Limit, Limits, Plan, Problem, Progress, Reason, Shortage, current_plan
from optimizer_core.plugins.hookspecs import hookimpl
from optimizer_core.plugins.loading import Origin, PluginFault
from optimizer_core.plugins.manager import PluginManager
from optimizer_core.plugins.protocol import Backend, BackendAnswer
from optimizer_core.plugins.requirement import required_capabilities
from optimizer_core.plugins.spec import (
    AUTO,
    Availability,
    AvailabilityState,
    BackendSpec,
    Capability,
    Option,
    always_available,
    available_if_installed,
    installed_version,
)

if TYPE_CHECKING:
    from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpStatus
    from optimizer_core.plugins.milp_backend import MilpBackend
    from optimizer_core.plugins.solver_callbacks import SolverCallbacks
else:
    from optimizer_core.plugins.on_demand import __getattr__ as __getattr__

__all__ = [
    "AUTO",
    "Availability",
    "AvailabilityState",
    "Backend",
    "BackendAnswer",
    "BackendSpec",
    "Capability",
    "Limit",
    "Limits",
    "MilpAnswer",
    "MilpBackend",
    "MilpLimits",
    "MilpModel",
    "MilpStatus",
    "Option",
    "Origin",
    "Plan",
    "PluginFault",
    "PluginManager",
    "Problem",
    "Progress",
    "Reason",
    "Shortage",
    "SolverCallbacks",
    "always_available",
    "available_if_installed",
    "current_plan",
    "hookimpl",
    "installed_version",
    "required_capabilities",
]
