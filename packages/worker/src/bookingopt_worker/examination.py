"""The verification of a result before it is stored, outside the process that made it."""

from __future__ import annotations

from fractions import Fraction

from job_ledger import JobOptions, JobOutcome
from optimizer_core.domain import Policy
from optimizer_core.errors import BookingOptError
from optimizer_core.wire import judge, load_result
from optimizer_core.wire.load import read_problem
from optimizer_core.wire.result import PolicyEntry


class RefusedResult(BookingOptError):
    """A result document cannot be read, or its plan fails verification.

    Parameters
    ----------
    reasons
        Number of faults. The faults themselves may contain names of guests and are not reported.
    """

    def __init__(self, reasons: int) -> None:
        self.reasons = reasons
        super().__init__(f"the result was refused for {reasons} reasons")


def examine(document: bytes, result: bytes, options: JobOptions) -> JobOutcome:
    """Return a summary of a result, after its plan has been verified.

    Parameters
    ----------
    document
        The problem document, as the user sent it.
    result
        The result document, as the solving process returned it.
    options
        What the user chose.

    Raises
    ------
    RefusedResult
        If it is not a result document, its plan or its figures are wrong, or it was made with other options
        than the user's.
    """
    try:
        found = load_result(result)
        reasons = judge(read_problem(document), found).reasons if found.succeeded else ()
    except BookingOptError as error:
        raise RefusedResult(1) from error
    if found.succeeded and not _is_policy_of(found.policy, options):
        reasons = (*reasons, "it was made for another policy")
    if reasons:
        raise RefusedResult(len(reasons))
    return JobOutcome(
        succeeded=found.succeeded,
        reason=found.solver_status,
        limit=found.limit,
        backend=found.solver_name,
        gap=found.gap,
        solve_seconds=found.initial_optimization_time,
    )


def _is_policy_of(stated: PolicyEntry, options: JobOptions) -> bool:
    """Return whether a result was made with the user's options, after the library's rounding of the price."""
    price = options.move_price
    asked = Policy(options.max_moves, None if price is None else Fraction(str(price)))
    used = None if asked.move_price is None else float(asked.move_price)
    return (stated.max_moves, stated.move_price) == (asked.max_moves, used)
