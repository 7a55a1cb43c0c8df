"""What one more stay costs: the acceptance matrix of each room type."""

from optimizer_core.acceptance.matrices import LONGEST_LOS_NIGHTS, acceptance_matrices
from optimizer_core.acceptance.matrix import BAD, CLOSED, GOOD, UNSELLABLE, UPGRADING, AcceptanceMatrix

__all__ = [
    "BAD",
    "CLOSED",
    "GOOD",
    "LONGEST_LOS_NIGHTS",
    "UNSELLABLE",
    "UPGRADING",
    "AcceptanceMatrix",
    "acceptance_matrices",
]
