"""Checks the size of a hotel before its document is validated, stored or solved.

There are three steps, each of which bounds the cost of the next. Brackets and commas are counted in the
bytes, which takes a tenth of a second at most. The document is parsed. One pass over the values finds the
rest. Faults within the limits are not reported here: validating the document reports them, field by field.
"""

from __future__ import annotations

from bookingopt_api.documents.counting import count
from bookingopt_api.documents.examination import Examination
from bookingopt_api.documents.limits import DocumentLimits
from bookingopt_api.problems import ApiProblem
from optimizer_core.errors import MORE_FAULTS, MOST_FAULTS, Fault
from optimizer_core.wire import LoadedProblem, collector_off, parse, to_document, to_problem


def check_document(content: bytes, limits: DocumentLimits) -> str:
    """Return the label of a document that is valid and within the limits; nothing else of it is kept.

    Errors are those of `load_document`.
    """
    return load_document(content, limits).document.problem_id


@collector_off()
def load_document(content: bytes, limits: DocumentLimits) -> LoadedProblem:
    """Return the hotel in a document that is valid and within the limits.

    Raises
    ------
    ApiProblem
        ``document-limit`` with the places that are beyond a limit.
    InvalidInput
        If the document cannot be read, or is wrong.
    """
    return to_problem(to_document(read_within(content, limits)))


def read_within(content: bytes, limits: DocumentLimits) -> object:
    """Return the JSON value of a document within the limits; it may be invalid in other ways.

    Parameters
    ----------
    content
        The document as received.
    limits
        Limits of a document.

    Raises
    ------
    ApiProblem
        ``document-limit`` with the places that are beyond a limit.
    InvalidDocument
        If it is not readable JSON.
    """
    _refuse(count(content, limits))
    value = parse(content, largest_bytes=limits.document_bytes)
    if isinstance(value, dict):
        _refuse(Examination(limits).faults_of(value))
    return value


def _refuse(faults: list[Fault]) -> None:
    if faults:
        told = faults if len(faults) <= MOST_FAULTS else [*faults[:MOST_FAULTS], MORE_FAULTS]
        raise ApiProblem("document-limit", "The document is beyond a limit; see errors.", faults=told)
