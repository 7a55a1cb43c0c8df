"""Lazy identity: the best plan of one room type, telling rooms apart only where it is needed.

All windows begin as one pool. Its optimal flow is routed; windows that find no path become commodities
of their own and the model, now a mixed-integer one, is solved again. Each round's optimum is a valid
lower bound, because it only forgets which room is which; a round whose flow can be routed is optimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs, day_node
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import Commodity, Flow, StayClass, build_model, merge_equal
from optimizer_core.network.router import Edge, Router
from optimizer_core.network.windows import Window

Step = tuple[int, int, int | None]
"""One step of a room's path: tail, head, and the stay class, or None for free nights."""


@dataclass(frozen=True, slots=True)
class TypeTask:
    """The rooms of one type and the stays that they must house.

    Parameters
    ----------
    kind
        Position of the type.
    windows
        Its windows.
    classes
        The stays that may move and are given this type, by class.
    wanted
        For each window the classes with a stay that is in its room now.
    """

    kind: int
    windows: tuple[Window, ...]
    classes: tuple[StayClass, ...]
    wanted: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class TypeAnswer:
    """What is known about one type.

    Parameters
    ----------
    status
        Optimal, infeasible, or why the search ended.
    bound
        Proved lower bound on its gap cost, in units; None if none is known.
    paths
        For each window its steps; None if there is no plan.
    own
        Positions of the windows that were told apart.
    pooled
        The flow of the pool when it alone was routed, which proves the bound; None otherwise.
    """

    status: MilpStatus
    bound: int | None = None
    paths: tuple[tuple[Step, ...], ...] | None = None
    own: frozenset[int] = frozenset()
    pooled: Flow | None = None


def identify(
    arcs: GapArcs, task: TypeTask, solve_milp: MilpSolver, limits: Limits, *, seed: int = 0
) -> TypeAnswer:
    """Return the best plan of one type, with its proof."""
    own: frozenset[int] = frozenset()
    bound: int | None = None
    while True:
        if limits.is_over():
            return TypeAnswer(MilpStatus.NO_POINT, bound, own=own)
        parts = commodities_of(task, own)
        flow_model = build_model(arcs, parts, task.classes)
        answer = solve_flows(flow_model, solve_milp, limits, seed=seed)
        if answer.status is MilpStatus.INFEASIBLE:
            return TypeAnswer(MilpStatus.INFEASIBLE, own=own)
        if answer.bound is not None:
            bound = answer.bound if bound is None else max(bound, answer.bound)
        if answer.flows is None:
            return TypeAnswer(answer.status, bound, own=own)
        paths, failed = route(arcs, task, parts, answer.flows, limits)
        if not failed:
            pooled = answer.flows[0] if not own else None
            return TypeAnswer(answer.status, bound, paths, own, pooled)
        own = own | frozenset(failed)


def commodities_of(task: TypeTask, own: frozenset[int]) -> list[Commodity]:
    """Return the pool of a type, if any window is left in it, then its own windows, equal ones merged."""
    pool = tuple(window for position, window in enumerate(task.windows) if position not in own)
    parts = [Commodity(task.kind, pool)] if pool else []
    return parts + merge_equal(task.kind, [task.windows[position] for position in sorted(own)])


def route(
    arcs: GapArcs, task: TypeTask, parts: Sequence[Commodity], flows: Sequence[Flow], limits: Limits
) -> tuple[tuple[tuple[Step, ...], ...] | None, list[int]]:
    """Return a path for each window of a task, or None and the windows that found none."""
    position_of = {window: position for position, window in enumerate(task.windows)}
    paths: list[tuple[Step, ...]] = [()] * len(task.windows)
    failed: list[int] = []
    for commodity, flow in zip(parts, flows, strict=True):
        edges = edges_of(arcs, flow, task.classes)
        positions = [position_of[window] for window in commodity.windows]
        router = Router(edges, commodity.windows, [task.wanted[position] for position in positions])
        failed += [positions[index] for index in router.run(limits.is_over)]
        for position, path in zip(positions, router.paths, strict=True):
            paths[position] = tuple((edges[e].tail, edges[e].head, edges[e].stay_class) for e in path or ())
    return (None, sorted(failed)) if failed else (tuple(paths), [])


def edges_of(arcs: GapArcs, flow: Flow, classes: Sequence[StayClass]) -> list[Edge]:
    """Return the edges that a flow takes, stays before free nights."""
    edges = [
        Edge(day_node(classes[c].arrival), day_node(classes[c].departure), units, c)
        for c, units in sorted(flow.classes.items())
    ]
    for arc in np.flatnonzero(flow.arcs).tolist():
        edges.append(Edge(int(arcs.tail[arc]), int(arcs.head[arc]), int(flow.arcs[arc])))
    return edges
