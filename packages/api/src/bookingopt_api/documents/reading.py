"""How large a hotel may be: decided before the document is validated, stored or solved.

Three steps, each of which bounds the cost of the next: names and signs are counted in the bytes, which takes
a fraction of a second at most; what is left is parsed; one look at each value finds the rest. What is within
the limits but wrong is not judged here: validating the document tells that, field by field.
"""

from __future__ import annotations

from bookingopt_api.documents.counting import count
from bookingopt_api.documents.examination import Examination
from bookingopt_api.documents.limits import DocumentLimits
from bookingopt_api.problems import ApiProblem
from optimizer_core.errors import MORE_FAULTS, MOST_FAULTS, Fault
from optimizer_core.wire import LoadedProblem, parse, to_document, to_problem


def load_document(content: bytes, limits: DocumentLimits) -> LoadedProblem:
    """Return the hotel in a document that is within the limits and right.

    Raises
    ------
    ApiProblem
        ``document-limit`` with the places that are beyond a limit.
    InvalidInput
        If the document cannot be read, or is wrong.
    """
    return to_problem(to_document(read_within(content, limits)))


def read_within(content: bytes, limits: DocumentLimits) -> object:
    """Return the JSON value of a document that is within the limits; it may be wrong in any other way.

    Parameters
    ----------
    content
        The document as it came.
    limits
        What it may have.

    Raises
    ------
    ApiProblem
        ``document-limit`` with the places that are beyond a limit.
    InvalidDocument
        If it is not JSON that could be read at all.
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
