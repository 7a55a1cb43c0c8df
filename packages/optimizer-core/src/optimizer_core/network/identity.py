"""Lazy identity: the best plan of one room type, with rooms modeled separately only where needed.

All windows start as one pool. Its optimal flow is routed. Windows without a path become separate commodities,
and the model, now a mixed-integer one, is solved again. Each round's optimum is a valid lower bound, because
pooling only relaxes the model; a round whose flow can be routed is optimal.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs, day_node
from optimizer_core.network.commodities import Commodity, Flow, Habits, StayClass, split_windows
from optimizer_core.network.edges import Edge
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import build_model
from optimizer_core.network.router import Router
from optimizer_core.network.windows import Window

SHORT_WINDOW_NIGHTS = 5
"""Windows up to this length are separate from the start: they are cheap to model and hard to route."""

PATIENT_ROUNDS = 1
"""Rounds before all windows of a small enough model become separate."""

EXACT_COLUMNS = 12_000
"""Columns up to which a model with all windows separate is quicker than more rounds."""

NOTHING: frozenset[int] = frozenset()
"""The wanted classes of a window whose room has no current stay."""

Step = tuple[int, int, int | None]
"""One step of a room's path: tail, head, and the stay class, or None for free nights."""


@dataclass(frozen=True, slots=True)
class TypeTask:
    """The rooms of one type and the stays to place in them.

    Parameters
    ----------
    kind
        Position of the type.
    windows
        Its windows.
    classes
        The movable stays that get this type, by class.
    habits
        The current use of the rooms.
    """

    kind: int
    windows: tuple[Window, ...]
    classes: tuple[StayClass, ...]
    habits: Habits


@dataclass(frozen=True, slots=True)
class TypeAnswer:
    """The answer for one type.

    Parameters
    ----------
    status
        Optimal, infeasible, or why the search ended.
    bound
        Proved lower bound on its gap cost, in units; None if unknown.
    paths
        The steps of each window; None without a plan.
    value
        Gap cost of the plan, in units; None without a plan.
    own
        The windows that were modeled separately.
    pooled
        The flow of the pool, which proves the bound, if no window was separate; None otherwise.
    """

    status: MilpStatus
    bound: int | None = None
    paths: tuple[tuple[Step, ...], ...] | None = None
    value: int | None = None
    own: frozenset[Window] = frozenset()
    pooled: Flow | None = None


def identify(
    arcs: GapArcs,
    task: TypeTask,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    seed: int = 0,
    own: frozenset[Window] = frozenset(),
    max_rounds: int | None = None,
    max_nodes: int | None = None,
) -> TypeAnswer:
    """Return the best plan of one type, with its proof.

    Parameters
    ----------
    arcs, task
        The gap arcs and the task.
    solve_milp, limits, seed
        The solver and its limits.
    own
        Windows to model separately from the start, besides the short ones.
    max_rounds, max_nodes
        Most rounds, and most branch-and-bound nodes in each; None for no limit.
    """
    own = own | short_windows(task.windows)
    bound: int | None = None
    for round_number in itertools.count():
        if limits.is_over() or round_number == max_rounds:
            break
        parts = split_windows(task.kind, task.windows, own)
        flow_model = build_model(arcs, parts, task.classes, habits=task.habits)
        answer = solve_flows(flow_model, solve_milp, limits, seed=seed, max_nodes=max_nodes)
        if answer.status is MilpStatus.INFEASIBLE:
            return TypeAnswer(MilpStatus.INFEASIBLE, own=own)
        if answer.bound is not None:
            bound = answer.bound if bound is None else max(bound, answer.bound)
        if answer.flows is None:
            break
        paths, failed = route(arcs, task, parts, answer.flows, limits)
        if not failed:
            pooled = answer.flows[0] if answer.flows and not own else None
            value = flow_cost(arcs, answer.flows)
            return TypeAnswer(answer.status, bound, paths, value, own, pooled)
        columns = exact_columns(arcs, task.windows, len(task.classes))
        if round_number == PATIENT_ROUNDS and columns <= EXACT_COLUMNS:
            failed = task.windows
        own = own.union(failed)
    return TypeAnswer(MilpStatus.NO_POINT, bound, own=own)


def short_windows(windows: Sequence[Window]) -> frozenset[Window]:
    """Return the windows so short that modeling them separately from the start saves rounds."""
    return frozenset(window for window in windows if len(window.nights) <= SHORT_WINDOW_NIGHTS)


def exact_columns(arcs: GapArcs, windows: Iterable[Window], num_classes: int) -> int:
    """Return the estimated number of columns of the model with every window separate."""
    density = (arcs.tail.shape[0] + num_classes) / max(1, arcs.num_nodes)
    return int(density * sum(window.span for window in windows))


def route(
    arcs: GapArcs, task: TypeTask, parts: Sequence[Commodity], flows: Sequence[Flow], limits: Limits
) -> tuple[tuple[tuple[Step, ...], ...], Sequence[Window]]:
    """Return the path of each window of a task, empty if none was found, and the windows without one."""
    position_of = {window: position for position, window in enumerate(task.windows)}
    paths: list[tuple[Step, ...]] = [()] * len(task.windows)
    failed: list[Window] = []
    for commodity, flow in zip(parts, flows, strict=True):
        edges = edges_of(arcs, flow, task.classes)
        positions = [position_of[window] for window in commodity.windows]
        wanted = [task.habits.wanted.get(window, NOTHING) for window in commodity.windows]
        router = Router(edges, commodity.windows, wanted)
        failed += [commodity.windows[index] for index in router.run(limits.is_over)]
        for position, path in zip(positions, router.paths, strict=True):
            paths[position] = tuple((edges[e].tail, edges[e].head, edges[e].stay_class) for e in path or ())
    return tuple(paths), failed


def flow_cost(arcs: GapArcs, flows: Sequence[Flow]) -> int:
    """Return the gap cost of some flows."""
    return sum(int(arcs.cost @ flow.arcs) for flow in flows)


def edges_of(arcs: GapArcs, flow: Flow, classes: Sequence[StayClass]) -> list[Edge]:
    """Return the edges that a flow takes, stays before free nights."""
    edges = [
        Edge(day_node(classes[c].arrival), day_node(classes[c].departure), units, c)
        for c, units in sorted(flow.classes.items())
    ]
    edges.extend(
        Edge(int(arcs.tail[arc]), int(arcs.head[arc]), int(flow.arcs[arc]))
        for arc in np.flatnonzero(flow.arcs).tolist()
    )
    return edges
