"""The top of a tape chart: title, figures and legend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from optimizer_core.picture.bar import paint_of, stay_bar
from optimizer_core.picture.chart import ChartStay, Side, TapeChart
from optimizer_core.picture.density import Density
from optimizer_core.picture.lettering import fit, measure
from optimizer_core.picture.palette import (
    BARELY,
    BARELY_INK,
    INK,
    MUTED,
    ORPHAN,
    ORPHAN_CHIP,
    ORPHAN_INK,
    TODAY,
    WEEKEND,
    TextStyle,
)
from optimizer_core.picture.placement import Placement
from optimizer_core.picture.shapes import Box, Glyph, Layout, Line, Text
from optimizer_core.picture.wording import count, period, points, stated_verdict

_TITLE_SIZE = 22
_FIGURE_SIZE = 20
_ARROW_WIDTH = 30
_LEGEND_LINE = 26
_SAMPLE = Density(day_width=20, row_height=22)
_DAY = date(2026, 1, 1)

_Figure = tuple[str, str, str]
"""Label, value before or the only value, value after or an empty text."""


def draw_banner(
    layout: Layout, chart: TapeChart, placements: tuple[Placement, ...], box: Box, today: date | None
) -> int:
    """Draw title, figures and legend; return the first free pixel below.

    Parameters
    ----------
    box
        Left upper corner and width; the height is ignored.
    """
    title = fit(chart.title, box.width, _TITLE_SIZE, bold=True, at_least=1)
    style = TextStyle(INK, _TITLE_SIZE, is_bold=True)
    layout.texts.append(Text(box.x, box.y + 22, title, style))
    facts = f"{count(len(chart.rooms), 'room')}, {period(chart.start, chart.end)}"
    layout.texts.append(Text(box.x, box.y + 44, fit(facts, box.width, 14, at_least=1), TextStyle(MUTED, 14)))
    y = _draw_figures(layout, _figures(chart, placements), Box(box.x, box.y + 60, box.width, 1, box.paint))
    return _draw_legend(layout, chart, placements, Box(box.x, y + 6, box.width, 1, box.paint), today)


def _figures(chart: TapeChart, placements: tuple[Placement, ...]) -> Iterator[_Figure]:
    orphans = [f"{place.orphan_nights:,}" for place in placements]
    costs = [points(place.gap_cost) for place in placements]
    if len(placements) == 2:
        yield "Orphan nights", orphans[0], orphans[1]
        yield "Gap cost", costs[0], costs[1]
    else:
        yield "Orphan nights", orphans[0], ""
        yield "Gap cost", costs[0], ""
    if set(Side) == set(chart.sides):
        moved = sum(stay.is_moved for stay in chart.stays)
        yield "Stays moved", f"{moved:,}", ""
    verdict = stated_verdict(chart, placements)
    if verdict:
        yield "Plan", verdict, ""


def _draw_figures(layout: Layout, figures: Iterator[_Figure], box: Box) -> int:
    """Draw the figures one beside the other, in as many lines as needed."""
    label_style = TextStyle(MUTED, 11)
    style = TextStyle(INK, _FIGURE_SIZE, is_bold=True)
    x, y = box.x, box.y
    for label, value, second in figures:
        first = fit(value, box.width, _FIGURE_SIZE, bold=True, at_least=1)
        first_width = measure(first, _FIGURE_SIZE, bold=True)
        second_width = measure(second, _FIGURE_SIZE, bold=True)
        width = first_width + (_ARROW_WIDTH + second_width if second else 0)
        width = max(width, measure(label, label_style.size))
        if x > box.x and x + width > box.right:
            x, y = box.x, y + 48
        layout.texts.append(Text(x, y + 12, label, label_style))
        layout.texts.append(Text(x, y + 35, first, style, first_width))
        if second:
            left = x + first_width
            layout.glyphs.append(Glyph("arrow", left + 7, y + 20, 16, MUTED))
            layout.texts.append(Text(left + _ARROW_WIDTH, y + 35, second, style, second_width))
        x += width + 36
    return y + 48


def _draw_legend(
    layout: Layout, chart: TapeChart, placements: tuple[Placement, ...], box: Box, today: date | None
) -> int:
    """Explain only the symbols that occur in this chart."""
    style = TextStyle(INK, 12)
    x, y = box.x, box.y
    for sample, meaning in _legend(chart, placements, today):
        left = _sample_width(sample) + 8
        width = left + measure(meaning, style.size)
        if x > box.x and x + width > box.right:
            x, y = box.x, y + _LEGEND_LINE
        _draw_sample(layout, chart, sample, x, y)
        text = fit(meaning, box.right - x - left, style.size, at_least=1)
        layout.texts.append(Text(x + left, y + 15, text, style, measure(text, style.size)))
        x += width + 22
    return y + _LEGEND_LINE


_Sample = tuple[ChartStay, Side] | Box | Line


def _legend(
    chart: TapeChart, placements: tuple[Placement, ...], today: date | None
) -> Iterator[tuple[_Sample, str]]:
    stays = chart.stays
    yield (ChartStay("Stay", _DAY, _DAY), Side.AFTER), "stay, from arrival to departure"
    if any(stay.is_locked for stay in stays):
        yield (ChartStay("", _DAY, _DAY, is_locked=True), Side.AFTER), "locked: must keep its room"
    if any(stay.is_block for stay in stays):
        yield (ChartStay("", _DAY, _DAY, is_block=True), Side.AFTER), "block: the room cannot be used"
    moved = ChartStay("", _DAY, _DAY, "101", "204")
    sides = {place.side for place in placements}
    if any(stay.is_moved for stay in stays):
        if Side.BEFORE in sides:
            yield (moved, Side.BEFORE), "moves to this room"
        if Side.AFTER in sides:
            yield (moved, Side.AFTER), "moved from this room"
    if chart.group_letters:
        label = next(iter(chart.group_letters))
        yield (ChartStay("", _DAY, _DAY, group=label), Side.AFTER), "group: wants adjacent rooms"
    if any(stay.is_new for stay in stays):
        yield (ChartStay("", _DAY, _DAY, is_new=True), Side.AFTER), "new request"
    gaps = [gap for place in placements for gap in place.gaps]
    if any(gap.is_orphan for gap in gaps):
        yield Box(0, 0, 30, 18, ORPHAN), "orphan gap with its nights: too short to sell"
    if not all(gap.is_orphan for gap in gaps):
        yield Box(0, 0, 30, 18, BARELY), "gap that just long enough to sell"
    yield Box(0, 0, 30, 18, WEEKEND), "Saturday or Sunday"
    if today is not None and chart.start <= today <= chart.end:
        yield Line(0, 0, 18, TODAY), "today"


def _sample_width(sample: _Sample) -> int:
    if isinstance(sample, Line):
        return 4
    if isinstance(sample, Box):
        return sample.width
    return 58 if sample[0].is_moved else 40


def _draw_sample(layout: Layout, chart: TapeChart, sample: _Sample, x: int, y: int) -> None:
    if isinstance(sample, Line):
        layout.lines.append(Line(x + 2, y + 2, sample.length, sample.paint))
    elif isinstance(sample, Box):
        layout.areas.append(Box(x, y + 2, sample.width, sample.height, sample.paint))
        if sample.paint in (ORPHAN, BARELY):
            is_orphan = sample.paint is ORPHAN
            if is_orphan:
                layout.areas.append(Box(x + 10, y + 3, 10, 16, ORPHAN_CHIP))
            style = TextStyle(ORPHAN_INK if is_orphan else BARELY_INK, 12, is_orphan, "middle")
            layout.texts.append(Text(x + sample.width // 2, y + 15, "2" if is_orphan else "4", style))
    else:
        stay, side = sample
        box = Box(x, y + 2, _sample_width(sample), 18, paint_of(stay, _SAMPLE.bar_height))
        bar = stay_bar(chart, stay, side, box, room=None, density=_SAMPLE)
        layout.areas += [bar.box, *bar.details]
        layout.glyphs += bar.glyphs
        layout.texts += bar.texts
