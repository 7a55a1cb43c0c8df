"""The JSON documents that hotels send and receive."""

from optimizer_core.wire.collector import collector_off
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
from optimizer_core.wire.result import LockPriceEntry, PlanEntry, ResultDocument
from optimizer_core.wire.schema import schema
from optimizer_core.wire.trade_off_entry import TradeOffEntry, TradePointEntry
from optimizer_core.wire.trade_points import result_of_point
from optimizer_core.wire.writing import write_json

__all__ = [
    "LARGEST_DOCUMENT_BYTES",
    "LARGEST_ENQUIRY_BYTES",
    "LARGEST_RESULT_BYTES",
    "EnquiryAnswer",
    "EnquiryDocument",
    "Judgement",
    "LoadedProblem",
    "LockPriceEntry",
    "NewReservation",
    "PlanEntry",
    "ProblemDocument",
    "RequestEntry",
    "RequestedStay",
    "Reservation",
    "ResultDocument",
    "RoomEntry",
    "TradeOffEntry",
    "TradePointEntry",
    "collector_off",
    "judge",
    "load_enquiry",
    "load_problem",
    "load_result",
    "parse",
    "read_bytes",
    "read_problem",
    "result_of_point",
    "schema",
    "to_document",
    "to_problem",
    "to_result",
    "write_json",
]
