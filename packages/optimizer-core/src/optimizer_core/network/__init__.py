"""The mathematics: a hotel as a time-space network, its flows, and room plans made of them."""

from optimizer_core.network.answer import Answer
from optimizer_core.network.method import find_plan
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus

__all__ = ["Answer", "MilpAnswer", "MilpLimits", "MilpModel", "MilpSolver", "MilpStatus", "find_plan"]
