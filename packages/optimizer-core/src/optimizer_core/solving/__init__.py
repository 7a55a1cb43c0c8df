"""Problem in, outcome out: the choice of a backend and the judgment of its claim."""

from optimizer_core.solving.incumbents import SOLVE_SECONDS, Draft
from optimizer_core.solving.solve import judge, solve

__all__ = ["SOLVE_SECONDS", "Draft", "judge", "solve"]
