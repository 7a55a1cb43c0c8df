"""Pictures of the documentation, drawn from results of the library: SVG, reproducible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from tooling.shell import ROOT

INK, MUTED, PAPER = "#16202b", "#4a5663", "#ffffff"
BLUE, GRAY, RED, AMBER = "#3f6fa3", "#454b54", "#b3392b", "#a35200"
_PALE = {BLUE: "#d6e4f5", GRAY: "#dcdee2", RED: "#fdeae7", AMBER: "#fdeccf"}
_TUTORIAL = ROOT / "docs" / "tutorials" / "first-plan.md"


@dataclass
class Drawing:
    """Shapes on white paper.

    Parameters
    ----------
    width, height
        In pixels.
    title
        Description for readers who cannot see it.
    """

    width: int
    height: int
    title: str
    _shapes: list[str] = field(default_factory=list, init=False)

    def line(
        self, points: str, color: str = MUTED, *, width: float = 1, arrow: bool = False, dash: str = ""
    ) -> None:
        """Draw a path, such as ``"M0 0 L10 10"``."""
        end = f' marker-end="url(#arrow-{color[1:]})"' if arrow else ""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<path d="{points}" fill="none" stroke="{color}" stroke-width="{width:g}"{dashes}{end}/>'
        )

    def box(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Draw an area in the pale form of a color, with an outline."""
        self._shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" '
            f'fill="{_PALE[color]}" stroke="{color}"/>'
        )

    def dot(self, x: float, y: float, color: str = INK) -> None:
        """Draw a node."""
        self._shapes.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="7" fill="{PAPER}" stroke="{color}" stroke-width="2"/>'
        )

    def text(
        self, x: float, y: float, words: str, color: str = INK, *, anchor: str = "middle", size: int = 13
    ) -> None:
        """Write words at a point."""
        self._shapes.append(
            f'<text x="{x:g}" y="{y:g}" fill="{color}" font-size="{size}" text-anchor="{anchor}">'
            f"{escape(words)}</text>"
        )

    def svg(self) -> str:
        """Return the document."""
        heads = "".join(
            f'<marker id="arrow-{color[1:]}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            f'markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" fill="{color}"/></marker>'
            for color in (MUTED, BLUE, RED, AMBER)
        )
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" font-family="Arial,Helvetica,sans-serif">'
        )
        paper = f'<rect width="{self.width}" height="{self.height}" fill="{PAPER}"/>'
        lines = [
            head,
            f"<title>{escape(self.title)}</title>",
            f"<defs>{heads}</defs>",
            paper,
            *self._shapes,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def first_plan() -> str:
    """Return the tape chart of the hotel of the first tutorial, before and after."""
    from optimizer_core.picture import tape_chart_svg
    from optimizer_core.run import run

    page = _TUTORIAL.read_text(encoding="utf-8")
    hotel = page.split("```json\n", 1)[1].split("```", 1)[0]
    return tape_chart_svg(run(hotel.encode(), restrictions=False).result)


def gap_cost_curve(minimum_stay: int = 3) -> str:
    """Return the cost of a gap by its nights."""
    from optimizer_core.objective import gap_cost

    scale = 1 << minimum_stay
    drawing = Drawing(620, 250, f"Cost of a gap by its nights, minimum stay {minimum_stay}")
    for nights in range(1, 2 * minimum_stay + 2):
        cost = gap_cost(minimum_stay, nights, scale) / scale
        x, height = 70 + 75 * (nights - 1), 18 * cost
        is_orphan = nights < minimum_stay
        if cost:
            drawing.box(x - 25, 195 - height, 50, height, RED if is_orphan else AMBER)
        drawing.text(x, 188 - height, f"{cost:g}", RED if is_orphan else INK)
        drawing.text(x, 213, str(nights), MUTED)
    drawing.line("M30 195 H590", GRAY)
    drawing.text(310, 236, f"nights of the gap, where the hotel sells {minimum_stay} nights at once", MUTED)
    drawing.text(590, 30, "orphan gaps: too short to sell", RED, anchor="end")
    drawing.text(590, 50, "just long enough to sell", AMBER, anchor="end")
    return drawing.svg()


def network() -> str:
    """Return the network of the hotel of the first tutorial: mornings across, states of a room down."""
    from optimizer_core.objective import gap_cost

    drawing = Drawing(780, 330, "The network of a hotel with two rooms and four stays")
    idle, day = 70, 150
    for morning in range(1, 9):
        drawing.text(_at(morning), 24, f"{morning} May", MUTED)
        if morning < 8:
            drawing.line(f"M{_at(morning) + 9} {idle} H{_at(morning + 1) - 9}", arrow=True)
            drawing.text(_at(morning) + 44, idle - 6, "0", MUTED)
        drawing.line(f"M{_at(morning)} {idle + 9} V{day - 9}", arrow=True, dash="3 3")
    for tail, head, is_used in ((3, 4, False), (4, 5, False), (3, 5, True)):
        color = BLUE if is_used else MUTED
        deep = day + (62 if head - tail == 2 else 36)
        drawing.line(
            f"M{_at(tail) + 5} {day + 8} Q{(_at(tail) + _at(head)) / 2:g} {deep} {_at(head) - 5} {day + 8}",
            color, width=3 if is_used else 1, arrow=True,
        )  # fmt: skip
        cost = gap_cost(3, head - tail, 8) // 8
        drawing.text((_at(tail) + _at(head)) / 2, day + (50 if is_used else 17), f"{cost}", color)
    for morning in range(1, 9):
        drawing.dot(_at(morning), idle)
        drawing.dot(_at(morning), day, BLUE if morning in {3, 4, 5} else INK)
    drawing.text(8, idle + 4, "idle", anchor="start")
    drawing.text(8, day + 4, "day", anchor="start")
    stays = (("Ada", 1, 3, 0), ("Ben, locked", 1, 4, 1), ("Dee", 5, 8, 0), ("Cem", 4, 8, 1))
    for name, arrival, departure, row in stays:
        y = 232 + 32 * row
        drawing.box(_at(arrival), y, _at(departure) - _at(arrival), 22, GRAY if "locked" in name else BLUE)
        drawing.text((_at(arrival) + _at(departure)) / 2, y + 16, name)
    drawing.text(8, 247, "stays", anchor="start")
    drawing.text(390, 318, "blue: the gap arc of the best plan; Cem follows Ben at once", MUTED)
    return drawing.svg()


def windows() -> str:
    """Return how locks cut the rooms of a type into windows."""
    drawing = Drawing(700, 190, "Locks cut three rooms into windows")
    rooms = {"101": ((3, 5), (9, 10)), "102": ((6, 8),), "103": ()}
    for row, (room, locks) in enumerate(rooms.items()):
        y = 20 + 45 * row
        drawing.text(34, y + 20, room)
        edges = [0, *(edge for lock in locks for edge in lock), 14]
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            drawing.box(64 + 43 * start, y, 43 * (end - start), 30, BLUE)
            drawing.text(64 + 43 * (start + end) / 2, y + 20, f"window of {end - start} nights")
        for start, end in locks:
            drawing.box(64 + 43 * start, y, 43 * (end - start), 30, GRAY)
            drawing.text(64 + 43 * (start + end) / 2, y + 20, "lock")
    drawing.text(365, 175, "two weeks, nights across", MUTED)
    return drawing.svg()


def _at(morning: int) -> int:
    return 80 + 90 * (morning - 1)


PICTURES: dict[str, Callable[[], str]] = {
    "_static/first-plan.svg": first_plan,
    "_static/gap-cost.svg": gap_cost_curve,
    "_static/network.svg": network,
    "_static/windows.svg": windows,
}
"""The function that draws each picture, by its path in docs/."""
