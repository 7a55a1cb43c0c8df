"""The JSON documents: what hotels send and what they get back."""

from optimizer_core.wire.convert import LoadedProblem, to_problem
from optimizer_core.wire.load import load_problem, load_result
from optimizer_core.wire.problem import ProblemDocument, Reservation, RoomEntry
from optimizer_core.wire.reading import LARGEST_DOCUMENT_BYTES, parse, read_bytes
from optimizer_core.wire.result import PlanEntry, ResultDocument

__all__ = [
    "LARGEST_DOCUMENT_BYTES",
    "LoadedProblem",
    "PlanEntry",
    "ProblemDocument",
    "Reservation",
    "ResultDocument",
    "RoomEntry",
    "load_problem",
    "load_result",
    "parse",
    "read_bytes",
    "to_problem",
]
