"""Lays out a chart as a picture in whole pixels, the same for every output format."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.picture.banner import draw_banner
from optimizer_core.picture.calendar_head import sides_bands
from optimizer_core.picture.chart import Side, TapeChart
from optimizer_core.picture.density import density
from optimizer_core.picture.lettering import one_line
from optimizer_core.picture.palette import PAPER
from optimizer_core.picture.panel import PanelSize, draw_panel, label_width
from optimizer_core.picture.placement import Placement, place
from optimizer_core.picture.shapes import Box, Layout
from optimizer_core.picture.wording import description

Show = Literal["both", "before", "after"]
"""Which sides are drawn; ``both`` leaves out a side on which no stay has a room."""

MARGIN = 20
PANEL_SPACE = 28
SMALLEST_WIDTH = 860
"""Narrow charts are widened to this, to fit figures and legend."""

_SCREEN_ASPECT = 1.6


def lay_out(chart: TapeChart, *, show: Show = "both", today: date | None = None) -> Layout:
    """Return the picture of a chart in numbers.

    Two panels stand beside each other or one above the other, whichever is closer to the shape of a
    screen.

    Parameters
    ----------
    chart
        What to draw.
    show
        Which sides; ``both`` for those on which a stay has a room.
    today
        A day to mark; None for no mark.

    Raises
    ------
    InvalidInput
        If no stay has a room on the requested side, or `show` is not one of the three words.
    """
    placements = tuple(place(chart, side) for side in _sides(chart, show))
    size = _panel_size(chart, placements)
    heights = [size.height(placement) for placement in placements]
    is_across = len(placements) == 2 and _is_better_across(size.width, heights)
    if is_across:
        size = _level(size, placements)
        heights = [size.height(placement) for placement in placements]
    panels_width = size.width * 2 + PANEL_SPACE if is_across else size.width
    layout = Layout(title=f"Tape chart {one_line(chart.title)}", description=description(chart, placements))
    layout.width = max(SMALLEST_WIDTH, panels_width + 2 * MARGIN)
    banner = Box(MARGIN, MARGIN - 4, layout.width - 2 * MARGIN, 1, PAPER)
    layout.areas.append(Box(0, 0, 1, 1, PAPER))
    x, y = MARGIN, draw_banner(layout, chart, placements, banner, today) + 8
    for placement, height in zip(placements, heights, strict=True):
        draw_panel(layout, chart, placement, size, corner=(x, y), today=today)
        if is_across:
            x += size.width + PANEL_SPACE
        else:
            y += height + PANEL_SPACE
    layout.height = (y + max(heights) if is_across else y - PANEL_SPACE) + MARGIN
    layout.areas[0] = Box(0, 0, layout.width, layout.height, PAPER)
    return layout


def _sides(chart: TapeChart, show: Show) -> Sequence[Side]:
    if show == "both":
        return chart.sides or (Side.AFTER,)
    if show not in tuple(Side):
        raise InvalidInput([Fault(("show",), f"{show!r} is not one of 'both', 'before', 'after'")])
    if chart.stays and Side(show) not in chart.sides:
        raise InvalidInput([Fault(("show",), f"no stay has a room {show} the plan: nothing to draw")])
    return (Side(show),)


def _panel_size(chart: TapeChart, placements: Sequence[Placement]) -> PanelSize:
    rows = max(
        sum(len(row.lanes) for section in placement.sections for row in section.rows)
        for placement in placements
    )
    num_days = chart.num_nights + 1
    sizes = density(num_days, rows)
    bands = {placement.side: len(sides_bands(chart.bands, placement.side)) for placement in placements}
    return PanelSize(sizes, chart.start, num_days, label_width(chart.rooms, sizes), {}, bands)


def _level(size: PanelSize, placements: Sequence[Placement]) -> PanelSize:
    """Return sizes that put each room at the same height on all sides."""
    lanes: dict[str, int] = {}
    for placement in placements:
        for section in placement.sections:
            for row in section.rows:
                if row.room is not None and len(row.lanes) > lanes.get(row.room.number, 1):
                    lanes[row.room.number] = len(row.lanes)
    bands = dict.fromkeys(size.bands_by_side, max(size.bands_by_side.values()))
    return replace(size, lanes_by_room=lanes, bands_by_side=bands)


def _is_better_across(width: int, heights: Sequence[int]) -> bool:
    """Return whether two panels side by side are closer to the shape of a screen than one above the other."""
    across = 2 * width / max(heights)
    down = width / sum(heights)
    return abs(math.log(across / _SCREEN_ASPECT)) < abs(math.log(down / _SCREEN_ASPECT))
