"""The built-in backends; a solver is imported when its backend is created, not before."""

from optimizer_core.backends.builtin import BuiltinBackends, load_backends

__all__ = ["BuiltinBackends", "load_backends"]
