"""From a problem to an outcome: selects a backend and verifies its answer."""

from optimizer_core.solving.incumbents import SOLVE_SECONDS, Draft
from optimizer_core.solving.solve import judge, solve

__all__ = ["SOLVE_SECONDS", "Draft", "judge", "solve"]
