"""Pictures of a result: the tape chart, rooms down, nights across, stays as bars.

::

    ResultDocument -> from_result -> TapeChart (chart)     what is to be shown, as plain values
        -> place (placement)                               which stay is in which row, where the gaps are
        -> lay_out (layout, of density, banner, panel,     every area, line, text and bar at whole pixels
           calendar_head, bar, lettering, wording)
        -> write_svg (svg), write_png (png, png_font)      drawn with the colors of palette
"""

from optimizer_core.picture.acceptance_chart import acceptance_svg
from optimizer_core.picture.chart import ChartStay, NightBand, Side, TapeChart
from optimizer_core.picture.from_result import chart_of, moves_stated, verdict
from optimizer_core.picture.layout import Show, lay_out
from optimizer_core.picture.placement import Placement, RoomGap, Row, place
from optimizer_core.picture.svg import write_svg
from optimizer_core.picture.tape_chart import tape_chart_png, tape_chart_svg
from optimizer_core.report import percent, points

__all__ = [
    "ChartStay",
    "NightBand",
    "Placement",
    "RoomGap",
    "Row",
    "Show",
    "Side",
    "TapeChart",
    "acceptance_svg",
    "chart_of",
    "lay_out",
    "moves_stated",
    "percent",
    "place",
    "points",
    "tape_chart_png",
    "tape_chart_svg",
    "verdict",
    "write_svg",
]
