"""The cost of one more stay, and whether it fits: acceptance matrices and answers to requests."""

from optimizer_core.acceptance.fit_answer import Fit, FitAnswer, Offer
from optimizer_core.acceptance.fit_desk import FitDesk
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
    "Fit",
    "FitAnswer",
    "FitDesk",
    "Offer",
    "acceptance_matrices",
]
