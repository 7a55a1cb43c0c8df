"""Pictures of a result: the tape chart, rooms down, nights across, stays as bars."""

from optimizer_core.picture.chart import ChartStay, NightBand, Side, TapeChart
from optimizer_core.picture.from_result import chart_of
from optimizer_core.picture.layout import Show, lay_out
from optimizer_core.picture.svg import write_svg
from optimizer_core.picture.tape_chart import tape_chart_png, tape_chart_svg

__all__ = [
    "ChartStay",
    "NightBand",
    "Show",
    "Side",
    "TapeChart",
    "chart_of",
    "lay_out",
    "tape_chart_png",
    "tape_chart_svg",
    "write_svg",
]
