from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.domain import Policy, Problem, Room, Stay
from optimizer_core.plugins import Capability, required_capabilities

NIGHTS = (date(2027, 3, 1), date(2027, 3, 3))


def one_stay(policy: Policy | None = None, **stay: Any) -> Problem:
    fields: dict[str, Any] = {"room_type": "A", "current_room": "1"}
    stays = (Stay("a", *NIGHTS, **(fields | stay)),)
    return Problem("p", (Room("1", "A"), Room("2", "B")), stays, policy=policy or Policy())


@pytest.mark.parametrize(
    ("problem", "required"),
    [
        (one_stay(), set()),
        (one_stay(is_locked=True), {Capability.LOCKS}),
        (one_stay().replace(movable_first=date(2027, 3, 2)), {Capability.LOCKS}),
        (one_stay(further_types=("B",)), {Capability.FURTHER_TYPES}),
        (one_stay(room_type=None), {Capability.RUN_OF_HOUSE}),
        (one_stay(policy=Policy(max_moves=0)), {Capability.MOVE_BUDGET}),
        (one_stay(policy=Policy(move_price=Fraction(0))), {Capability.PRICES}),
        (one_stay(policy=Policy(upgrade_price=Fraction(1))), {Capability.PRICES}),
        (one_stay(group="g"), set()),
    ],
)
def test_only_what_the_problem_has_is_required(problem: Problem, required: set[Capability]) -> None:
    """A problem requires a capability exactly if it has the thing; a group of one is no group."""
    assert required_capabilities(problem) == required


def test_group_of_two_requires_adjacency() -> None:
    """Two members make a group."""
    stays = tuple(Stay(name, *NIGHTS, "A", group="g") for name in "ab")
    problem = Problem("p", (Room("1", "A"), Room("2", "A")), stays)
    assert required_capabilities(problem) == {Capability.ADJACENCY_GROUPS}
