"""Problem in, outcome out: the choice of a backend and the judgment of its claim."""

from optimizer_core.solving.solve import judge, solve

__all__ = ["judge", "solve"]
