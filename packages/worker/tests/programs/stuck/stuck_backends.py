"""Backends of somebody else that never come to an end, and hear nothing."""

# ruff: noqa: ARG002 - the signature is that of a backend

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from optimizer_core.backends.greedy import greedy_plan
from optimizer_core.domain import Limits, Plan, Problem
from optimizer_core.plugins import BackendAnswer, BackendSpec, Capability, hookimpl


@dataclass
class Stuck:
    """Tells of a plan, or not, and is stuck in code that lets no Python run."""

    tells: Literal["a plan", "nonsense", "nothing"]

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        """Never return."""
        plan = greedy_plan(problem)
        if self.tells == "nonsense":
            plan = Plan({stay.stay_id: problem.rooms[0].number for stay in problem.stays})
        if plan is not None and self.tells != "nothing":
            limits.report_plan(plan)
        ctypes.PyDLL(None).sleep(600)
        raise AssertionError


@hookimpl
def optimizer_backends() -> Iterable[BackendSpec]:
    """Offer one of each kind."""
    everything = frozenset(Capability)
    yield BackendSpec("told", "tells a plan", everything, lambda _: Stuck("a plan"), priority=-1)
    yield BackendSpec("lied", "tells nonsense", everything, lambda _: Stuck("nonsense"), priority=-1)
    yield BackendSpec("mute", "tells nothing", everything, lambda _: Stuck("nothing"), priority=-1)
