"""A planned hotel that answers requests: whether one more stay fits, where, and at what cost."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer_core.domain import Limits, Plan
from optimizer_core.enquiries import answered, open_desk
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.plugins import AUTO, PluginManager
from optimizer_core.wire import (
    EnquiryAnswer,
    LoadedProblem,
    RequestedStay,
    RequestEntry,
    ResultDocument,
    collector_off,
    load_result,
    read_problem,
    to_problem,
)
from optimizer_core.wire.horizon import planned_on
from optimizer_core.wire.plan_entries import rooms_of
from optimizer_core.wire.requests import check_requests, to_request


class Hotel:
    """A hotel and its current plan.

    Parameters
    ----------
    loaded
        The hotel and its document.
    plan
        The current rooms, which stays should keep where possible.
    backend
        Name of the backend; "auto" for the best that is available and capable.
    manager
        The plugins; None for the built-in and the installed ones.

    Raises
    ------
    InvalidAnswer
        If the verifier rejects the plan.
    BackendUnavailable
        If no backend here solves single models.
    """

    def __init__(
        self, loaded: LoadedProblem, plan: Plan, *, backend: str = AUTO, manager: PluginManager | None = None
    ) -> None:
        self._loaded = loaded
        self._desk = open_desk(loaded.problem, plan, backend=backend, manager=manager)

    def answer(self, requested: RequestedStay, *, limits: Limits | None = None) -> RequestEntry:
        """Return the answer to one request; an offer in it has passed the verifier.

        Parameters
        ----------
        requested
            The request.
        limits
            Time limit and cancel; None for no limit.

        Raises
        ------
        InvalidInput
            If the request is invalid; places are field names of the document.
        """
        request = to_request(requested, self._loaded.problem)
        return answered(self._loaded, self._desk, request, limits=limits)[1]

    def answer_all(
        self, requested: Sequence[RequestedStay], *, time_limit_seconds: float | None = None
    ) -> EnquiryAnswer:
        """Return the answers to some requests.

        Parameters
        ----------
        requested
            The requests.
        time_limit_seconds
            Time limit for all of them; None for no limit.

        Raises
        ------
        InvalidInput
            If any request is invalid; lists every fault, and no request is answered.
        """
        check_requests(requested, self._loaded.problem)
        limits = Limits(time_limit_seconds)
        entries = [
            self.answer(stay, limits=limits).model_copy(update={"request": row})
            for row, stay in enumerate(requested)
        ]
        return EnquiryAnswer(problem_id=self._loaded.document.problem_id, requests=entries)


def open_hotel(
    document: bytes, result: bytes, *, backend: str = AUTO, manager: PluginManager | None = None
) -> Hotel:
    """Return the hotel of a problem document, with the plan of its result.

    Parameters
    ----------
    document
        The problem document, JSON in UTF-8.
    result
        Its result document.
    backend, manager
        As for `Hotel`.

    Raises
    ------
    InvalidInput
        If one of the documents is wrong, or the result has no plan.
    InvalidAnswer
        If the plan is invalid for this problem.
    BackendUnavailable
        If no backend here solves single models.
    """
    with collector_off():
        found = load_result(result)
        days = None if found.today is None else found.freeze_days
        loaded = to_problem(planned_on(read_problem(document), found.today, days))
    return Hotel(loaded, _plan_of(loaded, found), backend=backend, manager=manager)


def _plan_of(loaded: LoadedProblem, result: ResultDocument) -> Plan:
    if not result.succeeded:
        raise InvalidInput([Fault(("OptimizedPlan",), "the result has no plan; booking requests need one")])
    rooms, _ = rooms_of(loaded, result.optimized_plan)  # an entry of no stay leaves a stay without a room
    return Plan(rooms)
