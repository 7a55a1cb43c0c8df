"""Sizes of days, rows and letters, so that both ten and a thousand rooms are readable."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

SMALLEST_FONT = 8
"""Texts with smaller letters are left out."""

_WIDE_DAY_WIDTHS = (160, 120, 96, 80, 64)
_SHORT_PANEL_WIDTH = 700
_DAY_WIDTHS = (48, 40, 32, 28, 24, 20, 16, 12)
_NARROW_DAY_WIDTHS = ((10, 4500), (6, 6000), (4, 10_000))
_PANEL_WIDTH = 2000
_ROW_HEIGHTS = ((12, 30), (40, 24), (100, 20), (320, 16), (1500, 12))
_SMALLEST_ROW_HEIGHT = 8


@dataclass(frozen=True)
class Density:
    """Sizes in pixels.

    Parameters
    ----------
    day_width
        Of one day's column; even, since bars begin and end in the middle of it.
    row_height
        Of one room's row.
    """

    day_width: int
    row_height: int

    @cached_property
    def bar_height(self) -> int:
        """Height of a bar."""
        return self.row_height - (4 if self.row_height > 16 else 2)

    @cached_property
    def font_size(self) -> int:
        """Size of the letters in bars and of room numbers."""
        return max(SMALLEST_FONT, min(12, self.bar_height - 4))

    @cached_property
    def has_labels(self) -> bool:
        """Whether a bar is high enough for letters."""
        return self.bar_height > SMALLEST_FONT

    @cached_property
    def has_every_date(self) -> bool:
        """Whether each day's column is wide enough for its date."""
        return self.day_width >= 12

    @cached_property
    def corner_radius(self) -> int:
        """Radius of the corners of a bar."""
        return 3 if self.row_height > 16 else 0

    @cached_property
    def crack(self) -> int:
        """Pixels between the bars of two stays that follow each other."""
        return 2 if self.day_width >= 10 else 1


def density(num_days: int, num_rows: int) -> Density:
    """Return sizes for a panel.

    Parameters
    ----------
    num_days
        Columns.
    num_rows
        Rows of the higher panel.
    """
    wide = [width for width in _WIDE_DAY_WIDTHS if width * num_days <= _SHORT_PANEL_WIDTH]
    fitting = [width for width in _DAY_WIDTHS if width * num_days <= _PANEL_WIDTH]
    narrow = [width for width, limit in _NARROW_DAY_WIDTHS if width * num_days <= limit]
    heights = [height for rows, height in _ROW_HEIGHTS if num_rows <= rows]
    return Density(
        (*wide, *fitting, *narrow, _NARROW_DAY_WIDTHS[-1][0])[0], (*heights, _SMALLEST_ROW_HEIGHT)[0]
    )
