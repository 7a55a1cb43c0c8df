"""The mathematics of the gap cost: a hotel as a time-space network, its flows, and rooms made of them."""

from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus

__all__ = ["MilpAnswer", "MilpLimits", "MilpModel", "MilpSolver", "MilpStatus"]
