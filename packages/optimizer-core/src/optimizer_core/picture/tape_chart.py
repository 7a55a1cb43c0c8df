"""The tape chart of a result, as SVG or PNG: a pure function of the document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from optimizer_core.picture.from_result import chart_of
from optimizer_core.picture.layout import Show, lay_out
from optimizer_core.picture.shapes import Layout
from optimizer_core.picture.svg import write_svg
from optimizer_core.wire import ResultDocument


def tape_chart_svg(
    result: ResultDocument,
    *,
    show: Show = "both",
    start: date | None = None,
    end: date | None = None,
    today: date | None = None,
) -> str:
    """Return the tape chart of a result as an SVG document.

    Parameters
    ----------
    result
        The result.
    show
        ``before``, ``after``, or ``both``, which omits a side without a stay in a room.
    start, end
        The nights drawn, ``[start, end)``; None for the whole schedule.
    today
        A day to mark; None for no mark.

    Returns
    -------
    str
        One self-contained document: no links, no scripts, no style sheets.

    Raises
    ------
    InvalidInput
        If there is nothing to draw: no rooms, no night, or no stay with a room on the requested side.
    """
    return write_svg(_layout(result, show, start, end, today))


def tape_chart_png(
    result: ResultDocument,
    *,
    show: Show = "both",
    start: date | None = None,
    end: date | None = None,
    today: date | None = None,
    scale: int | None = None,
    font_file: Path | None = None,
) -> bytes:
    """Return the tape chart of a result as a PNG.

    Parameters
    ----------
    result, show, start, end, today
        As for `tape_chart_svg`.
    scale
        Pixels of the PNG for one pixel of the SVG, at least 1; None for 2, or 1 where the picture is large.
    font_file
        A TrueType or OpenType font; None for Pillow's own, which has English letters only (``Müller`` is
        written ``Muller``).

    Raises
    ------
    InvalidInput
        If there is nothing to draw, or the picture would have more than 120 megapixels.
    """
    layout = _layout(result, show, start, end, today)
    from optimizer_core.picture.png import write_png

    return write_png(layout, scale=scale, font_file=font_file)


def _layout(
    result: ResultDocument, show: Show, start: date | None, end: date | None, today: date | None
) -> Layout:
    return lay_out(chart_of(result).between(start, end), show=show, today=today)
