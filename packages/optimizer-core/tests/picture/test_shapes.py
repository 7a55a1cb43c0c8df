from optimizer_core.picture.palette import PAPER
from optimizer_core.picture.shapes import Box, Layout


def test_the_edges_of_a_box_are_the_first_pixels_outside() -> None:
    box = Box(3, 5, 10, 20, PAPER)
    assert (box.right, box.bottom) == (13, 25)


def test_layouts_share_no_lists() -> None:
    first, second = Layout(), Layout()
    first.areas.append(Box(0, 0, 1, 1, PAPER))
    assert second.areas == []
