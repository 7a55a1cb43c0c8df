"""The most that each lock can cost, from the prices of a certificate.

A certificate proves a bound for the hotel with all its locks. Without the lock of one stay, two things change
in that bound: the room has a longer stretch of free nights, and the stay may take a path of any room that it
may have. So its bound is::

    L - d(home) + d'(home) + min over rooms of (d(room, through the stay) - d(room))

where d is the length of a shortest path, d' that without the lock, and the price of the stay is the one that
raises the bound most. The value of the plan less this bound is the most that the lock costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.certificate import Certificate, Inequality
from optimizer_core.domain import LONGEST_HALVING_NIGHTS, Problem
from optimizer_core.proof import FAR, Arcs, Relaxation, View, forward


def most_saved(
    problem: Problem,
    certificate: Certificate | None,
    value: Fraction,
    upgrades: int,
    stays: Sequence[int],
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> dict[int, Fraction]:
    """Return, for some locked stays, the most points that a plan without the lock can save.

    Parameters
    ----------
    problem
        The hotel.
    certificate
        Prices of this hotel; None without a certificate.
    value
        Value of the best plan known, in points.
    upgrades
        Upgrades of that plan.
    stays
        Positions of the stays.
    is_over
        Called before each stay; true ends the work early.

    Returns
    -------
    dict
        Points by position, at least 0. Stays without a proved bound are omitted.
    """
    q = None if certificate is None else certificate.value
    if certificate is None or q is None or not q.gap:
        return {}
    view = View(problem, certificate, upgrades)
    found: dict[int, Fraction] = {}
    bounds = _Bounds(problem, view, q)
    for stay in stays:
        if is_over():
            break
        bound = bounds.without_lock(stay)
        if bound is not None:
            found[stay] = max(Fraction(0), value - bound)
    return found


@dataclass(frozen=True, slots=True)
class _Room:
    """Shortest paths of equal rooms.

    Parameters
    ----------
    behind, ahead
        Length from the start to each node, and from each node to the end.
    """

    behind: list[int]
    ahead: list[int]

    @property
    def length(self) -> int:
        """Length of the shortest path."""
        return self.behind[-1]


class _Bounds:
    """Bounds of a hotel without one of its locks."""

    def __init__(self, problem: Problem, view: View, q: Inequality) -> None:
        self._problem, self._view, self._q = problem, view, q
        self._relaxation = Relaxation(view, q)
        self._kinds = {kind: self._relaxation.arcs_of(kind) for kind in problem.room_types}
        self._homes: list[list[int]] = [[] for _ in problem.rooms]
        for position, stay_class in enumerate(self._relaxation.classes):
            for room in stay_class.homes:
                self._homes[room].append(position)
        known: dict[tuple[object, ...], _Room] = {}
        self._rooms: list[_Room] = []
        self._by_kind: dict[str, list[_Room]] = {}
        for room, kind in enumerate(view.kind_of):
            key = (kind, tuple(view.fixed[room]), tuple(self._homes[room]))
            if key not in known:
                arcs = self._relaxation.arcs_around(
                    self._kinds[kind], kind, view.fixed[room], self._homes[room]
                )
                known[key] = _Room(forward(arcs, 1), backward(arcs))
                self._by_kind.setdefault(kind, []).append(known[key])
            self._rooms.append(known[key])
        prices = sum(len(c.stays) * c.prices[0] for c in self._relaxation.classes)
        self._total = prices + sum(room.length for room in self._rooms)

    def without_lock(self, stay: int) -> Fraction | None:
        """Return a lower bound on the value without a lock, in points; None if nothing is proved."""
        view, q = self._view, self._q
        home = view.home[stay]
        if home is None or self._total >= FAR // 2:
            return None
        has_choice = len(view.types[stay]) > 1
        is_upgrade = has_choice and view.is_choice(stay, view.kind_of[home])
        has_price = self._problem.policy.upgrade_price is not None
        if not view.most_upgrades and (is_upgrade or (has_choice and has_price)):
            return None  # without the lock, an upgrade is possible that the arcs do not allow
        length, through = self._at_home(stay, home)
        detour = through - length
        for kind in view.types[stay]:
            if view.may_have(stay, kind):
                detour = min(
                    [detour, *(self._detour(stay, paths, kind) for paths in self._by_kind.get(kind, ()))]
                )
        if detour >= FAR // 2:
            return None
        missing = self._total - self._rooms[home].length + length + detour
        missing -= q.parts * self._most(has_choice=has_choice, is_upgrade=is_upgrade)
        units = max(0, -(-missing // (q.parts * q.gap))) + view.beside - self._no_longer_certain(stay)
        if is_upgrade:
            units -= view.upgrade_price
        return Fraction(units, view.scale)

    def _most(self, *, has_choice: bool, is_upgrade: bool) -> int:
        """Return an upper bound on the left side of the inequality with one more movable stay."""
        view, policy = self._view, self._problem.policy
        moves, upgrades = view.most_moves + 1, view.most_upgrades
        if policy.max_moves is not None:
            moves = min(moves, policy.max_moves)
        if has_choice and (is_upgrade or policy.upgrade_price is not None or upgrades):
            upgrades += 1
        return int(view.most(self._q, 0, moves, upgrades))

    def _no_longer_certain(self, stay: int) -> int:
        """Return the penalties, in units, that the group of a stay may avoid without its lock."""
        label = self._problem.stays[stay].group
        members = self._problem.groups.get(label, ()) if label is not None else ()
        if not members:
            return 0
        halvings = min(self._problem.minimum_stay.default_nights, LONGEST_HALVING_NIGHTS)
        penalty = (100 << halvings) * int(self._view.scale)
        return self._view.certainly_apart(members) * penalty

    def _detour(self, stay: int, paths: _Room, kind: str) -> int:
        """Return how much longer the path of another room is with a stay, at the price 0."""
        nights: tuple[int, int] = self._view.nights[stay]
        first, last = nights
        through = paths.behind[3 * first + 2] + self._cost(stay, kind, is_home=False)
        return min(FAR, through + paths.ahead[3 * last]) - paths.length

    def _cost(self, stay: int, kind: str, *, is_home: bool) -> int:
        q = self._q
        return q.parts * (q.move * (not is_home) + q.upgrade * self._view.is_choice(stay, kind))

    def _at_home(self, stay: int, home: int) -> tuple[int, int]:
        """Return the shortest path of a stay's room without its lock, and the shortest with the stay.

        Only the nodes between the locks before and after change.
        """
        view, kind = self._view, self._view.kind_of[home]
        first, last = view.nights[stay]
        others = [span for span in view.fixed[home] if span != (first, last)]
        opens = max((3 * b for _, b in others if b <= first), default=1)
        closes = min((3 * a + 2 for a, _ in others if a >= last), default=len(self._kinds[kind]) - 1)
        own: dict[int, list[tuple[int, int]]] = {}
        for position in self._homes[home]:
            stay_class = self._relaxation.classes[position]
            if view.may_have(stay_class.stays[0], kind):
                a, b = view.nights[stay_class.stays[0]]
                cost, _ = self._relaxation.cost(stay_class, kind, is_home=True)
                own.setdefault(3 * b, []).append((3 * a + 2, cost))
        arcs = self._kinds[kind]
        behind = {opens: 0}
        entering: dict[int, list[tuple[int, int]]] = {}
        for head in range(opens + 1, closes + 1):
            near = [(tail, cost) for tail, cost, _ in arcs[head] if tail in behind]
            near += [(tail, cost) for tail, cost in own.get(head, ()) if tail in behind]
            if near:
                entering[head] = near
                behind[head] = min(behind[tail] + cost for tail, cost in near)
        ahead = {closes: 0}
        for head in range(closes, opens, -1):
            for tail, cost in entering.get(head, ()) if head in ahead else ():
                ahead[tail] = min(ahead.get(tail, FAR), cost + ahead[head])
        around = self._rooms[home]
        rest = around.behind[opens] + around.ahead[closes]
        within = behind.get(3 * first + 2, FAR) + ahead.get(3 * last, FAR)
        return rest + behind[closes], min(FAR, rest + within + self._cost(stay, kind, is_home=True))


def backward(arcs: Arcs) -> list[int]:
    """Return the distance of every node to the end, under the first cost."""
    ahead = [FAR] * len(arcs)
    ahead[-1] = 0
    for head in range(len(arcs) - 1, 0, -1):
        if ahead[head] < FAR:
            for tail, cost, _ in arcs[head]:
                ahead[tail] = min(ahead[tail], cost + ahead[head])
    return ahead
