"""Reports on a plan: figures before and after, and why each stay moves."""

from optimizer_core.report.chains import MoveChain
from optimizer_core.report.comparison import Comparison, PlanFigures, compare
from optimizer_core.report.message import message
from optimizer_core.report.moves import Move, MoveReason, explain_moves
from optimizer_core.report.proof import NO_BOUND, moves_sentence, percent, points
from optimizer_core.report.table import closing_table

__all__ = [
    "NO_BOUND",
    "Comparison",
    "Move",
    "MoveChain",
    "MoveReason",
    "PlanFigures",
    "closing_table",
    "compare",
    "explain_moves",
    "message",
    "moves_sentence",
    "percent",
    "points",
]
