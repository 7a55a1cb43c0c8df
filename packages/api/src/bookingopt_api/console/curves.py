"""Moves against quality: plans of the same hotel that move fewer guests, as points of a curve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from string import ascii_uppercase

from optimizer_core.wire import ResultDocument

WIDTH, HEIGHT = 560, 300
"""Of the drawing, in its own units."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 40, 44
_SHARES = (0.25, 0.5, 0.75)
"""Of the moves of the best plan: where points tell most, three because a user may have three open jobs."""
_TICKS = 4


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One plan.

    Parameters
    ----------
    moves
        Stays that change rooms.
    orphan_nights, gap_cost
        What is left of gaps.
    job_id
        Its job; empty for the rooms as given, which nobody need plan.
    is_proved
        Whether no plan of so many moves is better.
    limit
        Moves that were allowed; None for any number.
    """

    moves: int
    orphan_nights: int
    gap_cost: float
    job_id: str = ""
    is_proved: bool = True
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """A point with its letter and its place in the drawing."""

    letter: str
    x: float
    y: float
    point: CurvePoint


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside an axis, and where it stands."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class CurveView:
    """A curve to be drawn.

    Parameters
    ----------
    points
        By moves.
    line
        Their places, as SVG writes the points of a polyline.
    moves, nights
        Numbers below and beside the drawing.
    """

    points: tuple[DrawnPoint, ...]
    line: str
    moves: tuple[Tick, ...]
    nights: tuple[Tick, ...]


def point_of(result: ResultDocument, job_id: str, limit: int | None) -> CurvePoint | None:
    """Return the point of a plan; None where there is no plan."""
    if not result.optimized_plan or result.orphan_nights_after is None or result.gap_cost_after is None:
        return None
    return CurvePoint(
        result.moved_stays or 0,
        result.orphan_nights_after,
        float(result.gap_cost_after),
        job_id,
        result.solver_status == "optimal",
        limit,
    )


def start_of(result: ResultDocument) -> CurvePoint | None:
    """Return the point of the rooms as given; None where they are no valid plan."""
    if result.orphan_nights_before is None or result.gap_cost_before is None:
        return None
    return CurvePoint(0, result.orphan_nights_before, float(result.gap_cost_before))


def best_of_each(points: Iterable[CurvePoint]) -> tuple[CurvePoint, ...]:
    """Return the points by moves, of those with the same number of moves the best one."""
    best: dict[int, CurvePoint] = {}
    for point in points:
        rival = best.get(point.moves)
        if rival is None or (point.gap_cost, not point.job_id) < (rival.gap_cost, not rival.job_id):
            best[point.moves] = point
    return tuple(best[moves] for moves in sorted(best))


def missing_limits(points: Sequence[CurvePoint], asked: Iterable[int]) -> tuple[int, ...]:
    """Return how many moves to allow in the plans that the curve lacks.

    Parameters
    ----------
    points
        Those that are known.
    asked
        Limits that were asked for already.
    """
    most = max((point.moves for point in points), default=0)
    taken = {*asked, *(point.moves for point in points)}
    wanted = {round(most * share) for share in _SHARES}
    return tuple(sorted(limit for limit in wanted if 0 < limit < most and limit not in taken))


def curve_view(points: Sequence[CurvePoint]) -> CurveView:
    """Return the drawing of at least one point, given by moves."""
    moves = _steps(max(point.moves for point in points))
    nights = _steps(max(point.orphan_nights for point in points))
    across, down = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(number: int) -> float:
        return round(_LEFT + across * number / moves[-1], 1)

    def y(number: int) -> float:
        return round(_TOP + down * (1 - number / nights[-1]), 1)

    drawn = tuple(
        DrawnPoint(letter_of(place), x(point.moves), y(point.orphan_nights), point)
        for place, point in enumerate(points)
    )
    return CurveView(
        drawn,
        " ".join(f"{point.x},{point.y}" for point in drawn),
        tuple(Tick(x(number), f"{number:,}") for number in moves),
        tuple(Tick(y(number), f"{number:,}") for number in nights),
    )


def letter_of(place: int) -> str:
    """Return A, B, ... Z, A1, B1, ..."""
    turn, letter = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[letter] + (str(turn) if turn else "")


def _steps(most: int) -> range:
    """Return round numbers from 0 to the first one that is not below the most, about five of them."""
    step = next(
        factor * power
        for power in (10**digits for digits in count())
        for factor in (1, 2, 5)
        if factor * power * _TICKS >= most
    )
    return range(0, max(-(-most // step), 1) * step + 1, step)
