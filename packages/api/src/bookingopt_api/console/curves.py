"""Moves against cost: the plans of a trade-off curve as a drawing and as table rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from math import hypot
from string import ascii_uppercase

from optimizer_core.wire import ResultDocument, TradePointEntry

WIDTH, HEIGHT = 560, 300
"""Size of the drawing, in its own units."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 40, 44
_TICKS = 4
_LARGEST, _SMALLEST = 11.0, 2.0
"""Radius of a point far from others, and of points that nearly touch."""
_LETTER_RADIUS = 9.0
"""From this radius on a point has space for a letter."""


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """A point with its place in the drawing.

    Parameters
    ----------
    number
        Position in the curve, from 0.
    letter
        Its label.
    x, y
        Center.
    is_here
        Whether it is the plan that is shown.
    point
        The point.
    """

    number: int
    letter: str
    x: float
    y: float
    is_here: bool
    point: TradePointEntry


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside an axis, and its coordinate."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class CurveView:
    """A curve to be drawn.

    Parameters
    ----------
    points
        By moves.
    line, bound
        The values and the proved bound below them, as the points of SVG polylines.
    radius
        Radius of each point, chosen so that points do not touch.
    has_letters
        Whether the points have space for letters.
    moves, values
        Numbers below and beside the drawing.
    quantity
        What the values are.
    not_reached
        Points that were not computed within the time limit.
    """

    points: tuple[DrawnPoint, ...]
    line: str
    bound: str
    radius: float
    has_letters: bool
    moves: tuple[Tick, ...]
    values: tuple[Tick, ...]
    quantity: str
    not_reached: int


def curve_view(result: ResultDocument, point: int | None = None) -> CurveView | None:
    """Return the drawing of the curve in a result; None if it has none.

    Parameters
    ----------
    result
        The result document.
    point
        Position of the point that is shown; None for the plan of the result.
    """
    curve = result.trade_off
    if curve is None or not curve.points:
        return None
    points = curve.points
    moves = _steps(max(one.moves for one in points))
    values = _steps(max(one.value for one in points))
    across, down = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(number: float) -> float:
        return round(_LEFT + across * number / moves[-1], 1)

    def y(number: float) -> float:
        return round(_TOP + down * (1 - number / values[-1]), 1)

    here = _number_of_plan(result, points) if point is None else point
    drawn = tuple(
        DrawnPoint(number, letter_of(number), x(one.moves), y(one.value), number == here, one)
        for number, one in enumerate(points)
    )
    distance = min((hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(drawn)), default=2 * _LARGEST)
    radius = round(min(_LARGEST, max(_SMALLEST, distance / 2 - 1)), 1)
    return CurveView(
        drawn,
        " ".join(f"{one.x},{one.y}" for one in drawn),
        " ".join(f"{x(at)},{y(least)}" for at, least in _steps_of_bound(points)),
        radius,
        radius >= _LETTER_RADIUS,
        tuple(Tick(x(number), f"{number:,}") for number in moves),
        tuple(Tick(y(number), f"{number:,}") for number in values),
        "gap cost" if all(one.value == one.gap_cost for one in points) else "gap cost and penalties",
        curve.points_not_reached,
    )


def _number_of_plan(result: ResultDocument, points: Sequence[TradePointEntry]) -> int | None:
    """Return the point with the moves and the cost of the result's plan; None if there is no such point."""
    for number, point in enumerate(points):
        if (point.moves, point.gap_cost) == (result.moved_stays, result.gap_cost_after):
            return number
    return None


def _steps_of_bound(points: Sequence[TradePointEntry]) -> list[tuple[int, float]]:
    """Return the corners of the proved bound: no plan with fewer moves than a point is below its bound."""
    corners = [(points[0].moves, points[0].bound)]
    for before, point in pairwise(points):
        corners += [(before.moves, point.bound), (point.moves, point.bound)]
    return corners


def letter_of(place: int) -> str:
    """Return A, B, ... Z, A1, B1, ..."""
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(turn) if turn else "")


def _steps(most: float) -> range:
    """Return about five round numbers, from 0 to the first one that is not below `most`."""
    step = next(
        factor * power
        for power in (10**digits for digits in count())
        for factor in (1, 2, 5)
        if factor * power * _TICKS >= most
    )
    return range(0, max(int(-(-most // step)), 1) * step + 1, step)
