"""Problem in, outcome out: the choice of a backend and the judgment of its claim."""

from optimizer_core.solving.solve import SOLVE_SECONDS, judge, solve

__all__ = ["SOLVE_SECONDS", "judge", "solve"]
