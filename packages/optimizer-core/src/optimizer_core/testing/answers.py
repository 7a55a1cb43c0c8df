"""Tests of a backend's answers: the catalog, and random tiny hotels against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer_core.domain import Plan
from optimizer_core.objective import score
from optimizer_core.plugins import Capability
from optimizer_core.testing.instances import CATALOG, Instance
from optimizer_core.testing.oracle import BestPlan, best_plan
from optimizer_core.testing.strategies import Features, tiny_hotels
from optimizer_core.testing.subject import Subject, repeatable


class AnswerTests(Subject):
    """Claims, values and bounds against the truth."""

    @pytest.mark.parametrize("instance", CATALOG, ids=lambda instance: instance.name)
    def test_catalog(self, instance: Instance) -> None:
        """The answer agrees with the known optimum of the instance."""
        self.need_for(instance.problem)
        best = None if instance.best is None else BestPlan(instance.best, Plan({}))
        answer = self.solve(instance.problem)
        self.compare(instance.problem, answer, best)
        if answer.plan is not None and self.can(Capability.PROVES_OPTIMALITY):
            found = score(instance.problem, answer.plan).rank
            assert found == instance.best, f"{instance.teaches}: found {found}, best is {instance.best}"

    @repeatable(200)
    @given(st.data())
    def test_tiny_hotels(self, data: st.DataObject) -> None:
        """On random tiny hotels the answer agrees with brute force."""
        problem = data.draw(tiny_hotels(self.features()), label="problem")
        self.compare(problem, self.solve(problem), best_plan(problem))

    @repeatable(60)
    @given(st.data())
    def test_tiny_hotels_with_a_budget(self, data: st.DataObject) -> None:
        """A budget for moves is kept, and the best plan within it is found."""
        problem = data.draw(tiny_hotels(Features(groups=False, move_budget=True)), label="problem")
        self.need_for(problem)
        self.compare(problem, self.solve(problem), best_plan(problem))

    @repeatable(60)
    @given(st.data())
    def test_tiny_hotels_with_prices(self, data: st.DataObject) -> None:
        """Moves and upgrades with a price are weighed against gaps."""
        problem = data.draw(tiny_hotels(Features(groups=False, prices=True)), label="problem")
        self.need_for(problem)
        self.compare(problem, self.solve(problem), best_plan(problem))

    @repeatable(60)
    @given(st.data())
    def test_tiny_hotels_with_blocks_and_a_day(self, data: st.DataObject) -> None:
        """With blocked rooms and guests in house the answer agrees with brute force."""
        problem = data.draw(tiny_hotels(Features(groups=False, blocks=True, calendar=True)), label="problem")
        self.need_for(problem)
        self.compare(problem, self.solve(problem), best_plan(problem))

    @repeatable(150)
    @given(st.data())
    def test_no_false_claim_with_everything_at_once(self, data: st.DataObject) -> None:
        """With groups, a budget and prices together a proof may fail, but no claim is false."""
        everything = Features(move_budget=True, prices=True)
        problem = data.draw(tiny_hotels(everything), label="problem")
        self.need_for(problem)
        self.compare(problem, self.solve(problem), best_plan(problem), must_prove=False)
