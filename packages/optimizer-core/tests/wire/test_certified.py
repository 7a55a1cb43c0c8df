"""The bound on the value is for plans of the proved number of upgrades, that on moves for the plan's own."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from optimizer_core.certificate import build_certificate, build_inequality
from optimizer_core.domain import MinimumStay, Policy, Problem, Room, Stay
from optimizer_core.wire.certified import certified

FIRST = date(2027, 1, 1)


def hotel() -> Problem:
    """Return a hotel in which a stay leaves a gap beside a lock, unless it is upgraded."""

    def stay(name: str, first: int, nights: int, room: str, **more: object) -> Stay:
        arrival = FIRST + timedelta(first)
        made = Stay(name, arrival, arrival + timedelta(nights), "A", current_room=room)
        return replace(made, **more)  # type: ignore[arg-type]

    stays = (stay("a", 0, 2, "0", further_types=("B",)), stay("b", 3, 2, "0", is_locked=True))
    return Problem("upgrade or gap", (Room("0", "A"), Room("1", "B")), stays, MinimumStay(3))


def test_fewer_upgrades_make_a_higher_bound() -> None:
    problem = hotel()
    certificate = build_certificate(
        problem,
        8,
        value=build_inequality(problem, {0: 64}, gap=1),
        moves=build_inequality(problem, {0: 1}, move=1),
    )
    assert certified(problem, certificate, Fraction(8), (0, 0)).bound == 8
    assert certified(problem, certificate, Fraction(0), (1, 1)).bound == 0
    two = certified(problem, certificate, Fraction(0), (1, 0))
    assert (two.bound, two.moves) == (Fraction(8), 0)


def test_without_a_plan_or_with_a_price_the_upgrades_do_not_matter() -> None:
    problem = hotel()
    value = build_inequality(problem, {0: 64}, gap=1)
    certificate = build_certificate(problem, 8, value=value)
    assert certified(problem, certificate, None, (0, 0)).bound == 0
    priced = problem.replace(policy=Policy(upgrade_price=Fraction(3)))
    of_price = build_certificate(priced, 8, value=replace(value, upgrade=24))
    assert certified(priced, of_price, Fraction(8), (1, 0)).bound == 3
