"""The objective: its terms and their sum."""

from optimizer_core.objective.adjacency import adjacency_penalty, members_apart
from optimizer_core.objective.gaps import gap_cost
from optimizer_core.objective.moves import moved_stays
from optimizer_core.objective.score import Score, difference, score
from optimizer_core.objective.term import Match, Term

__all__ = [
    "Match",
    "Score",
    "Term",
    "adjacency_penalty",
    "difference",
    "gap_cost",
    "members_apart",
    "moved_stays",
    "score",
]
