from collections import Counter
from collections.abc import Sequence

from optimizer_core.network.edges import Edge
from optimizer_core.network.router import Router
from optimizer_core.network.windows import Window

NOTHING: frozenset[int] = frozenset()


def routed(
    edges: Sequence[Edge], windows: Sequence[Window], wanted: Sequence[frozenset[int]] | None = None
) -> Router:
    """Return a router that has run without a failure, after checking all that holds for its paths."""
    router = Router(edges, windows, wanted or [NOTHING] * len(windows))
    assert router.run() == []
    used: Counter[int] = Counter()
    for window, path in zip(windows, router.paths, strict=True):
        assert path is not None
        nodes = [window.source, *(edges[edge].head for edge in path)]
        assert nodes[:-1] == [edges[edge].tail for edge in path]
        assert nodes[-1] == window.sink
        used.update(path)
    assert all(used[position] == edge.units for position, edge in enumerate(edges)), "units are left over"
    return router


def test_a_flow_is_split_into_one_path_for_each_window() -> None:
    """Two windows from 0 to 6 over an edge that both take and two that one takes each."""
    routed([Edge(0, 2, 2), Edge(2, 6, 1, 0), Edge(2, 6, 1)], [Window(0, 0, 6), Window(1, 0, 6)])


def test_short_windows_choose_first() -> None:
    """The window that begins at 2 has one way only; the long one goes around it."""
    edges = [Edge(0, 2, 1), Edge(2, 4, 1, 0), Edge(2, 5, 1), Edge(5, 6, 1)]
    router = routed(edges, [Window(0, 0, 6), Window(1, 2, 4)])
    assert router.paths == [[0, 2, 3], [1]]
    assert router.num_steals == 0


def test_paths_go_by_what_the_rooms_want() -> None:
    """Among equal ways each window takes that with the stays it has now."""
    edges = [Edge(0, 4, 1, 7), Edge(0, 4, 1, 8)]
    windows = [Window(0, 0, 4), Window(1, 0, 4)]
    assert routed(edges, windows, [frozenset({8}), frozenset({7})]).paths == [[1], [0]]
    assert routed(edges, windows, [frozenset({7}), frozenset({8})]).paths == [[0], [1]]


# The shortest window, 2 to 6, wants class 1 from 3 to 5; but the window that ends at 7 has no other way.
CONTESTED = [
    Edge(1, 3, 1),
    Edge(2, 3, 1),
    Edge(3, 5, 1, 1),
    Edge(3, 6, 1),
    Edge(2, 5, 1),
    Edge(5, 6, 1),
    Edge(5, 7, 1),
    Edge(6, 9, 1),
]
CONTESTANTS = [Window(0, 2, 6), Window(1, 1, 7), Window(2, 2, 9)]
WANTED = [frozenset({1}), NOTHING, NOTHING]


def test_a_blocked_window_takes_an_edge_from_another() -> None:
    """The loser is routed again and finds another way."""
    router = routed(CONTESTED, CONTESTANTS, WANTED)
    assert router.paths[1] == [0, 2, 6]
    assert router.num_steals == 1


def test_nothing_is_taken_when_the_time_is_over() -> None:
    """Without the theft the two longer windows find no path."""
    router = Router(CONTESTED, CONTESTANTS, WANTED)
    assert router.run(lambda: True) == [1, 2]
    assert router.paths[0] == [1, 2, 5]


def test_a_window_that_no_path_fits_is_named() -> None:
    """The only edges lead past its end: the flow of the pool belongs to nobody."""
    router = Router([Edge(0, 5, 1), Edge(2, 7, 1)], [Window(0, 0, 7), Window(1, 2, 5)], [NOTHING, NOTHING])
    assert router.run() == [0, 1]
    assert router.paths == [None, None]
