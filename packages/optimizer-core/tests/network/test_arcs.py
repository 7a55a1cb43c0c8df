from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import MinimumStay, Problem
from optimizer_core.network.arcs import GapArcs, day_node, end_node, gap_arcs, idle_node
from optimizer_core.network.grid import Grid
from optimizer_core.objective import gap_cost
from optimizer_core.testing import Features, tiny_hotels

Chart = Callable[..., Problem]


def cost_between(arcs: GapArcs, tail: int) -> list[int | None]:
    """Return the cheapest way from a node to every node, by the definition of a shortest path."""
    cheapest: list[int | None] = [None] * arcs.num_nodes
    cheapest[tail] = 0
    for head in range(tail + 1, arcs.num_nodes):
        into = np.flatnonzero(arcs.head == head)
        ways = [(cheapest[int(arcs.tail[arc])], int(arcs.cost[arc])) for arc in into]
        cheapest[head] = min((so_far + cost for so_far, cost in ways if so_far is not None), default=None)
    return cheapest


def test_every_arc_leads_forward(chart: Chart) -> None:
    """One pass in the order of the nodes finds every cheapest path."""
    arcs = gap_arcs(Grid(chart("1 aa.bbb..cc", minimum=2)))
    assert (arcs.tail < arcs.head).all()
    assert arcs.head.max() == end_node(10) == arcs.num_nodes - 1


def test_gaps_cost_what_the_statement_says(chart: Chart) -> None:
    """With a minimum stay of 2: 4 points for 1 night, then 1, 1/2 and 1/4, and nothing from 5 nights on."""
    problem = chart("1 a........b", minimum=2)
    arcs = gap_arcs(Grid(problem))
    ways = cost_between(arcs, day_node(1))
    assert [ways[day_node(1 + length)] for length in range(1, 8)] == [16, 4, 2, 1, 0, 0, 0]
    assert problem.cost_scale == 4


def test_edges_of_the_schedule_are_free(chart: Chart) -> None:
    """Nights before the first stay of a room and after its last cost nothing, however few."""
    arcs = gap_arcs(Grid(chart("1 aa.bbb", minimum=3)))
    assert cost_between(arcs, idle_node(0))[day_node(2)] == 0
    assert cost_between(arcs, day_node(5))[end_node(6)] == 0


def test_mornings_without_arrivals_need_no_arcs(chart: Chart) -> None:
    """Leaving out gaps that no stay can end or begin changes no cost that matters."""
    grid = Grid(chart("1 aa.bbb..c", "2 ...dd"))
    every, needed = gap_arcs(grid), gap_arcs(grid, set(grid.departure), set(grid.arrival))
    assert needed.tail.shape[0] < every.tail.shape[0]
    for leaving in grid.departure:
        costs, fewer = cost_between(every, day_node(leaving)), cost_between(needed, day_node(leaving))
        assert all(fewer[day_node(a)] == costs[day_node(a)] for a in grid.arrival if a > leaving)


def test_position_and_within_find_arcs(chart: Chart) -> None:
    arcs = gap_arcs(Grid(chart("1 a.b", minimum=1)))
    at = arcs.position[day_node(1), day_node(2)]
    assert (arcs.tail[at], arcs.head[at], arcs.cost[at]) == (day_node(1), day_node(2), 2)
    assert arcs.within(day_node(1), day_node(2)).tolist() == [
        position for (tail, head), position in arcs.position.items() if tail >= 3 and head <= 5
    ]


@pytest.mark.property
@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 20), st.integers(1, 20))
@settings(derandomize=True, database=None, deadline=None, max_examples=500)
def test_chaining(m_first: int, m_second: int, one: int, other: int) -> None:
    """c(a, L1 + L2) <= c(a, L1) + c(a + L1, L2), whatever the minimum stays of the two nights."""
    scale = 1 << max(m_first, m_second)
    chained = gap_cost(m_first, one, scale) + gap_cost(m_second, other, scale)
    assert gap_cost(m_first, one + other, scale) <= chained


@pytest.mark.property
@given(tiny_hotels(Features(most_nights=24)), st.dictionaries(st.integers(0, 6), st.integers(0, 5)))
@settings(derandomize=True, database=None, deadline=None, max_examples=60)
def test_the_cheapest_way_is_the_gap_itself(problem: Problem, by_weekday: dict[int, int]) -> None:
    """Between any two mornings the network costs exactly the one gap between them."""
    problem = problem.replace(minimum_stay=MinimumStay(2, by_weekday))
    grid = Grid(problem)
    arcs = gap_arcs(grid)
    for morning in range(1, grid.num_nights):
        ways = cost_between(arcs, day_node(morning))
        for later in range(morning + 1, grid.num_nights):
            cost = gap_cost(problem.minimum_stays[morning], later - morning, grid.cost_scale)
            assert ways[day_node(later)] == cost
