"""Tests that a backend stops when it must, and that its claims are still true."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from optimizer_core.domain import Limit, Limits, Progress, Reason, current_plan
from optimizer_core.objective import score
from optimizer_core.plugins import Capability
from optimizer_core.testing.instances import CATALOG, Instance
from optimizer_core.testing.subject import Subject

_TINY_SECONDS = (0.0, 0.001, 0.02)


def cancelled_after(num_questions: int) -> Callable[[], bool]:
    """Return a cancel check that is true from the call after the given number of calls."""
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > num_questions

    return is_cancelled


class LimitTests(Subject):
    """Time limits, cancel, progress and the start plan."""

    @pytest.mark.parametrize("seconds", _TINY_SECONDS)
    def test_time_limit_is_no_proof(self, seconds: float) -> None:
        """A time limit too short to solve anything gives a valid plan or none, and no false claim."""
        self.need(Capability.TIME_LIMIT)
        hotel = self.hotel(25, 45, num_types=2)
        answer = self.solve(hotel, Limits(time_limit_seconds=seconds))
        assert answer.claim is not Reason.INFEASIBLE, "claims that a hotel with a plan has none"
        if answer.claim in {Reason.FEASIBLE, Reason.NO_PLAN_FOUND}:
            assert answer.limit is not Limit.NONE, "does not say which limit ended it"

    @pytest.mark.parametrize("instance", CATALOG, ids=lambda instance: instance.name)
    def test_time_limit_keeps_claims_true(self, instance: Instance) -> None:
        """Without any time, every claim is still true."""
        self.need(Capability.TIME_LIMIT)
        self.need_for(instance.problem)
        answer = self.solve(instance.problem, Limits(time_limit_seconds=0.0))
        if instance.best is None:
            assert answer.plan is None
        else:
            assert answer.claim is not Reason.INFEASIBLE
        if answer.claim is Reason.OPTIMAL:
            assert answer.plan is not None
            assert score(instance.problem, answer.plan).rank == instance.best

    @pytest.mark.parametrize("num_questions", [0, 1, 3, 10])
    def test_cancel_ends_the_solve(self, num_questions: int) -> None:
        """A cancelled solve ends, reports it, and returns a valid plan or none."""
        self.need(Capability.CANCEL)
        answer = self.solve(
            self.hotel(25, 45, num_types=2), Limits(is_cancelled=cancelled_after(num_questions))
        )
        assert answer.claim in {Reason.CANCELLED, Reason.OPTIMAL, Reason.FEASIBLE}
        if num_questions == 0:
            assert answer.claim is Reason.CANCELLED, f"was asked to stop at once; claims {answer.claim}"

    def test_progress_is_reported(self) -> None:
        """Progress never falls, and neither value nor bound contradict each other."""
        self.need(Capability.PROGRESS)
        reports: list[Progress] = []
        self.solve(self.hotel(25, 45, num_types=2), Limits(report=reports.append))
        assert reports, "reports nothing"
        percents = [report.percent for report in reports]
        assert percents == sorted(percents), f"falls: {percents}"
        assert all(0 <= percent <= 100 for percent in percents)
        for report in reports:
            if report.value is not None and report.bound is not None:
                assert report.bound <= report.value, f"{report} has a bound above its value"

    def test_error_of_a_listener_is_not_swallowed(self) -> None:
        """An error of the caller's listener reaches the caller."""
        self.need(Capability.PROGRESS)

        def fail(_progress: Progress) -> None:
            raise LookupError("the listener failed")

        with pytest.raises(LookupError, match="the listener failed"):
            self.solve(self.hotel(10, 30), Limits(report=fail))

    def test_start_is_the_least_that_is_returned(self) -> None:
        """Without any time, the start plan is returned, or a better one."""
        self.need(Capability.WARM_START)
        hotel = self.hotel(20, 40)
        start = current_plan(hotel)
        answer = self.solve(hotel, Limits(time_limit_seconds=0.0), start=start)
        assert answer.plan is not None, "the initial plan is lost"
        assert score(hotel, answer.plan).rank <= score(hotel, start).rank

    def test_repeated_solves_agree(self) -> None:
        """Two solves of the same problem return the same plan."""
        self.need(Capability.DETERMINISTIC)
        hotel = self.hotel(25, 45, num_types=2, seed=5)
        assert self.solve(hotel).plan == self.solve(hotel).plan
