"""The capabilities that a problem requires of a backend."""

from __future__ import annotations

from optimizer_core.domain import RUN_OF_HOUSE, Problem
from optimizer_core.plugins.spec import Capability


def required_capabilities(problem: Problem) -> frozenset[Capability]:
    """Return the capabilities without which a backend would solve a different problem."""
    policy = problem.policy
    asked = {
        Capability.LOCKS: any(problem.is_fixed(stay) for stay in problem.stays),
        Capability.FURTHER_TYPES: any(
            stay.room_type is not RUN_OF_HOUSE and stay.further_types for stay in problem.stays
        ),
        Capability.RUN_OF_HOUSE: any(stay.room_type is RUN_OF_HOUSE for stay in problem.stays),
        Capability.ADJACENCY_GROUPS: bool(problem.groups),
        Capability.MOVE_BUDGET: policy.max_moves is not None,
        Capability.PRICES: policy.move_price is not None or policy.upgrade_price is not None,
    }
    return frozenset(capability for capability, is_asked in asked.items() if is_asked)
