"""A picture of the acceptance matrix: arrivals across, lengths down, good, costly and sold out.

The three differ by more than color: a good stay is a light area, a costly one hatched, a sold-out one dark
and solid. A wide enough cell shows its cost.
"""

from __future__ import annotations

from datetime import timedelta

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.picture.lettering import cap_height, measure
from optimizer_core.picture.palette import (
    FRAME,
    INK,
    MONTH,
    MUTED,
    PAPER,
    Paint,
    TextStyle,
)
from optimizer_core.picture.shapes import Box, Layout, Line, Text
from optimizer_core.picture.svg import write_svg
from optimizer_core.wire.acceptance import OUTSIDE, AcceptanceEntry

GOOD_CELL = Paint("stay good", fill="#d5efda")
COSTLY_CELL = Paint("stay costly", fill="#fdeae7", stroke="#dd9388", is_hatched=True)
SOLD_OUT_CELL = Paint("stay sold out", fill="#5b6673")
CHIP = Paint("cost chip", fill="#fdeae7")

MARGIN = 16
AXIS_WIDTH = 44
HEAD_HEIGHT = 74
LEGEND_HEIGHT = 34
SWATCH = 14
CELL_WIDTHS = ((40, 31), (24, 62), (12, 124), (6, 280))
"""Width of a cell in pixels, and the largest number of arrivals for it."""

NARROWEST_CELL = 4
WIDTH_OF_TWO_DIGITS = 16
NARROWEST_LABELED_CELL = 12
NARROWEST_PRICED_CELL = 40

_PAINTS = {"G": GOOD_CELL, "B": COSTLY_CELL, "C": SOLD_OUT_CELL}
_WORDS = {"G": "good", "B": "costs more", "C": "sold out"}
_TITLE = TextStyle(INK, 15, is_bold=True)
_NOTE = TextStyle(MUTED, 11)
_MONTH_NAME = TextStyle(INK, 11, is_bold=True)
_DAY = TextStyle(MUTED, 9, anchor="middle")
_LENGTH = TextStyle(MUTED, 9, anchor="end")
_COST = TextStyle(INK, 9, anchor="middle")


def acceptance_svg(entry: AcceptanceEntry) -> str:
    """Return the picture of an acceptance matrix as an SVG document.

    Parameters
    ----------
    entry
        The matrix as in a result.

    Returns
    -------
    str
        One self-contained document: no links, no scripts, no style sheets.

    Raises
    ------
    InvalidInput
        If the matrix has no arrival.
    """
    return write_svg(lay_out_acceptance(entry))


def lay_out_acceptance(entry: AcceptanceEntry) -> Layout:
    """Return the picture of an acceptance matrix in numbers.

    Raises
    ------
    InvalidInput
        If the matrix has no arrival.
    """
    arrivals, lengths = len(entry.states), entry.longest_length
    if not arrivals:
        raise InvalidInput([Fault(("states",), "the schedule has no nights: nothing to draw")])
    width = next((size for size, most in CELL_WIDTHS if arrivals <= most), NARROWEST_CELL)
    height = min(16, max(4, 420 // lengths))
    layout = Layout(*_words(entry))
    layout.width = max(2 * MARGIN + AXIS_WIDTH + arrivals * width, 520)
    layout.height = HEAD_HEIGHT + lengths * height + LEGEND_HEIGHT + MARGIN
    layout.areas.append(Box(0, 0, layout.width, layout.height, PAPER))
    layout.texts.append(Text(MARGIN, MARGIN + 12, layout.title, _TITLE))
    note = f"nights of the stay down, arrival across; good: at most {entry.threshold:g} points"
    layout.texts.append(Text(MARGIN, MARGIN + 28, note, _NOTE))
    _add_cells(layout, entry, width, height)
    _add_axes(layout, entry, width, height)
    _add_legend(layout)
    return layout


def _words(entry: AcceptanceEntry) -> tuple[str, str]:
    """Return the title and the text alternative of the picture."""
    every = "".join(entry.states)
    who = "any room" if entry.room_type is None else f"type {entry.room_type}"
    counts = ", ".join(f"{every.count(letter)} {word}" for letter, word in _WORDS.items())
    stays = f"Stays of 1 to {entry.longest_length} nights, {len(entry.states)} arrivals from {entry.start} on"
    description = f"{stays}: {counts}."
    return f"What may still be sold: {who}", description


def _add_cells(layout: Layout, entry: AcceptanceEntry, width: int, height: int) -> None:
    """Draw runs of equal cells as one area each, so that a year stays small."""
    for column, states in enumerate(entry.states):
        x, first = MARGIN + AXIS_WIDTH + column * width, 0
        for row in range(1, len(states) + 1):
            if row == len(states) or states[row] != states[first]:
                if states[first] != OUTSIDE:
                    y, paint = HEAD_HEIGHT + first * height, _PAINTS[states[first]]
                    layout.areas.append(Box(x, y, width, (row - first) * height, paint))
                first = row
        if width >= NARROWEST_PRICED_CELL and height >= 14:
            _add_costs(layout, entry, column, x, height)


def _add_costs(layout: Layout, entry: AcceptanceEntry, column: int, x: int, height: int) -> None:
    """Write the costs of one arrival that are not 0 into their cells, on plain ground."""
    for row, cost in enumerate(entry.costs[column]):
        if not cost:
            continue
        text = f"{cost:+.3g}"
        y, center = HEAD_HEIGHT + row * height, x + NARROWEST_PRICED_CELL // 2
        if cost > entry.threshold:
            chip = measure(text, _COST.size) + 4
            layout.areas.append(Box(center - chip // 2, y + 2, chip, height - 4, CHIP))
        layout.texts.append(Text(center, y + (height + cap_height(_COST.size)) // 2, text, _COST))


def _add_axes(layout: Layout, entry: AcceptanceEntry, width: int, height: int) -> None:
    """Write lengths and dates, and draw the frame and the beginning of each month."""
    left, right = MARGIN + AXIS_WIDTH, MARGIN + AXIS_WIDTH + len(entry.states) * width
    bottom = HEAD_HEIGHT + entry.longest_length * height
    step = 1 if height >= 10 else -(-12 // height)
    for length in range(1, entry.longest_length + 1):
        if length == 1 or length % step == 0:
            y = HEAD_HEIGHT + (length - 1) * height + (height + cap_height(_LENGTH.size)) // 2
            layout.texts.append(Text(left - 6, y, str(length), _LENGTH))
    for column in range(len(entry.states)):
        day, x = entry.start + timedelta(column), left + column * width
        if width >= NARROWEST_LABELED_CELL or (day.weekday() == 0 and width * 7 >= WIDTH_OF_TWO_DIGITS):
            layout.texts.append(Text(x + max(width, 12) // 2, HEAD_HEIGHT - 5, str(day.day), _DAY))
        if column == 0 or day.day == 1:
            layout.lines.append(Line(x, HEAD_HEIGHT - 26, bottom - HEAD_HEIGHT + 26, MONTH))
            name = f"{day:%b %Y}"
            last_of_month = (day.replace(day=28) + timedelta(4)).replace(day=1)
            room = min((last_of_month - day).days * width, right - x)
            if measure(name, _MONTH_NAME.size, bold=True) + 6 <= room:
                layout.texts.append(Text(x + 4, HEAD_HEIGHT - 17, name, _MONTH_NAME))
    layout.lines += [
        Line(left, HEAD_HEIGHT, right - left, FRAME, is_across=True),
        Line(left, bottom, right - left, FRAME, is_across=True),
        Line(right, HEAD_HEIGHT, bottom - HEAD_HEIGHT, FRAME),
    ]


def _add_legend(layout: Layout) -> None:
    """Explain the three areas."""
    x, y = MARGIN + AXIS_WIDTH, layout.height - MARGIN - SWATCH
    for letter, words in (
        ("G", "good to sell"),
        ("B", "costs more, or not proved good"),
        ("C", "sold out"),
    ):
        layout.areas.append(Box(x, y, SWATCH, SWATCH, _PAINTS[letter]))
        layout.texts.append(Text(x + SWATCH + 6, y + 11, words, _NOTE))
        x += SWATCH + 6 + measure(words, _NOTE.size) + 24
