"""What one more stay costs: the acceptance matrix of each room type."""

from optimizer_core.acceptance.matrix import BAD, CLOSED, GOOD, UNSELLABLE, UPGRADING, AcceptanceMatrix

__all__ = ["BAD", "CLOSED", "GOOD", "UNSELLABLE", "UPGRADING", "AcceptanceMatrix"]
