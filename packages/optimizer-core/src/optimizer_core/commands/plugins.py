"""The plugins of the command line: all that are installed, without those the environment disables."""

from __future__ import annotations

import os

from optimizer_core.backends import load_backends
from optimizer_core.plugins import PluginManager

DISABLED_PLUGINS = "OPTIMIZER_DISABLED_PLUGINS"
"""Names of entry points, separated by commas, that must not be imported."""


def load_plugins() -> PluginManager:
    """Return the plugins that the environment allows."""
    names = os.environ.get(DISABLED_PLUGINS, "").split(",")
    return load_backends(disabled={name.strip() for name in names if name.strip()})
