"""The built-in backends; a solver is imported when its backend is created, not before."""
