import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import Plan, Problem, current_plan
from optimizer_core.network.arcs import day_node, end_node, idle_node
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.timelines import Timelines
from optimizer_core.network.windows import Window
from optimizer_core.objective import score
from optimizer_core.testing import random_hotel
from optimizer_core.verification import verify

Chart = Callable[..., Problem]
Draw = Callable[[Problem, Plan], list[str]]


def timelines_of(problem: Problem) -> Timelines:
    """Return the rooms as they are now."""
    grid = Grid(problem)
    return Timelines(grid, dict(enumerate(grid.current_room)))


def plan_of(problem: Problem, timelines: Timelines) -> Plan:
    rooms = timelines.room_of.items()
    return Plan({problem.stays[stay].stay_id: problem.rooms[room].number for stay, room in rooms})


def stay_of(problem: Problem, stay_id: str) -> int:
    return problem.stay_index[stay_id]


def test_rooms_swap_where_both_are_between_stays(chart: Chart, drawn: Draw) -> None:
    """On Wednesday both rooms change guests, so what follows may be exchanged."""
    problem = chart("1 aabb", "2 ccdd")
    timelines = timelines_of(problem)
    segment = timelines.segment(stay_of(problem, "b"), 1)
    assert segment == (2, 4)
    timelines.swap(0, 1, *segment)
    assert drawn(problem, plan_of(problem, timelines)) == ["aadd", "ccbb"]
    assert timelines.room_of == {0: 0, 1: 1, 2: 1, 3: 0}


def test_the_shortest_stretch_is_taken(chart: Chart) -> None:
    """Around b both rooms meet at its own two ends."""
    problem = chart("1 aabbcc", "2 ddeeff")
    assert timelines_of(problem).segment(stay_of(problem, "b"), 1) == (2, 4)


def test_a_stretch_grows_until_both_rooms_can_be_cut(chart: Chart, drawn: Draw) -> None:
    problem = chart("1 aabbccgg", "2 ddeeeefffff"[:11])
    timelines = timelines_of(problem)
    segment = timelines.segment(stay_of(problem, "b"), 1)
    assert segment == (2, 6)
    timelines.swap(0, 1, *segment)
    assert drawn(problem, plan_of(problem, timelines))[0].startswith("aaeeee")


def test_rooms_of_another_type_and_the_own_room_are_no_target(chart: Chart) -> None:
    timelines = timelines_of(chart("1:A aa", "2:B .."))
    assert timelines.segment(0, 1) is None
    assert timelines.segment(0, 0) is None


def test_locks_and_pins_stay_where_they_are(chart: Chart) -> None:
    """A held stay inside the stretch forbids the swap; a stay that only touches it does not."""
    problem = chart("1 aabb", "2 ccDD")
    timelines = timelines_of(problem)
    assert timelines.segment(stay_of(problem, "b"), 1) is None
    assert timelines.segment(stay_of(problem, "a"), 1) == (0, 2)
    timelines.pin(stay_of(problem, "c"))
    assert timelines.segment(stay_of(problem, "a"), 1) is None


def test_idle_rooms_meet_inside_long_gaps(chart: Chart, drawn: Draw) -> None:
    """After more than twice the minimum stay a room may be cut on any morning, at no cost."""
    problem = chart("1 a.....b", "2 c......d", minimum=2)
    timelines = timelines_of(problem)
    segment = timelines.segment(stay_of(problem, "b"), 1)
    assert segment is not None
    timelines.swap(0, 1, *segment)
    assert drawn(problem, plan_of(problem, timelines)) == ["a.......", "c.....bd"]


def test_no_cut_in_a_gap_that_costs_something(chart: Chart) -> None:
    """Both rooms are empty on Wednesday, but the gaps would become others: b takes a along."""
    problem = chart("1 a..b", "2 cc..d", minimum=5)
    assert timelines_of(problem).segment(stay_of(problem, "b"), 1) == (0, 4)


def test_gain_counts_who_comes_home(chart: Chart) -> None:
    problem = chart("1 aabb", "2 ccdd", b={"current_room": "2"}, d={"current_room": None})
    grid = Grid(problem)
    timelines = Timelines(grid, {stay: "acbd".index(s.stay_id) % 2 for stay, s in enumerate(problem.stays)})
    b = stay_of(problem, "b")
    assert timelines.gain(0, 1, *(timelines.segment(b, 1) or (0, 0))) == 1


def test_assign_puts_stays_anywhere(chart: Chart, drawn: Draw) -> None:
    """Three stays go round at once; the cuts are those of the new rooms."""
    problem = chart("1 aadd", "2 bbee", "3 ccff")
    timelines = timelines_of(problem)
    timelines.assign({stay_of(problem, "d"): 1, stay_of(problem, "e"): 2, stay_of(problem, "f"): 0})
    assert drawn(problem, plan_of(problem, timelines)) == ["aaff", "bbdd", "ccee"]
    assert timelines.stays_of(0) == [stay_of(problem, "a"), stay_of(problem, "f")]
    assert timelines.between(1, 2, 4) == [stay_of(problem, "d")]


def test_windows_of_a_stretch_lie_between_held_stays_and_crossing_ones(chart: Chart) -> None:
    """Between Tuesday and Saturday: room 1 from a on, room 2 only what the lock leaves of it."""
    problem = chart("1 aaabbcccc", "2 ddLLee.ff")
    timelines = timelines_of(problem)
    assert timelines.windows(0, 1, 6) == [Window(0, day_node(3), day_node(5))]
    assert timelines.windows(1, 1, 6) == [Window(1, day_node(4), day_node(6))]
    assert timelines.windows(1, 0, 10) == [
        Window(1, idle_node(0), day_node(2)),
        Window(1, day_node(4), end_node(9)),
    ]


@pytest.mark.property
@given(st.integers(0, 10_000), st.integers(0, 4), st.integers(2, 5))
@settings(derandomize=True, database=None, deadline=None, max_examples=60)
def test_a_swap_never_raises_the_cost_and_undoes_itself(seed: int, minimum: int, num_rooms: int) -> None:
    """Whatever is exchanged where `segment` allows it, the plan stays one and costs no more."""
    problem = random_hotel(num_rooms, 20, gaps=0.6, minimum_stay_nights=minimum, seed=seed)
    timelines = timelines_of(problem)
    chance = random.Random(seed)
    value = score(problem, current_plan(problem)).value
    for _ in range(20):
        stay, room = chance.randrange(len(problem.stays)), chance.randrange(num_rooms)
        segment = timelines.segment(stay, room)
        if segment is None:
            continue
        before, mine = dict(timelines.room_of), timelines.room_of[stay]
        moved_home = timelines.gain(mine, room, *segment)
        timelines.swap(mine, room, *segment)
        assert timelines.room_of[stay] == room
        timelines.swap(mine, room, *segment)
        assert timelines.room_of == before
        timelines.swap(mine, room, *segment)
        plan = plan_of(problem, timelines)
        assert not verify(problem, plan)
        assert score(problem, plan).value <= value
        value = score(problem, plan).value
        current = Grid(problem).current_room
        at_home = [sum(r == current[s] != NOWHERE for s, r in x.items()) for x in (before, timelines.room_of)]
        assert at_home[1] - at_home[0] == moved_home
