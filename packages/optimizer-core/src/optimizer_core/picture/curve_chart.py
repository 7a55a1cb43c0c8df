"""The trade-off curve as a picture: moves to the right, value up, the proved bound below the curve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from optimizer_core.picture.palette import FRAME, INK, MUTED
from optimizer_core.picture.svg import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 48, 56
TICKS = 5

Point = tuple[int, float, float]
"""Moves, value and bound."""


def curve_svg(points: Sequence[Point], title: str = "Moves against gap cost") -> str:
    """Return the picture of a curve as an SVG document.

    Parameters
    ----------
    points
        Moves, value in points and proved lower bound in points, by moves; at least one.
    title
        Heading, and title of the document.
    """
    return "\n".join(_document(points, title)) + "\n"


def _document(points: Sequence[Point], title: str) -> Iterator[str]:
    most_moves = max(1, *(moves for moves, _, _ in points))
    largest = max(1.0, *(value for _, value, _ in points))

    def x(moves: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * moves / most_moves, 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / largest, 1)

    description = "; ".join(f"{moves:,} moves: {value:,.10g} points" for moves, value, _ in points)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-labelledby="curve-title curve-description" '
        'class="trade-off" font-family="Arial,Helvetica,sans-serif" font-size="12">'
    )
    yield f'<title id="curve-title">{escape(title)}</title>'
    yield f'<desc id="curve-description">{escape(description)}</desc>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{LEFT}" y="26" font-size="15" font-weight="bold" fill="{INK}">{escape(title)}</text>'
    yield from _axes(most_moves, largest, x, y)
    bound = " ".join(f"{x(moves)},{y(low)}" for moves, _, low in points)
    curve = " ".join(f"{x(moves)},{y(value)}" for moves, value, _ in points)
    yield f'<polyline points="{bound}" fill="none" stroke="{MUTED}" stroke-dasharray="4 3"/>'
    yield f'<polyline points="{curve}" fill="none" stroke="#1f6f8b" stroke-width="2"/>'
    for moves, value, low in points:
        text = f"{moves:,} moves: {value:,.10g} points, at least {low:,.10g}"
        yield f'<circle cx="{x(moves)}" cy="{y(value)}" r="4" fill="#1f6f8b"><title>{text}</title></circle>'
    yield "</svg>"


def _axes(
    most_moves: int, largest: float, x: Callable[[float], float], y: Callable[[float], float]
) -> Iterator[str]:
    for step in range(TICKS + 1):
        moves, value = most_moves * step / TICKS, largest * step / TICKS
        at, up = x(moves), y(value)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up}" y2="{up}" stroke="{FRAME}"/>'
        yield f'<text x="{LEFT - 8}" y="{up + 4}" text-anchor="end" fill="{MUTED}">{value:,.0f}</text>'
        below = f'x="{at}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle"'
        yield f'<text {below} fill="{MUTED}">{moves:,.0f}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield (
        f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle" fill="{INK}">stays that move; '
        "the dashed line is the proved bound on the gap cost in points</text>"
    )
