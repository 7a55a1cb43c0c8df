"""The JSON documents: what hotels send and what they get back."""

from optimizer_core.wire.compose import to_result
from optimizer_core.wire.convert import LoadedProblem, to_problem
from optimizer_core.wire.enquiry import EnquiryDocument, RequestedStay
from optimizer_core.wire.judge import Judgement, judge
from optimizer_core.wire.load import (
    LARGEST_ENQUIRY_BYTES,
    LARGEST_RESULT_BYTES,
    load_enquiry,
    load_problem,
    load_result,
    read_problem,
    to_document,
)
from optimizer_core.wire.problem import NewReservation, ProblemDocument, Reservation, RoomEntry
from optimizer_core.wire.reading import LARGEST_DOCUMENT_BYTES, parse, read_bytes
from optimizer_core.wire.request_answer import EnquiryAnswer, RequestEntry
from optimizer_core.wire.result import PlanEntry, ResultDocument
from optimizer_core.wire.schema import schema
from optimizer_core.wire.writing import write_json

__all__ = [
    "LARGEST_DOCUMENT_BYTES",
    "LARGEST_ENQUIRY_BYTES",
    "LARGEST_RESULT_BYTES",
    "EnquiryAnswer",
    "EnquiryDocument",
    "Judgement",
    "LoadedProblem",
    "NewReservation",
    "PlanEntry",
    "ProblemDocument",
    "RequestEntry",
    "RequestedStay",
    "Reservation",
    "ResultDocument",
    "RoomEntry",
    "judge",
    "load_enquiry",
    "load_problem",
    "load_result",
    "parse",
    "read_bytes",
    "read_problem",
    "schema",
    "to_document",
    "to_problem",
    "to_result",
    "write_json",
]
