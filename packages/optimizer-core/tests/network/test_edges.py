import dataclasses

import pytest

from optimizer_core.network.edges import Edge


def test_an_edge_without_a_class_is_free_nights() -> None:
    assert Edge(3, 7, 2).stay_class is None
    assert Edge(3, 7, 2, 5).stay_class == 5


def test_an_edge_is_a_value() -> None:
    """Equal edges are one; what a router takes from a flow it counts apart from it."""
    assert Edge(3, 7, 2) == Edge(3, 7, 2) != Edge(3, 7, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Edge(3, 7, 2).units = 1  # type: ignore[misc]
