"""The socket for backends: everything that the author of a plugin imports is here."""

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

__all__ = [
    "AUTO",
    "Availability",
    "AvailabilityState",
    "Backend",
    "BackendAnswer",
    "BackendSpec",
    "Capability",
    "Option",
    "Origin",
    "PluginFault",
    "PluginManager",
    "always_available",
    "available_if_installed",
    "hookimpl",
    "installed_version",
    "required_capabilities",
]
