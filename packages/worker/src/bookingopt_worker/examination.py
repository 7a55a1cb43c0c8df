"""The last look at a result before it is stored: in another process than the one that made it."""

from __future__ import annotations

from bookingopt_worker.jobs import JobOptions, JobOutcome
from optimizer_core.errors import BookingOptError
from optimizer_core.wire import judge, load_result
from optimizer_core.wire.load import read_problem


class RefusedResult(BookingOptError):
    """A result document is not one, or its plan is not what it says.

    Parameters
    ----------
    reasons
        How many things are wrong; what they are may hold names of guests and is not told.
    """

    def __init__(self, reasons: int) -> None:
        self.reasons = reasons
        super().__init__(f"the result was refused for {reasons} reasons")


def examine(document: bytes, result: bytes, options: JobOptions) -> JobOutcome:
    """Return what a result says, after the judge has looked at its plan.

    Parameters
    ----------
    document
        The problem document, as the user sent it.
    result
        The result document, as the solving process gave it.
    options
        What the user chose.

    Raises
    ------
    RefusedResult
        If it is no result document, the judge finds its plan or its figures wrong, or it went by other
        choices than the user's.
    """
    try:
        found = load_result(result)
        reasons = judge(read_problem(document), found).reasons if found.succeeded else ()
    except BookingOptError as error:
        raise RefusedResult(1) from error
    if found.succeeded and (found.policy.max_moves, found.policy.move_price) != (
        options.max_moves,
        options.move_price,
    ):
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
